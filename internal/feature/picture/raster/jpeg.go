package raster

import (
	"bytes"
	"encoding/binary"
)

// The markers of JPEG that are looked at.
const (
	sof0, sof2, dht = 0xc0, 0xc2, 0xc4
	rst0, rst7      = 0xd0, 0xd7
	eoi, sos        = 0xd9, 0xda
	app1, app14     = 0xe1, 0xee
)

// inspectJPEG walks over the markers as the decoder will, without the pixels
// between. Each scan is a pass over the whole picture for a few bytes of file, so
// they are counted.
func inspectJPEG(file []byte) (head, error) {
	h := head{format: formatJPEG}
	var frame []byte
	progressive, rgb, scans := false, false, 0
	for at := 2; ; {
		marker, segment, next := segmentAt(file, at)
		if next == 0 {
			return head{}, Spoilt
		}
		at = next
		switch {
		case marker == eoi:
			if frame == nil {
				return head{}, Spoilt
			}
			h.decoded = decodedJPEG(h, frame, progressive, rgb)
			return h, nil
		case sof0 <= marker && marker <= sof2:
			if frame != nil || len(segment) < 9 || len(segment) != 6+3*int(segment[5]) {
				return head{}, Spoilt
			}
			frame, progressive = segment[6:], marker == sof2
			h.height, h.width = int(binary.BigEndian.Uint16(segment[1:])), int(binary.BigEndian.Uint16(segment[3:]))
		case marker == sos:
			if scans++; scans > maxScans {
				return head{}, TooLarge.Saying("В этом JPEG слишком много проходов", "This JPEG has too many scans")
			}
		case marker == app1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) && h.orientation == 0:
			h.orientation = orientationOf(segment)
		case marker == app14 && len(segment) >= 12 && segment[11] == 0:
			rgb = true // there will be a copy of the pixels
		}
	}
}

// segmentAt finds the next marker and what belongs to it; next is 0 when the file
// ends first.
func segmentAt(file []byte, at int) (marker byte, segment []byte, next int) {
	for {
		i := bytes.IndexByte(file[at:], 0xff)
		if i < 0 {
			return 0, nil, 0
		}
		at += i
		for at < len(file) && file[at] == 0xff { // filling
			at++
		}
		if at == len(file) {
			return 0, nil, 0
		}
		marker = file[at]
		at++
		if marker == eoi {
			return marker, nil, at
		}
		if marker == 0 || rst0 <= marker && marker <= rst7 {
			continue // of the pixels
		}
		if len(file)-at < 2 {
			return 0, nil, 0
		}
		n := int(binary.BigEndian.Uint16(file[at:]))
		if n < 2 || n > len(file)-at {
			return 0, nil, 0
		}
		return marker, file[at+2 : at+n], at + n
	}
}

// decodedJPEG counts as the decoder allocates: whole blocks of 8 × 8 of every
// component, for a progressive file four bytes more a sample, and a copy of four
// bytes a pixel when the colours are not those of television.
func decodedJPEG(h head, frame []byte, progressive, rgb bool) int {
	n := len(frame) / 3
	across, down := int(frame[1]>>4), int(frame[1]&15)
	if n == 1 {
		across, down = 1, 1
	}
	if across == 0 || down == 0 {
		return 0 // the decoder refuses it
	}
	units := (h.width + 8*across - 1) / (8 * across) * ((h.height + 8*down - 1) / (8 * down))
	samples := 0
	for i := range n {
		wide, high := int(frame[3*i+1]>>4), int(frame[3*i+1]&15)
		if n == 1 {
			wide, high = 1, 1
		}
		samples += 64 * units * wide * high
	}
	decoded := samples
	if progressive {
		decoded += 4 * samples
	}
	letters := n == 3 && frame[0] == 'R' && frame[3] == 'G' && frame[6] == 'B'
	if n == 4 || rgb || letters {
		decoded += 4 * h.width * h.height
	}
	return decoded
}
