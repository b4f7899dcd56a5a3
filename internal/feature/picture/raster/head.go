package raster

import (
	"bytes"
	"encoding/binary"
)

type format int

const (
	formatJPEG format = iota + 1
	formatPNG
	formatGIF
	formatWebP
)

// head is what a file says of itself before it is decoded.
type head struct {
	format        format
	width, height int
	decoded       int // bytes that its decoder takes for the pixels
	orientation   int // as EXIF has it, 1 to 8
}

// inspect recognises a file by its content and refuses one that is over a limit.
func inspect(file []byte) (h head, err error) {
	defer survive(&err)
	if len(file) > MaxBytes {
		return head{}, TooLarge
	}
	switch {
	case bytes.HasPrefix(file, []byte("\xff\xd8\xff")):
		h, err = inspectJPEG(file)
	case bytes.HasPrefix(file, []byte(pngSignature)):
		h, err = inspectPNG(file)
	case bytes.HasPrefix(file, []byte("GIF87a")), bytes.HasPrefix(file, []byte("GIF89a")):
		h, err = inspectGIF(file)
	case len(file) >= 12 && string(file[:4]) == "RIFF" && string(file[8:12]) == "WEBP":
		h, err = inspectWebP(file)
	default:
		return head{}, NotPicture
	}
	switch {
	case err != nil:
		return head{}, err
	case h.width < 1 || h.height < 1:
		return head{}, Spoilt
	case h.width > MaxSide || h.height > MaxSide || h.decoded > MaxDecoded:
		return head{}, TooLarge
	}
	if h.orientation < 1 || h.orientation > 8 {
		h.orientation = 1
	}
	return h, nil
}

// orientationOf finds the one tag that matters in EXIF data: 0 when it is not
// there. The rest of EXIF is of no use to us, and the walk that counts what a
// file takes passes by it anyway, so no library reads it.
func orientationOf(exif []byte) int {
	exif = bytes.TrimPrefix(exif, []byte("Exif\x00\x00"))
	if len(exif) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if string(exif[:2]) == "II" {
		order = binary.LittleEndian
	}
	at := order.Uint32(exif[4:])
	if uint64(at)+2 > uint64(len(exif)) {
		return 0
	}
	entries := exif[at+2:]
	for range order.Uint16(exif[at:]) {
		if len(entries) < 12 {
			return 0
		}
		const tag, short = 0x0112, 3
		if order.Uint16(entries) == tag && order.Uint16(entries[2:]) == short {
			return int(order.Uint16(entries[8:]))
		}
		entries = entries[12:]
	}
	return 0
}
