package raster

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"testing"
)

// The files here are made byte by byte where no encoder would make them.

// jpegLike describes a grey JPEG: every coefficient in it is nought.
type jpegLike struct {
	sof      byte // sof0, sof2
	w, h     int
	sampling []byte // of each component
	scans    int
	adobe    bool // the colours are RGB or CMYK
}

func (j jpegLike) bytes() []byte {
	b := []byte{0xff, 0xd8}
	segment := func(marker byte, data ...byte) {
		b = append(b, 0xff, marker)
		b = binary.BigEndian.AppendUint16(b, uint16(len(data)+2))
		b = append(b, data...)
	}
	if j.adobe {
		segment(app14, append([]byte("Adobe"), make([]byte, 7)...)...)
	}
	segment(0xdb, append([]byte{0}, bytes.Repeat([]byte{1}, 64)...)...)
	oneCode := append([]byte{1}, make([]byte, 16)...) // a table of the one code 0, for nought
	segment(dht, append([]byte{0x00}, oneCode...)...)
	segment(dht, append([]byte{0x10}, oneCode...)...)
	frame := []byte{8, byte(j.h >> 8), byte(j.h), byte(j.w >> 8), byte(j.w), byte(len(j.sampling))}
	scan, blocks := []byte{byte(len(j.sampling))}, 0
	across, down := int(j.sampling[0]>>4), int(j.sampling[0]&15)
	units := (j.w + 8*across - 1) / (8 * across) * ((j.h + 8*down - 1) / (8 * down))
	for i, s := range j.sampling {
		frame = append(frame, byte(i+1), s, 0)
		scan = append(scan, byte(i+1), 0)
		blocks += units * int(s>>4) * int(s&15)
	}
	segment(j.sof, frame...)
	for range j.scans {
		if j.sof == sof2 {
			segment(sos, append(bytes.Clone(scan), 0, 0, 0)...)
		} else {
			segment(sos, append(bytes.Clone(scan), 0, 63, 0)...)
		}
		b = append(b, make([]byte, blocks*2/8+2)...)
	}
	return append(b, 0xff, eoi)
}

func riff(chunks ...[]byte) []byte {
	body := append([]byte("WEBP"), bytes.Join(chunks, nil)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func chunk(kind string, data []byte) []byte {
	b := append(binary.LittleEndian.AppendUint32([]byte(kind), uint32(len(data))), data...)
	return append(b, make([]byte, len(data)%2)...)
}

// lossless is a VP8L picture of one colour: its pixels take no bits.
func lossless(w, h int) []byte {
	var bits uint64
	n := 0
	put := func(v, size int) { bits, n = bits|uint64(v)<<n, n+size }
	put(w-1, 14)
	put(h-1, 14)
	put(0, 1+3+1+1+1) // alpha, version, no transform, no cache, one group
	for range 5 {
		put(1, 1) // a simple table,
		put(0, 3) // of one symbol, of one bit, 0
	}
	return append(binary.LittleEndian.AppendUint64([]byte{0x2f}, bits), 0, 0, 0)
}

// lossy is a VP8 picture of which all that is coded is nought.
func lossy(w, h int) []byte {
	room := 1000 + w*h/64
	tag := room<<5 | 1<<4
	b := []byte{byte(tag), byte(tag >> 8), byte(tag >> 16), 0x9d, 0x01, 0x2a, byte(w), byte(w >> 8), byte(h), byte(h >> 8)}
	return append(b, make([]byte, 2*room)...)
}

// extended is the VP8X chunk.
func extended(w, h int, alpha bool) []byte {
	b := make([]byte, 10)
	if alpha {
		b[0] = 1 << 4
	}
	b[4], b[5], b[6] = byte(w-1), byte((w-1)>>8), byte((w-1)>>16)
	b[7], b[8], b[9] = byte(h-1), byte((h-1)>>8), byte((h-1)>>16)
	return chunk("VP8X", b)
}

// pngChunk is a chunk of PNG.
func pngChunk(kind string, data []byte) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), kind...)
	b = append(b, data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

// pngHead is a PNG that says so much of itself and has no pixels.
func pngHead(w, h uint32, depth, colours, interlace byte) []byte {
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	head = append(head, depth, colours, 0, 0, interlace)
	b := append([]byte(pngSignature), pngChunk("IHDR", head)...)
	b = append(b, pngChunk("IDAT", []byte{0x78, 0x9c})...)
	return append(b, pngChunk("IEND", nil)...)
}

// sample is a picture with a red left upper quarter, else blue.
func sample(w, h int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, color.NRGBA{B: 255, A: 255})
			if x < w/2 && y < h/2 {
				img.Set(x, y, color.NRGBA{R: 255, A: 255})
			}
		}
	}
	return img
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asGIF(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := gif.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is EXIF data with an orientation and a text.
func exif(order binary.AppendByteOrder, orientation uint16, text string) []byte {
	b := []byte("MM\x00\x2a")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		b = []byte("II\x2a\x00")
	}
	b = order.AppendUint32(b, 8)
	b = order.AppendUint16(b, 2)
	entry := func(tag, kind uint16, count uint32, value []byte) {
		b = order.AppendUint16(order.AppendUint16(b, tag), kind)
		b = append(order.AppendUint32(b, count), value...)
	}
	entry(0x010e, 2, uint32(len(text)), order.AppendUint32(nil, 8+2+2*12+4))
	entry(0x0112, 3, 1, append(order.AppendUint16(nil, orientation), 0, 0))
	return append(order.AppendUint32(b, 0), text...)
}

// withSegment puts a segment into a JPEG, behind its beginning.
func withSegment(file []byte, marker byte, data []byte) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, marker}, uint16(len(data)+2))
	return append(append(b, data...), file[2:]...)
}

// withChunk puts a chunk into a PNG, behind its head.
func withChunk(file []byte, kind string, data []byte) []byte {
	const head = 8 + 25
	return append(append(bytes.Clone(file[:head]), pngChunk(kind, data)...), file[head:]...)
}
