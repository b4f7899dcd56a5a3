package reading

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// workbook recognises a workbook of any kind; what it returns has no way to open it
// when the file is none.
func workbook(f file, options Options) (opened, error) {
	head := make([]byte, len(cfbMagic))
	n, err := f.source.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return opened{}, fmt.Errorf("reading the beginning of the price list: %w", err)
	}
	l := opened{file: f}
	switch head = head[:n]; {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		l.format = XLSX
		l.open = func() (document, error) {
			b, err := newXLSXBook(f)
			if err != nil {
				return nil, err
			}
			return newTableDocument(b, options.Profile)
		}
	case bytes.Equal(head, []byte(cfbMagic)):
		l.format = XLS
		l.open = func() (document, error) {
			b, err := newXLSBook(f)
			if err != nil {
				return nil, err
			}
			return newTableDocument(b, options.Profile)
		}
	}
	return l, nil
}

func openCSV(text func() (io.Reader, error), profile Profile) (document, error) {
	b, err := newCSVBook(text)
	if err != nil {
		return nil, err
	}
	return newTableDocument(b, profile)
}

// takeTables takes what is known of a list of tables before its goods are read.
func (r *Reader) takeTables(d *tableDocument) {
	r.layout, r.partial = d.layout, d.partial
	r.categories = &categories{open: true}
	for _, p := range d.problems {
		r.problems.add(p)
	}
}
