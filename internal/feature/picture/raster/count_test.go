package raster

import (
	"bytes"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"testing"

	"golang.org/x/image/webp"
)

// What is counted before is what the decoders take: none takes more, and the
// count is not so high that good files are refused.
func TestCountsWhatDecodersTake(t *testing.T) {
	const w, h = 1500, 1100
	const all = w * h
	r := image.Rect(0, 0, w, h)
	opaque := image.NewRGBA(r)
	for i := range opaque.Pix {
		opaque.Pix[i] = 255
	}
	grey := asPNG(t, image.NewGray(r))
	decodeWebP := webp.Decode
	for name, c := range map[string]struct {
		file   []byte
		decode func(io.Reader) (image.Image, error)
	}{
		"png rgb":           {asPNG(t, opaque), png.Decode},
		"png alpha":         {asPNG(t, image.NewNRGBA(r)), png.Decode},
		"png 16 bits":       {asPNG(t, image.NewNRGBA64(r)), png.Decode},
		"png grey":          {grey, png.Decode},
		"png grey tRNS":     {withChunk(grey, "tRNS", []byte{0, 0}), png.Decode},
		"png palette":       {asPNG(t, image.NewPaletted(r, color.Palette{color.White, color.Black})), png.Decode},
		"gif":               {asGIF(t, image.NewPaletted(r, color.Palette{color.White, color.Black})), gif.Decode},
		"jpeg grey":         {jpegLike{sof0, w, h, []byte{0x11}, 1, false}.bytes(), jpeg.Decode},
		"jpeg 4:4:4":        {jpegLike{sof0, w, h, []byte{0x11, 0x11, 0x11}, 1, false}.bytes(), jpeg.Decode},
		"jpeg 4:2:0":        {jpegLike{sof0, w, h, []byte{0x22, 0x11, 0x11}, 1, false}.bytes(), jpeg.Decode},
		"jpeg 4:1:1":        {jpegLike{sof0, w, h, []byte{0x41, 0x11, 0x11}, 1, false}.bytes(), jpeg.Decode},
		"jpeg rgb":          {jpegLike{sof0, w, h, []byte{0x11, 0x11, 0x11}, 1, true}.bytes(), jpeg.Decode},
		"jpeg cmyk":         {jpegLike{sof0, w, h, []byte{0x11, 0x11, 0x11, 0x11}, 1, true}.bytes(), jpeg.Decode},
		"progressive grey":  {jpegLike{sof2, w, h, []byte{0x11}, 2, false}.bytes(), jpeg.Decode},
		"progressive 4:2:0": {jpegLike{sof2, w, h, []byte{0x22, 0x11, 0x11}, 2, false}.bytes(), jpeg.Decode},
		"webp lossless":     {riff(chunk("VP8L", lossless(w, h))), decodeWebP},
		"webp lossy":        {riff(chunk("VP8 ", lossy(w, h))), decodeWebP},
		"webp alpha": {riff(extended(w, h, true), chunk("ALPH", append([]byte{1}, lossless(w, h)[5:]...)),
			chunk("VP8 ", lossy(w, h))), decodeWebP},
	} {
		counted, err := inspect(c.file)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err = c.decode(bytes.NewReader(c.file))
		runtime.ReadMemStats(&after)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		took := int(after.TotalAlloc - before.TotalAlloc)
		const slack = 512 << 10 // tables and buffers
		if took > counted.decoded+slack || counted.decoded > 2*took+slack {
			t.Errorf("%s: counted %.1f bytes a pixel, took %.1f", name, float64(counted.decoded)/all, float64(took)/all)
		}
	}
}
