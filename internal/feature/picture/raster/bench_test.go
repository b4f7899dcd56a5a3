package raster

import (
	"bytes"
	"errors"
	"image"
	"math/rand/v2"
	"testing"
)

// noisy is a picture that compresses as badly as a photograph.
func noisy(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := 0; i < len(img.Pix); i += 4 {
		x, y := i/4%w, i/4/w
		img.Pix[i], img.Pix[i+1], img.Pix[i+2], img.Pix[i+3] = byte(x/9), byte(y/7), byte(x+y)/2+byte(r.IntN(16)), 255
	}
	return img
}

func BenchmarkMake(b *testing.B) {
	for name, file := range map[string][]byte{
		"jpeg12MP": asJPEG(b, noisy(4000, 3000)),
		"jpeg2MP":  asJPEG(b, noisy(1600, 1200)),
		"png2MP":   asPNG(b, noisy(1600, 1200)),
		"webp12MP": riff(chunk("VP8L", lossless(4000, 3000))),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				made(b, file)
			}
		})
	}
}

func BenchmarkRefuse(b *testing.B) {
	for name, file := range map[string][]byte{
		"scans": jpegLike{sof2, 64, 64, []byte{0x11}, 5000, false}.bytes(),
		"png":   pngHead(50_000, 50_000, 8, 6, 0),
		"ffs":   append([]byte{0xff, 0xd8, 0xff}, bytes.Repeat([]byte{0xff, 0}, MaxBytes/2-2)...),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if _, err := Make(b.Context(), bytes.NewReader(file)); !errors.Is(err, TooLarge) && !errors.Is(err, Spoilt) {
					b.Fatal(err)
				}
			}
		})
	}
}

func FuzzMake(f *testing.F) {
	img := sample(20, 10)
	for _, file := range [][]byte{asPNG(f, img), asJPEG(f, img), asGIF(f, img), riff(chunk("VP8L", lossless(9, 9))), lossyFile()} {
		f.Add(file)
	}
	for _, c := range hostile(f) {
		if len(c.file) < 10_000 {
			f.Add(c.file)
		}
	}
	f.Fuzz(func(t *testing.T, file []byte) { checked(t, "fuzzed", file) })
}

func lossyFile() []byte { return riff(chunk("VP8 ", lossy(9, 9))) }
