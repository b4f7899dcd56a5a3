// Package spool keeps what is too large for memory in files of our own for a while.
package spool

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
)

// File is a file of our own that is gone when it is dropped.
type File struct {
	*os.File
	Size int64  // of what was copied to it
	Hash string // SHA-256 of that, in hexadecimal digits
}

// New makes an empty file; the pattern is that of os.CreateTemp.
func New(pattern string) (*File, error) {
	f, err := os.CreateTemp("", pattern)
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // where an open file can be removed, it is gone however the process ends
	return &File{File: f}, nil
}

// Drop removes the file.
func (f *File) Drop() {
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// Copy copies what is read to a file, which is then read from its beginning. What
// has more than most bytes is the error tooLarge.
func Copy(pattern string, from io.Reader, most int64, tooLarge error) (*File, error) {
	f, err := New(pattern)
	if err != nil {
		return nil, err
	}
	sum := sha256.New()
	f.Size, err = io.Copy(io.MultiWriter(f, sum), io.LimitReader(from, most+1))
	if err == nil && f.Size > most {
		err = tooLarge
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		f.Drop()
		return nil, err
	}
	f.Hash = hex.EncodeToString(sum.Sum(nil))
	return f, nil
}
