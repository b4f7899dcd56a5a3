package raster

import "encoding/binary"

const pngSignature = "\x89PNG\r\n\x1a\n"

// inspectPNG walks over the chunks.
func inspectPNG(file []byte) (head, error) {
	h := head{format: formatPNG}
	var frame []byte
	transparent := false
	for rest := file[len(pngSignature):]; len(rest) >= 12; {
		n := int(binary.BigEndian.Uint32(rest))
		if n > len(rest)-12 {
			return head{}, Spoilt
		}
		chunk := rest[8 : 8+n]
		switch kind := string(rest[4:8]); {
		case frame == nil && (kind != "IHDR" || n != 13):
			return head{}, Spoilt
		case frame == nil:
			frame = chunk
			h.width, h.height = int(binary.BigEndian.Uint32(chunk)), int(binary.BigEndian.Uint32(chunk[4:]))
		case kind == "tRNS":
			transparent = true
		case kind == "eXIf":
			h.orientation = orientationOf(chunk)
		case kind == "IEND":
			h.decoded = h.width * h.height * bytesPNG(frame, transparent)
			return h, nil
		}
		rest = rest[12+n:]
	}
	return head{}, Spoilt
}

// bytesPNG is what the decoder allocates for a pixel; the passes of an interlaced
// file are pictures of their own.
func bytesPNG(frame []byte, transparent bool) int {
	depth, colours, interlaced := frame[8], frame[9], frame[12] != 0
	const gray, paletted = 0, 3
	n := 4
	switch {
	case colours == paletted, colours == gray && !transparent:
		n = 1
	}
	if depth == 16 {
		n *= 2
	}
	if interlaced {
		n *= 2
	}
	return n
}
