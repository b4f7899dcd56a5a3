package reading

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
)

// records reads the records from an offset on.
func (b *xlsBook) records(from int64) *biffRecords {
	rest := io.NewSectionReader(b.stream, from, max(b.stream.Size()-from, 0))
	return &biffRecords{source: bufio.NewReaderSize(rest, 64<<10)}
}

// biffRecords are the records of a workbook, one after another.
type biffRecords struct {
	source *bufio.Reader
	data   []byte
}

// next returns a record, valid until the next call.
func (r *biffRecords) next() (uint16, []byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(r.source, head[:]); err != nil {
		return 0, nil, fmt.Errorf("reading a record: %w", err)
	}
	size := int(binary.LittleEndian.Uint16(head[2:]))
	if cap(r.data) < size {
		r.data = make([]byte, size)
	}
	r.data = r.data[:size]
	if _, err := io.ReadFull(r.source, r.data); err != nil {
		return 0, nil, fmt.Errorf("reading a record: %w", err)
	}
	return binary.LittleEndian.Uint16(head[:]), r.data, nil
}

// continues tells whether the next record goes on with this one.
func (r *biffRecords) continues() bool {
	head, err := r.source.Peek(2)
	return err == nil && binary.LittleEndian.Uint16(head) == biffContinue
}
