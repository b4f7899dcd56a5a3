package reading

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"
)

// cfbMagic begins a compound file, the container of old office documents.
const cfbMagic = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"

// Special numbers of sectors.
const (
	maxSector    = 0xFFFFFFFA
	miniCutoff   = 4096
	cfbEntrySize = 128
)

// errCFB tells a compound file that contradicts itself.
var errCFB = errors.New("a damaged compound file")

// compound is a compound file: a small file system. No chain of sectors is longer
// than the file, so that one which runs in a circle ends.
type compound struct {
	source  io.ReaderAt
	sectors int64 // how many the file has
	shift   uint  // of the size of a sector
	mini    uint  // of the size of a small sector
	fat     []uint32
	miniFAT []uint32
	entries []cfbEntry
}

type cfbEntry struct {
	name  string
	root  bool
	start uint32
	size  int64
}

func openCompound(source io.ReaderAt, size int64) (*compound, error) {
	header := make([]byte, 512)
	if _, err := source.ReadAt(header, 0); err != nil {
		return nil, cut(err)
	}
	u32 := func(at int) uint32 { return binary.LittleEndian.Uint32(header[at:]) }
	c := &compound{source: source, shift: uint(header[30]), mini: uint(header[32])}
	if c.shift != 9 && c.shift != 12 || c.mini != 6 {
		return nil, errCFB
	}
	c.sectors = max(size>>c.shift, 1) - 1
	if size&(1<<c.shift-1) != 0 {
		c.sectors++ // the last may be cut
	}
	if err := c.readFAT(header, u32(68)); err != nil {
		return nil, err
	}
	miniFAT, err := c.chain(u32(60))
	if err != nil {
		return nil, err
	}
	for _, sector := range miniFAT {
		if c.miniFAT, err = c.numbers(c.miniFAT, sector); err != nil {
			return nil, err
		}
	}
	return c, c.readEntries(u32(48))
}

func cut(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errCFB
	}
	return err
}

func (c *compound) readFAT(header []byte, more uint32) error {
	places := make([]uint32, 0, 109)
	for at := 76; at < 512; at += 4 {
		places = append(places, binary.LittleEndian.Uint32(header[at:]))
	}
	for n := int64(0); more < maxSector; n++ {
		if n > c.sectors {
			return errCFB
		}
		next, err := c.numbers(nil, more)
		if err != nil {
			return err
		}
		places, more = append(places, next[:len(next)-1]...), next[len(next)-1]
	}
	for _, place := range places {
		if place >= maxSector {
			continue
		}
		if int64(len(c.fat)) > c.sectors {
			break // the rest is of sectors that are not there
		}
		var err error
		if c.fat, err = c.numbers(c.fat, place); err != nil {
			return err
		}
	}
	return nil
}

// numbers appends a sector as numbers.
func (c *compound) numbers(to []uint32, sector uint32) ([]uint32, error) {
	data := make([]byte, 1<<c.shift)
	if _, err := c.source.ReadAt(data, c.offset(sector)); err != nil {
		return nil, cut(err)
	}
	for ; len(data) > 0; data = data[4:] {
		to = append(to, binary.LittleEndian.Uint32(data))
	}
	return to, nil
}

func (c *compound) offset(sector uint32) int64 { return (int64(sector) + 1) << c.shift }

// chain returns the sectors of a stream in their order.
func (c *compound) chain(sector uint32) ([]uint32, error) {
	return follow(c.fat, sector, c.sectors)
}

func follow(next []uint32, at uint32, most int64) ([]uint32, error) {
	var all []uint32
	for at < maxSector {
		if int64(at) >= int64(len(next)) || int64(len(all)) >= most {
			return nil, errCFB
		}
		all = append(all, at)
		at = next[at]
	}
	return all, nil
}

// readEntries reads the names of streams.
func (c *compound) readEntries(start uint32) error {
	sectors, err := c.chain(start)
	if err != nil {
		return err
	}
	const most = 10_000
	data := make([]byte, 1<<c.shift)
	for _, sector := range sectors {
		if _, err := c.source.ReadAt(data, c.offset(sector)); err != nil {
			return cut(err)
		}
		for at := 0; at < len(data) && len(c.entries) < most; at += cfbEntrySize {
			entry := data[at : at+cfbEntrySize]
			units := min(int(binary.LittleEndian.Uint16(entry[64:])), 64) / 2
			name := make([]uint16, 0, units)
			for i := range max(units-1, 0) {
				name = append(name, binary.LittleEndian.Uint16(entry[2*i:]))
			}
			if kind := entry[66]; kind == 2 || kind == 5 {
				c.entries = append(c.entries, cfbEntry{
					string(utf16.Decode(name)), kind == 5,
					binary.LittleEndian.Uint32(entry[116:]), int64(binary.LittleEndian.Uint32(entry[120:])),
				})
			}
		}
	}
	return nil
}

// stream returns a stream by its name; nil when there is none.
func (c *compound) stream(name string) (*io.SectionReader, error) {
	for _, entry := range c.entries {
		if entry.root || entry.name != name {
			continue
		}
		s := &cfbStream{source: c.source, shift: c.shift}
		if entry.size >= miniCutoff {
			sectors, err := c.chain(entry.start)
			if err != nil {
				return nil, err
			}
			for _, sector := range sectors {
				s.offsets = append(s.offsets, c.offset(sector))
			}
			return io.NewSectionReader(s, 0, min(entry.size, int64(len(s.offsets))<<s.shift)), nil
		}
		if err := c.small(s, entry.start); err != nil {
			return nil, err
		}
		return io.NewSectionReader(s, 0, min(entry.size, int64(len(s.offsets))<<s.shift)), nil
	}
	return nil, nil //nolint:nilnil // there is no such stream, and that is no failure
}

// small finds the small sectors of a stream, which lie in the stream of the root.
func (c *compound) small(s *cfbStream, start uint32) error {
	s.shift = c.mini
	numbers, err := follow(c.miniFAT, start, int64(len(c.miniFAT)))
	if err != nil {
		return err
	}
	for _, entry := range c.entries {
		if !entry.root {
			continue
		}
		sectors, err := c.chain(entry.start)
		if err != nil {
			return err
		}
		for _, n := range numbers {
			at := int64(n) << c.mini
			if at>>c.shift >= int64(len(sectors)) {
				return errCFB
			}
			s.offsets = append(s.offsets, c.offset(sectors[at>>c.shift])+at&(1<<c.shift-1))
		}
		return nil
	}
	return errCFB
}

// cfbStream is a stream in pieces.
type cfbStream struct {
	source  io.ReaderAt
	shift   uint
	offsets []int64 // of its sectors in the file
}

// ReadAt is as io.ReaderAt has it.
func (s *cfbStream) ReadAt(p []byte, at int64) (int, error) {
	total := 0
	for len(p) > 0 {
		sector := at >> s.shift
		if sector >= int64(len(s.offsets)) {
			return total, io.EOF
		}
		inside := at & (1<<s.shift - 1)
		n, err := s.source.ReadAt(p[:min(int64(len(p)), 1<<s.shift-inside)], s.offsets[sector]+inside)
		total += n
		if err != nil && (n == 0 || !errors.Is(err, io.EOF)) {
			return total, cut(err)
		}
		p, at = p[n:], at+int64(n)
	}
	return total, nil
}
