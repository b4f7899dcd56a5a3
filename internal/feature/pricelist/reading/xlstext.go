package reading

import (
	"encoding/binary"
	"unicode/utf16"
)

// readShared reads the texts that cells name by number. They go on over the ends
// of records.
func (b *xlsBook) readShared(r *biffRecords, data []byte) error {
	if len(data) < 8 {
		return errCFB
	}
	all := binary.LittleEndian.Uint32(data[4:])
	s := sharedRecord{records: r, data: data[8:]}
	for range all {
		if len(s.data) == 0 && !r.continues() {
			return nil // fewer than it says
		}
		text, err := s.text()
		if err != nil {
			return err
		}
		if err := b.shared.add(text); err != nil {
			return err
		}
	}
	return nil
}

// sharedRecord is a record with those that go on with it.
type sharedRecord struct {
	records *biffRecords
	data    []byte
	units   []uint16
}

// more goes to the next record.
func (s *sharedRecord) more() error {
	if !s.records.continues() {
		return errCFB
	}
	_, data, err := s.records.next()
	s.data = data
	return err
}

// take returns n bytes, at most 4.
func (s *sharedRecord) take(n int) ([]byte, error) {
	if len(s.data) >= n {
		taken := s.data[:n]
		s.data = s.data[n:]
		return taken, nil
	}
	taken := make([]byte, 0, n)
	for len(taken) < n {
		if len(s.data) == 0 {
			if err := s.more(); err != nil {
				return nil, err
			}
			continue
		}
		taken, s.data = append(taken, s.data[0]), s.data[1:]
	}
	return taken, nil
}

// skip passes over n bytes.
func (s *sharedRecord) skip(n int64) error {
	for n > 0 {
		if len(s.data) == 0 {
			if err := s.more(); err != nil {
				return err
			}
			if len(s.data) == 0 && !s.records.continues() {
				return errCFB
			}
		}
		passed := min(n, int64(len(s.data)))
		s.data, n = s.data[passed:], n-passed
	}
	return nil
}

func (s *sharedRecord) text() (string, error) {
	head, err := s.take(3)
	if err != nil {
		return "", err
	}
	n, flags := int(binary.LittleEndian.Uint16(head)), head[2]
	var after int64
	if flags&8 != 0 { // pieces in other fonts
		runs, err := s.take(2)
		if err != nil {
			return "", err
		}
		after += 4 * int64(binary.LittleEndian.Uint16(runs))
	}
	if flags&4 != 0 { // hints of pronunciation
		hints, err := s.take(4)
		if err != nil {
			return "", err
		}
		after += int64(binary.LittleEndian.Uint32(hints))
	}
	s.units = s.units[:0]
	for double := flags&1 != 0; len(s.units) < n; {
		if len(s.data) == 0 {
			if err := s.more(); err != nil {
				return "", err
			}
			if len(s.data) == 0 {
				return "", errCFB
			}
			double = s.data[0]&1 != 0 // it says so anew
			s.data = s.data[1:]
		}
		before := len(s.units)
		s.units = appendUnits(s.units, s.data, n-before, double)
		size := len(s.units) - before
		if double {
			size *= 2
		}
		if size == 0 && len(s.data) > 0 {
			return "", errCFB // half a character
		}
		s.data = s.data[size:]
	}
	return string(utf16.Decode(s.units)), s.skip(after)
}
