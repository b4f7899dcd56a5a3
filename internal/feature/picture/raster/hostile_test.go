package raster

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"runtime"
	"testing"
)

// hostile are files that hurt whoever decodes them without looking.
func hostile(t testing.TB) map[string]struct {
	file []byte
	want error
} {
	t.Helper()
	type row = struct {
		file []byte
		want error
	}
	outside := asGIF(t, sample(10, 10))
	outside[bytes.Index(outside, []byte{0x2c, 0, 0, 0, 0})+1] = 200
	noPalette := []byte("GIF89a\x0a\x00\x0a\x00\x00\x00\x00,\x00\x00\x00\x00\x0a\x00\x0a\x00\x00\x02\x02\x4c\x01\x00;")
	return map[string]row{
		"nothing":               {nil, NotPicture},
		"text":                  {[]byte("hello"), NotPicture},
		"html":                  {[]byte("<html><script>alert(1)</script>"), NotPicture},
		"svg":                   {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), NotPicture},
		"tiff":                  {[]byte("II\x2a\x00\x08\x00\x00\x00"), NotPicture},
		"gif of javascript":     {[]byte("GIF89a/*" + string(make([]byte, 20)) + "*/=1;alert(1)"), Spoilt},
		"a long file":           {make([]byte, MaxBytes+1), TooLarge},
		"jpeg, a long file":     {append(asJPEG(t, sample(9, 9)), make([]byte, MaxBytes)...), TooLarge},
		"png 50,000 × 50,000":   {pngHead(50_000, 50_000, 8, 6, 0), TooLarge},
		"png 2^31-1 × 2^31-1":   {pngHead(1<<31-1, 1<<31-1, 16, 6, 1), TooLarge},
		"png 2^32-1":            {pngHead(1<<32-1, 1<<32-1, 16, 6, 1), TooLarge},
		"png 16,001 × 1":        {pngHead(16_001, 1, 8, 0, 0), TooLarge},
		"png 1 × 16,001":        {pngHead(1, 16_001, 8, 0, 0), TooLarge},
		"png 6,000 × 6,000":     {pngHead(6000, 6000, 8, 2, 0), TooLarge},
		"png, 16 bits":          {pngHead(4200, 4200, 16, 6, 0), TooLarge},
		"png, interlaced":       {pngHead(4200, 4200, 8, 6, 1), TooLarge},
		"png, grey with a tRNS": {withChunk(pngHead(6000, 6000, 8, 0, 0), "tRNS", []byte{0, 0}), TooLarge},
		"png 0 × 0":             {pngHead(0, 0, 8, 6, 0), Spoilt},
		"png without pixels":    {pngHead(10, 10, 8, 6, 0), Spoilt},
		"png of nothing":        {[]byte(pngSignature), Spoilt},
		"png, two heads":        {withChunk(pngHead(10, 10, 8, 6, 0), "IHDR", pngHead(50_000, 50_000, 8, 6, 0)[16:29]), Spoilt},
		"png, a chunk too long": {append([]byte(pngSignature), "\xff\xff\xff\xffIHDR........."...), Spoilt},
		"jpeg of 5,000 scans":   {jpegLike{sof2, 64, 64, []byte{0x11}, 5000, false}.bytes(), TooLarge},
		"jpeg, 65 scans":        {jpegLike{sof0, 64, 64, []byte{0x11}, maxScans + 1, false}.bytes(), TooLarge},
		"jpeg 16,001":           {jpegLike{sof0, 16_001, 8, []byte{0x11}, 1, false}.bytes(), TooLarge},
		"jpeg 16,000 × 16,000":  {jpegLike{sof0, 16_000, 16_000, []byte{0x11}, 0, false}.bytes(), TooLarge},
		"jpeg, progressive":     {jpegLike{sof2, 5200, 5200, []byte{0x11}, 0, false}.bytes(), TooLarge},
		"jpeg, progressive 4:2:0": {
			jpegLike{sof2, 4300, 4300, []byte{0x22, 0x11, 0x11}, 0, false}.bytes(), TooLarge,
		},
		"jpeg 4:4:4":            {jpegLike{sof0, 6700, 6700, []byte{0x11, 0x11, 0x11}, 0, false}.bytes(), TooLarge},
		"jpeg, cmyk":            {jpegLike{sof0, 4200, 4200, []byte{0x11, 0x11, 0x11, 0x11}, 0, true}.bytes(), TooLarge},
		"jpeg, rgb":             {jpegLike{sof0, 4400, 4400, []byte{0x11, 0x11, 0x11}, 0, true}.bytes(), TooLarge},
		"jpeg without a scan":   {jpegLike{sof0, 64, 64, []byte{0x11}, 0, false}.bytes(), Spoilt},
		"jpeg 0 × 0":            {jpegLike{sof0, 0, 0, []byte{0x11}, 1, false}.bytes(), Spoilt},
		"jpeg of markers":       {bytes.Repeat([]byte{0xff}, 1000), NotPicture},
		"jpeg of FFs":           {append([]byte{0xff, 0xd8}, bytes.Repeat([]byte{0xff}, 1000)...), Spoilt},
		"jpeg, no sampling":     {jpegLike{sof0, 64, 64, []byte{0x11, 0x01, 0x10}, 1, false}.bytes(), Spoilt},
		"gif, frame outside":    {outside, Spoilt},
		"gif 60,000 × 60,000":   {[]byte("GIF89a\x60\xea\x60\xea\x80\x00\x00"), TooLarge},
		"gif 9,000 × 9,000":     {[]byte("GIF89a\x28\x23\x28\x23\x80\x00\x00\x00\x00\x00\xff\xff\xff;"), TooLarge},
		"gif without a palette": {noPalette, Spoilt},
		"gif of a head":         {[]byte("GIF89a"), Spoilt},
		"webp of a head":        {[]byte("RIFF\x04\x00\x00\x00WEBP"), Spoilt},
		"webp 16,383":           {riff(chunk("VP8L", lossless(16_383, 10))), TooLarge},
		"webp 10,000 × 10,000":  {riff(chunk("VP8L", lossless(10_000, 10_000))), TooLarge},
		"webp, small canvas": {
			riff(extended(10, 10, false), chunk("VP8L", lossless(10_000, 10_000))), Spoilt,
		},
		"webp, alpha": {
			riff(extended(4000, 4000, true), chunk("ALPH", append([]byte{1}, lossless(4000, 4000)[5:]...)), chunk("VP8 ", lossy(4000, 4000)[:100])), TooLarge,
		},
		"webp, two pictures": {riff(chunk("VP8L", lossless(3000, 3000)), chunk("VP8L", lossless(3000, 3000))), TooLarge},
	}
}

// What is over a limit is refused by what it says of itself: nothing is allocated
// for its pixels.
func TestHostileFiles(t *testing.T) {
	for name, c := range hostile(t) {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Make(t.Context(), bytes.NewReader(c.file))
		runtime.ReadMemStats(&after)
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", name, err, c.want)
		}
		// A file that is read in pieces is copied as it grows: several times what it is.
		if took := after.TotalAlloc - before.TotalAlloc; took > 1<<20+6*uint64(len(c.file)) {
			t.Errorf("%s: took %d bytes before it was refused", name, took)
		}
	}
}

// A file that breaks off anywhere is refused, or shows all that it had to show.
func TestTruncatedPictures(t *testing.T) {
	img := sample(40, 30)
	for name, file := range map[string][]byte{
		"png": asPNG(t, img), "jpeg": asJPEG(t, img), "gif": asGIF(t, img),
		"progressive": jpegLike{sof2, 40, 30, []byte{0x22, 0x11, 0x11}, 3, false}.bytes(),
		"lossless":    riff(chunk("VP8L", lossless(40, 30))),
		"lossy":       riff(chunk("VP8 ", lossy(40, 30))),
	} {
		whole := made(t, file)
		for n := range file {
			p, err := Make(t.Context(), bytes.NewReader(file[:n]))
			if err == nil && !bytes.Equal(p.JPEG[0], whole.JPEG[0]) {
				t.Errorf("%s: %d of %d bytes make another picture", name, n, len(file))
			}
			if err != nil && !errors.Is(err, Spoilt) && !errors.Is(err, NotPicture) {
				t.Errorf("%s: %d of %d bytes: %v", name, n, len(file), err)
			}
		}
	}
}

// Bytes that are wrong never get out of the package as a panic.
func TestSpoiltPictures(t *testing.T) {
	img := sample(40, 30)
	for name, file := range map[string][]byte{
		"png": asPNG(t, img), "jpeg": asJPEG(t, img), "gif": asGIF(t, img), "webp": riff(chunk("VP8 ", lossy(40, 30))[:500]),
	} {
		for i := range file {
			for _, b := range []byte{0, 0xff, file[i] ^ 0x10} {
				spoilt := bytes.Clone(file)
				spoilt[i] = b
				checked(t, name, spoilt)
			}
		}
	}
}

// checked makes a picture and looks whether the answer is one of those promised.
func checked(t *testing.T, name string, file []byte) {
	t.Helper()
	p, err := Make(t.Context(), bytes.NewReader(file))
	if err == nil {
		if len(p.JPEG) != len(Sides) || p.Width < 1 || p.Height < 1 || max(p.Width, p.Height) > Sides[0] {
			t.Errorf("%s: made %d pictures of %d×%d", name, len(p.JPEG), p.Width, p.Height)
		}
		return
	}
	if !errors.Is(err, Spoilt) && !errors.Is(err, TooLarge) && !errors.Is(err, NotPicture) {
		t.Errorf("%s: %v", name, err)
	}
}

// Of a film the first frame is taken; the others are not even read.
func TestFirstFrame(t *testing.T) {
	film := &gif.GIF{Config: image.Config{Width: 20, Height: 20}}
	for i := range 3 {
		frame := image.NewPaletted(image.Rect(0, 0, 20, 20), color.Palette{color.White, color.RGBA{R: 255, A: 255}})
		for p := range frame.Pix {
			frame.Pix[p] = byte(min(i, 1) ^ 1)
		}
		film.Image, film.Delay = append(film.Image, frame), append(film.Delay, 1)
	}
	var b bytes.Buffer
	if err := gif.EncodeAll(&b, film); err != nil {
		t.Fatal(err)
	}
	file := b.Bytes()
	second := bytes.LastIndexByte(file[:len(file)-20], 0x2c)
	file = append(file[:second], "\x2c what is behind"...)
	if got := decoded(t, made(t, file).JPEG[0]); !isRed(got.At(10, 10)) {
		t.Error("not the first frame")
	}
}

// A panic of a decoder is a spoilt file.
func TestPanic(t *testing.T) {
	if _, err := decode(t.Context(), head{}, nil); !errors.Is(err, Spoilt) { // of no format: a nil picture
		t.Errorf("got %v", err)
	}
}
