package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"zakup/internal/platform/config"
)

// S3 keeps everything in a bucket of a store that speaks S3.
type S3 struct {
	client *minio.Core
	idle   *http.Transport
	times  Times
	host   string
	bucket string
	prefix string // of every key; "" or with a slash at its end
}

// tries is how often a request is sent that may be sent again. That of Put is not:
// the connection may still be reading the body when its answer is there.
const tries = 3

// Option changes an S3 that is being made.
type Option func(*S3)

// WithTimes replaces the limits of time; all of them must be set.
func WithTimes(t Times) Option { return func(s *S3) { s.times = t } }

// NewS3 makes a store that asks nobody yet.
func NewS3(cfg config.S3, opts ...Option) (*S3, error) {
	s := &S3{times: DefaultTimes(), host: cfg.Host, bucket: cfg.Bucket}
	for _, o := range opts {
		o(s)
	}
	if cfg.Prefix != "" {
		s.prefix = cfg.Prefix + "/"
	}
	s.idle = newTransport(s.times)
	lookup := map[config.S3Style]minio.BucketLookupType{
		config.S3Path: minio.BucketLookupPath, config.S3Host: minio.BucketLookupDNS,
	}
	var err error
	s.client, err = minio.NewCore(cfg.Host, &minio.Options{
		Creds:  credentials.NewStaticV4(cfg.Key, cfg.Secret, ""),
		Secure: !cfg.Plain, Region: cfg.Region, BucketLookup: lookup[cfg.Style],
		Transport: patient{s.idle, s.times.Idle}, MaxRetries: tries,
	})
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	return s, nil
}

// Close ends the connections that wait for the next request.
func (s *S3) Close() error {
	s.idle.CloseIdleConnections()
	return nil
}

// Check asks for the bucket, with the key.
func (s *S3) Check(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, s.times.Check)
	defer cancel()
	there, err := s.client.BucketExists(limited, s.bucket)
	var answer minio.ErrorResponse
	switch {
	case err == nil && there:
		return nil
	case err == nil:
		return fmt.Errorf("blob: %s has no bucket %s", s.host, s.bucket)
	case errors.As(err, &answer) && answer.StatusCode == http.StatusForbidden:
		return fmt.Errorf("blob: %s refuses the key for the bucket %s: %w", s.host, s.bucket, err)
	case limited.Err() != nil && ctx.Err() == nil:
		return fmt.Errorf("blob: %s did not answer within %s: %w", s.host, s.times.Check, err)
	}
	return fmt.Errorf("blob: ask %s for the bucket %s: %w", s.host, s.bucket, err)
}

// Put sends everything in one request, whatever the size: it takes no memory, and
// the store keeps the object whole or not at all.
func (s *S3) Put(ctx context.Context, name string, body io.Reader, size int64, media string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	whole, err := measure(ctx, body, size)
	if err == nil {
		_, err = s.client.Client.PutObject(ctx, s.bucket, s.prefix+name, whole, size,
			minio.PutObjectOptions{ContentType: media, DisableMultipart: true})
	}
	return s.failed("put", name, err)
}

// Open reads the body of one answer.
func (s *S3) Open(ctx context.Context, name string) (io.ReadCloser, Info, error) {
	if err := CheckName(name); err != nil {
		return nil, Info{}, err
	}
	body, object, _, err := s.client.GetObject(ctx, s.bucket, s.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, Info{}, s.failed("open", name, err)
	}
	if object.Size < 0 {
		err := s.failed("open", name, errors.New("the store does not say how long it is"))
		return nil, Info{}, errors.Join(err, body.Close())
	}
	return reader{ctx, body}, Info{Size: object.Size}, nil
}

// Delete removes the object.
func (s *S3) Delete(ctx context.Context, name string) error {
	if err := CheckName(name); err != nil {
		return err
	}
	err := s.failed("delete", name, s.client.RemoveObject(ctx, s.bucket, s.prefix+name, minio.RemoveObjectOptions{}))
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	return err
}

// Names asks for a thousand at a time. Keys that are no names are somebody else's.
func (s *S3) Names(ctx context.Context, prefix string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		err := checkPrefix(prefix)
		if err != nil {
			yield(Entry{}, s.failed("list", prefix, err))
			return
		}
		owner := false
		for object := range s.client.ListObjectsIter(ctx, s.bucket, minio.ListObjectsOptions{
			Prefix: s.prefix + prefix, Recursive: true, FetchOwner: &owner,
		}) {
			if err = object.Err; err != nil {
				break
			}
			name, ours := strings.CutPrefix(object.Key, s.prefix)
			if !ours || CheckName(name) != nil {
				continue
			}
			if !yield(Entry{Name: name, Changed: object.LastModified.UTC()}, nil) {
				return
			}
		}
		if err == nil {
			err = ctx.Err() // the library ends in silence then
		}
		if err != nil {
			yield(Entry{}, s.failed("list", prefix, err))
		}
	}
}

// failed says what could not be done. The library's errors hold no part of the key.
func (s *S3) failed(what, name string, err error) error {
	var answer minio.ErrorResponse
	switch {
	case err == nil:
		return nil
	case errors.As(err, &answer) && answer.Code == minio.NoSuchKey:
		return fmt.Errorf("%w: %s", ErrAbsent, name)
	}
	return fmt.Errorf("blob: %s %s at %s: %w", what, name, s.host, err)
}
