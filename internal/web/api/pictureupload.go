package api

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/picture/raster"
	"zakup/internal/platform/fault"
)

// maxPictures is how many files of full size a request may carry: the feature
// refuses the last of them.
const maxPictures = 11

type avatarIn struct{ upload upload }

// Resolve notes the request, whose body the handler reads as it comes.
func (in *avatarIn) Resolve(ctx huma.Context) []error {
	in.upload = uploadOf(ctx)
	return nil
}

// pictureFiles are the pictures that a request carries, as they are being sent: the
// parts file and files of a multipart body, or the whole of another.
type pictureFiles struct {
	all  iter.Seq2[io.Reader, error]
	fail error // of the sender
}

// files reads up to so many files.
func (u upload) files(most int64) *pictureFiles {
	uploadDeadlines(u.w, u.r)
	u.r.Body = http.MaxBytesReader(u.w, u.r.Body, most*raster.MaxBytes+maxBody)
	f := &pictureFiles{}
	media, params, _ := mime.ParseMediaType(u.r.Header.Get("Content-Type"))
	if media == multipartMedia {
		f.all = f.parts(u.r.Body, params["boundary"])
	} else {
		f.all = f.whole(u.r.Body)
	}
	return f
}

// outcome is what became of the files: a sender that broke off is the reason
// before any other.
func (f *pictureFiles) outcome(err error) error {
	if err != nil && f.fail != nil {
		return bodyError(f.fail)
	}
	return err
}

// noting remembers that the sender failed.
func (f *pictureFiles) noting(r io.Reader) io.Reader { return &notingReader{r, f} }

type notingReader struct {
	r io.Reader
	f *pictureFiles
}

func (n *notingReader) Read(p []byte) (int, error) {
	c, err := n.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		n.f.fail = err
	}
	return c, err
}

func (f *pictureFiles) whole(body io.Reader) iter.Seq2[io.Reader, error] {
	return func(yield func(io.Reader, error) bool) {
		first := make([]byte, 1)
		switch _, err := io.ReadFull(body, first); {
		case errors.Is(err, io.EOF): // no file
		case err != nil:
			yield(nil, bodyError(err))
		default:
			yield(io.MultiReader(bytes.NewReader(first), f.noting(body)), nil)
		}
	}
}

func (f *pictureFiles) parts(body io.Reader, boundary string) iter.Seq2[io.Reader, error] {
	return func(yield func(io.Reader, error) bool) {
		if boundary == "" {
			yield(nil, fault.Malformed)
			return
		}
		for r := multipart.NewReader(body, boundary); ; {
			part, err := r.NextPart()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(nil, bodyError(err))
				return
			}
			if name := part.FormName(); (name == "file" || name == "files") && !yield(f.noting(part), nil) {
				return
			}
		}
	}
}

// one hands over the first file.
func (f *pictureFiles) one(take func(io.Reader) error) error {
	for file, err := range f.all {
		if err != nil {
			return err
		}
		return f.outcome(take(file))
	}
	return fault.Missing.Fact("Missing", []string{"file"})
}

// pictureFile describes one file.
var pictureFile = &huma.Schema{
	Type: huma.TypeString, Format: "binary", Description: "JPEG, PNG, WebP or GIF, at most 10 MiB and 16,000 pixels a side",
}

// picturesBody describes a body of pictures.
func picturesBody(doc string, multipart map[string]*huma.Schema) *huma.RequestBody {
	content := map[string]*huma.MediaType{multipartMedia: {Schema: &huma.Schema{Type: huma.TypeObject, Properties: multipart}}}
	for _, media := range []string{pictureMedia, "image/png", "image/webp", "image/gif", "application/octet-stream"} {
		content[media] = &huma.MediaType{Schema: pictureFile}
	}
	return &huma.RequestBody{Required: true, Description: doc, Content: content}
}

func describePicture(h *huma.Operation) {
	h.RequestBody = picturesBody("The picture: as a file, or as the whole body", map[string]*huma.Schema{"file": pictureFile})
}

func describePictures(h *huma.Operation) {
	h.RequestBody = picturesBody("The pictures, at most 10, in their order: as files, or one as the whole body", map[string]*huma.Schema{
		"file": pictureFile, "files": {Type: huma.TypeArray, Items: pictureFile, Description: "In place of file, or beside it"},
	})
}
