// Package raster owns the way from a file that somebody sent to pictures that are
// safe to show: JPEGs of a few sizes, drawn anew, with nothing left of the file
// but what it shows.
//
// It promises that a file is known by its content, that what it would take to
// decode is counted before it is decoded, and that no file, however spoilt, ends
// the process or keeps it busy for long.
package raster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"golang.org/x/image/webp"

	"zakup/internal/platform/fault"
)

// The limits of a file.
const (
	MaxBytes   = 10 << 20  // of the file
	MaxSide    = 16_000    // pixels
	MaxDecoded = 128 << 20 // bytes that a decoder takes for pixels
	maxScans   = 64        // of a JPEG; editors write a dozen
)

// Sides are the longer sides of the pictures made of a file, in pixels. A smaller
// file is never enlarged. The first is what is kept of the original.
var Sides = [...]int{1600, 800, 320, 96}

// quality is of the JPEGs.
const quality = 85

// The faults of a file.
var (
	// NotPicture: the content is of no format that is read.
	NotPicture = fault.New(fault.Invalid, "not_a_picture",
		"Это не картинка: нужен JPEG, PNG, WebP или GIF", "This is not a picture: JPEG, PNG, WebP or GIF is needed")
	// TooLarge: the file, or what is in it, is over a limit.
	TooLarge = fault.New(fault.TooLarge, "picture_too_large",
		"Картинка слишком велика: не больше 10 МиБ, 16 000 точек по стороне и 128 МиБ в памяти",
		"The picture is too large: at most 10 MiB, 16,000 pixels a side and 128 MiB in memory")
	// Spoilt: the file breaks off, or is not what it begins as.
	Spoilt = fault.New(fault.Invalid, "picture_spoilt",
		"Файл картинки испорчен или прислан не целиком", "The file of the picture is spoilt or is not whole")
	// Busy: others wait already.
	Busy = fault.New(fault.Unavailable, "pictures_busy",
		"Сейчас обрабатывается слишком много картинок: повторите позже", "Too many pictures are being worked on: try again later")
)

// Picture is what is made of a file.
type Picture struct {
	Width, Height int      // of the largest
	JPEG          [][]byte // one for each of Sides
}

// decoding bounds the memory that files take at once, whoever sent them.
var decoding = make(chan struct{}, 1)

// patience is how long a file waits for those before it.
const patience = 20 * time.Second

// Make draws the pictures of a file, which is read into memory when its turn has
// come: it is to be at hand. NotPicture, TooLarge, Spoilt, Busy.
func Make(ctx context.Context, file io.Reader) (Picture, error) {
	select {
	case decoding <- struct{}{}:
		defer func() { <-decoding }()
	case <-ctx.Done():
		return Picture{}, ctx.Err()
	case <-time.After(patience):
		return Picture{}, Busy
	}
	all, err := io.ReadAll(io.LimitReader(file, MaxBytes+1))
	if err != nil {
		return Picture{}, fmt.Errorf("raster: %w", err)
	}
	h, err := inspect(all)
	if err != nil {
		return Picture{}, err
	}
	largest, err := decode(ctx, h, all)
	if err != nil {
		return Picture{}, err
	}
	return encode(ctx, largest)
}

// decode gives the largest of the pictures. What the file takes is free again
// when it returns.
func decode(ctx context.Context, h head, file []byte) (largest *image.RGBA, err error) {
	defer survive(&err)
	r := &untilDone{ctx, bytes.NewReader(file)}
	var img image.Image
	switch h.format {
	case formatJPEG:
		img, err = jpeg.Decode(r)
	case formatPNG:
		img, err = png.Decode(r)
	case formatGIF:
		img, err = gif.Decode(r) // the first frame; nothing behind it is read
	case formatWebP:
		img, err = webp.Decode(r)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, Spoilt.Because(err)
	}
	if img.Bounds().Empty() {
		return nil, Spoilt.Because(errors.New("no pixels"))
	}
	return turn(fit(img, Sides[0]), h.orientation), nil
}

// survive makes of a panic, which is a mistake of a reader, a fault of the one file
// that found it.
func survive(err *error) {
	if p := recover(); p != nil { //nolint:revive // it is deferred, by its callers
		*err = Spoilt.Because(fmt.Errorf("raster: a panic: %v", p))
	}
}

// untilDone ends a decoder that works for nobody any more.
type untilDone struct {
	ctx context.Context
	r   *bytes.Reader
}

func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

func encode(ctx context.Context, img *image.RGBA) (Picture, error) {
	p := Picture{Width: img.Rect.Dx(), Height: img.Rect.Dy()}
	for _, side := range Sides {
		if ctx.Err() != nil {
			return Picture{}, ctx.Err()
		}
		img = fit(img, side)
		var b bytes.Buffer
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			return Picture{}, fmt.Errorf("raster: %w", err)
		}
		p.JPEG = append(p.JPEG, b.Bytes())
	}
	return p, nil
}
