package raster

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
)

// made draws a file. No test here is parallel: one file is decoded at a time, and who
// waits too long is told that the program is busy.
func made(t testing.TB, file []byte) Picture {
	t.Helper()
	p, err := Make(t.Context(), bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func decoded(t testing.TB, file []byte) image.Image {
	t.Helper()
	img, err := jpeg.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func isRed(c color.Color) bool {
	r, _, b, _ := c.RGBA()
	return r > 0xc000 && b < 0x4000
}

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		w, h int
		want []image.Point
	}{
		{1, 1, []image.Point{{1, 1}, {1, 1}, {1, 1}, {1, 1}}},
		{500, 250, []image.Point{{500, 250}, {500, 250}, {320, 160}, {96, 48}}},
		{1600, 1200, []image.Point{{1600, 1200}, {800, 600}, {320, 240}, {96, 72}}},
		{1000, 3199, []image.Point{{500, 1600}, {250, 800}, {100, 320}, {30, 96}}},
		{4001, 2001, []image.Point{{1600, 800}, {800, 400}, {320, 160}, {96, 48}}},
		{1, 16_000, []image.Point{{1, 1600}, {1, 800}, {1, 320}, {1, 96}}},
		{16_000, 1, []image.Point{{1600, 1}, {800, 1}, {320, 1}, {96, 1}}},
	} {
		p := made(t, asPNG(t, sample(c.w, c.h)))
		if p.Width != c.want[0].X || p.Height != c.want[0].Y {
			t.Errorf("%d×%d: says %d×%d", c.w, c.h, p.Width, p.Height)
		}
		for i, b := range p.JPEG {
			if got := decoded(t, b).Bounds().Size(); got != c.want[i] {
				t.Errorf("%d×%d: side %d is %v, want %v", c.w, c.h, Sides[i], got, c.want[i])
			}
		}
	}
}

func TestFormats(t *testing.T) {
	img := sample(200, 100)
	for name, file := range map[string][]byte{"png": asPNG(t, img), "jpeg": asJPEG(t, img), "gif": asGIF(t, img)} {
		for i, b := range made(t, file).JPEG {
			got := decoded(t, b)
			size := got.Bounds().Size()
			if !isRed(got.At(size.X/8, size.Y/8)) || isRed(got.At(size.X*5/8, size.Y/8)) || isRed(got.At(size.X/8, size.Y*5/8)) {
				t.Errorf("%s: side %d does not show what the file does", name, Sides[i])
			}
		}
	}
	for name, file := range map[string][]byte{
		"lossless": riff(chunk("VP8L", lossless(50, 30))),
		"lossy":    riff(chunk("VP8 ", lossy(50, 30))),
		"alpha":    riff(extended(50, 30, true), chunk("ALPH", append([]byte{1}, lossless(50, 30)[5:]...)), chunk("VP8 ", lossy(50, 30))),
	} {
		if p := made(t, file); p.Width != 50 || p.Height != 30 {
			t.Errorf("webp, %s: %d×%d", name, p.Width, p.Height)
		}
	}
}

func TestTransparentIsWhite(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 400, 400))
	for name, file := range map[string][]byte{
		"png":  asPNG(t, img),
		"gif":  asGIF(t, image.NewPaletted(img.Rect, color.Palette{color.Transparent, color.Black})),
		"webp": riff(extended(400, 400, true), chunk("ALPH", make([]byte, 1+400*400)), chunk("VP8 ", lossy(400, 400))),
	} {
		for _, b := range made(t, file).JPEG {
			if r, g, b, _ := decoded(t, b).At(40, 40).RGBA(); r < 0xfd00 || g < 0xfd00 || b < 0xfd00 {
				t.Errorf("%s: what is transparent is not white: %x %x %x", name, r, g, b)
			}
		}
	}
}

// Of the red quarter EXIF tells where it belongs.
func TestOrientation(t *testing.T) {
	red := map[uint16]image.Point{ // the quarter that is red then
		0: {0, 0}, 1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}, 9: {0, 0},
	}
	img := sample(200, 100)
	for orientation, want := range red {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			tag := exif(order, orientation, "")
			for name, file := range map[string][]byte{
				"jpeg": withSegment(asJPEG(t, img), app1, append([]byte("Exif\x00\x00"), tag...)),
				"png":  withChunk(asPNG(t, img), "eXIf", tag),
			} {
				got := decoded(t, made(t, file).JPEG[0])
				size := got.Bounds().Size()
				wantSize := image.Pt(200, 100)
				if orientation >= 5 && orientation <= 8 {
					wantSize = image.Pt(100, 200)
				}
				if size != wantSize {
					t.Errorf("%s, orientation %d: %v", name, orientation, size)
				}
				for _, q := range []image.Point{{0, 0}, {1, 0}, {0, 1}, {1, 1}} {
					at := image.Pt(size.X/4+q.X*size.X/2, size.Y/4+q.Y*size.Y/2)
					if isRed(got.At(at.X, at.Y)) != (q == want) {
						t.Errorf("%s, orientation %d: the quarter %v is wrong", name, orientation, q)
					}
				}
			}
		}
	}
	p := made(t, riff(chunk("VP8L", lossless(50, 30)), chunk("EXIF", exif(binary.LittleEndian, 6, ""))))
	if p.Width != 30 || p.Height != 50 {
		t.Errorf("webp: %d×%d", p.Width, p.Height)
	}
}

// Where and by whom a picture was taken is nobody's business.
func TestNothingIsLeftOfTheFile(t *testing.T) {
	const secret = "GPS 55.7558N 37.6173E of Ivan"
	img := sample(300, 300)
	xmp := []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>" + secret + "</x:xmpmeta>")
	tag := exif(binary.BigEndian, 1, secret)
	text := append([]byte("Comment\x00"), secret...)
	file := asJPEG(t, img)
	for _, s := range []struct {
		marker byte
		data   []byte
	}{{app1, append([]byte("Exif\x00\x00"), tag...)}, {app1, xmp}, {0xed, text}, {0xe2, text}, {0xfe, text}} {
		file = withSegment(file, s.marker, s.data)
	}
	pngFile := asPNG(t, img)
	for _, kind := range []string{"eXIf", "tEXt", "iTXt"} {
		pngFile = withChunk(pngFile, kind, append(bytes.Clone(text), tag...))
	}
	gifFile := asGIF(t, img)
	comment := append(append([]byte{0x21, 0xfe, byte(len(secret))}, secret...), 0)
	at := bytes.Index(gifFile, []byte{0x2c, 0, 0, 0, 0})
	gifFile = append(append(bytes.Clone(gifFile[:at]), comment...), gifFile[at:]...)
	for name, file := range map[string][]byte{
		"jpeg": file, "behind a jpeg": append(asJPEG(t, img), secret...),
		"png": pngFile, "behind a png": append(asPNG(t, img), secret...), "gif": gifFile, "behind a gif": append(asGIF(t, img), secret...),
		"webp": riff(extended(50, 30, false), chunk("VP8L", lossless(50, 30)), chunk("EXIF", tag), chunk("XMP ", xmp)),
	} {
		if !bytes.Contains(file, []byte(secret)) {
			t.Fatalf("%s: the file has no secret: the test shows nothing", name)
		}
		for _, b := range made(t, file).JPEG {
			if bytes.Contains(b, []byte("Ivan")) || bytes.Contains(b, []byte("Exif")) || bytes.Contains(b, []byte("xmp")) {
				t.Errorf("%s: the picture tells of its file", name)
			}
		}
	}
}

// Whoever has gone is not drawn for.
func TestGone(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Make(ctx, bytes.NewReader(asPNG(t, sample(100, 100)))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// What is made of a picture may change with the libraries; it must still look so.
func TestShrinkingKeepsColours(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 3000, 2000))
	for i := range img.Pix {
		img.Pix[i] = byte(200 * (i / 4 % 2)) // stripes of one pixel
		if i%4 == 3 {
			img.Pix[i] = 255
		}
	}
	for i, b := range made(t, asPNG(t, img)).JPEG[1:] {
		got := fmt.Sprint(decoded(t, b).At(40, 30))
		r, _, _, _ := decoded(t, b).At(40, 30).RGBA()
		if r>>8 < 90 || r>>8 > 110 {
			t.Errorf("side %d: the mean of 0 and 200 is %s", Sides[i+1], strings.TrimSpace(got))
		}
	}
}
