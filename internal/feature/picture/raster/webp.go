package raster

import (
	"bytes"
	"encoding/binary"

	"golang.org/x/image/webp"
)

// inspectWebP asks the decoder for the sides, which are those of the canvas; it
// refuses a frame of other sides itself. Beside the pixels it takes up to 128 MiB
// for the tables of a lossless file that was made to hurt: there is no telling
// before.
func inspectWebP(file []byte) (head, error) {
	c, err := webp.DecodeConfig(bytes.NewReader(file))
	if err != nil {
		return head{}, Spoilt.Because(err)
	}
	h := head{format: formatWebP, width: c.Width, height: c.Height}
	pixels := c.Width * c.Height
	size := int(binary.LittleEndian.Uint32(file[4:]))
	if size > len(file)-8 {
		return head{}, Spoilt
	}
	for rest := file[12 : 8+max(size, 4)]; len(rest) >= 8; {
		kind, n := string(rest[:4]), int(binary.LittleEndian.Uint32(rest[4:]))
		if n > len(rest)-8 {
			return head{}, Spoilt
		}
		switch kind {
		case "VP8 ":
			h.decoded += 2 * pixels // a half less, but for whole blocks
		case "VP8L":
			h.decoded += 8 * pixels // a palette is laid out in a copy
		case "ALPH":
			h.decoded += 9 * pixels // is a lossless picture of its own
		case "EXIF":
			h.orientation = orientationOf(rest[8 : 8+n])
		}
		rest = rest[min(8+n+n%2, len(rest)):]
	}
	return h, nil
}

// inspectGIF reads the sides of the screen, which its frames can't be out of.
func inspectGIF(file []byte) (head, error) {
	if len(file) < 13 {
		return head{}, Spoilt
	}
	w, h := int(binary.LittleEndian.Uint16(file[6:])), int(binary.LittleEndian.Uint16(file[8:]))
	return head{format: formatGIF, width: w, height: h, decoded: 2 * w * h}, nil // twice: interlaced
}
