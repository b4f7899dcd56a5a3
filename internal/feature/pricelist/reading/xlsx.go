package reading

import (
	"archive/zip"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// Why the parts of a workbook are read here and not by a library: measured with
// excelize on 100,000 rows of 16 columns, its iterator takes 1.5 times as long and
// 210 MB for the shared texts, holds every picture of the book in memory, and
// takes broken XML for the end of a sheet: half a list would pass for a whole one.

// Limits of a workbook beside those of all tables.
const (
	maxBook        = 512 << 20 // bytes of XML that are unpacked in one pass, over all parts
	maxSharedBytes = 96 << 20  // of all shared texts
	maxShared      = 3_000_000 // shared texts
	maxStyles      = 64_000
)

var noteBook = wrong("workbook_damaged",
	"Книга повреждена (%s): откройте её в Excel, сохраните заново и загрузите", "The workbook is damaged (%s): open it in Excel, save it again and upload it")

// xlsxBook is a workbook of Office Open XML.
type xlsxBook struct {
	parts    map[string]*zip.File // by their names in small letters
	packed   int64
	unpacked int64
	all      []xlsxSheet
	strings  *sharedTexts
	styles   []cellStyle
	since    int // 1 when dates are counted from 1904, else 0
}

type xlsxSheet struct {
	bookSheet
	part string
}

// newXLSXBook reads what a workbook says of itself.
func newXLSXBook(f file) (*xlsxBook, error) {
	archive, err := OpenZip(f.source, f.size)
	if err != nil {
		return nil, err
	}
	b := &xlsxBook{parts: map[string]*zip.File{}, packed: f.size}
	for _, entry := range archive.File {
		b.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(entry.Name, `\`, "/"), "/"))] = entry
	}
	if b.parts["xl/workbook.xml"] == nil {
		return nil, notRead("двоичную книгу XLSB", "a binary XLSB workbook", "Сохраните её как XLSX", "Save it as XLSX")
	}
	targets, err := b.relations()
	if err != nil {
		return nil, err
	}
	if err := b.workbook(targets); err != nil {
		return nil, err
	}
	if err := b.readStyles(); err != nil {
		return nil, err
	}
	b.strings, err = b.readShared()
	return b, err
}

func (b *xlsxBook) sheets() []bookSheet {
	all := make([]bookSheet, len(b.all))
	for i, s := range b.all {
		all[i] = s.bookSheet
	}
	return all
}

// open returns a part of the book; nil when it has none such.
func (b *xlsxBook) open(name string) (*part, error) {
	entry := b.parts[strings.ToLower(name)]
	if entry == nil {
		return nil, nil //nolint:nilnil // there is no such part, and that is no failure
	}
	p := &part{book: b}
	packed, err := entry.Open()
	if err != nil {
		return nil, p.explain(err)
	}
	p.packed = packed
	p.scanner, err = newScanner(func() (io.Reader, error) { return p, nil })
	return p, err
}

// part is an XML file of a book.
type part struct {
	*scanner
	book   *xlsxBook
	packed io.ReadCloser
}

// Read unpacks, and gives up on what is too much.
func (p *part) Read(b []byte) (int, error) {
	n, err := p.packed.Read(b)
	p.book.unpacked += int64(n)
	if p.book.unpacked > maxBook || p.book.unpacked > freeRatio && p.book.unpacked/maxRatio > p.book.packed {
		return n, TooLarge.Saying("Книга слишком велика: разделите её или отправьте CSV", "The workbook is too large: split it, or send CSV")
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = p.explain(err)
	}
	return n, err
}

// explain tells a damaged part from a source that fails.
func (p *part) explain(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case errors.As(err, &corrupt), errors.Is(err, zip.ErrChecksum), errors.Is(err, zip.ErrFormat), errors.Is(err, io.ErrUnexpectedEOF):
		return damaged("архив", "the archive")
	case errors.Is(err, zip.ErrAlgorithm):
		return damaged("способ сжатия", "the method of packing")
	}
	return fmt.Errorf("reading a workbook: %w", err)
}

func damaged(ru, en string) error { return broken(noteBook.both(1, ru, en)) }

func (p *part) close() error {
	if err := p.packed.Close(); err != nil {
		return p.explain(err)
	}
	return nil
}

// each reads a part: do is called with every child of its root, and has to take
// it to its end.
func (b *xlsxBook) each(name string, do func(*part, tag) error) error {
	p, err := b.open(name)
	if p == nil || err != nil {
		return err
	}
	_, err = p.root()
	if err == nil {
		err = p.children(func(start tag) error { return do(p, start) })
	}
	return errors.Join(inPart(err, name), p.close())
}

// inPart says in which part of a book its XML is broken.
func inPart(err error, name string) error {
	var bad *brokenError
	if errors.As(err, &bad) && bad.Code == noteSyntax.code || errors.Is(err, io.EOF) {
		return damaged(name, name)
	}
	return err
}

// relations returns the parts that the workbook names, by the ids of relations.
func (b *xlsxBook) relations() (map[string]string, error) {
	targets := map[string]string{}
	err := b.each("xl/_rels/workbook.xml.rels", func(p *part, start tag) error {
		target := strings.ReplaceAll(start.attribute("Target"), `\`, "/")
		if !strings.HasPrefix(target, "/") {
			target = "xl/" + target
		}
		if kind := start.attribute("Type"); strings.HasSuffix(kind, "/worksheet") {
			targets[start.attribute("Id")] = strings.TrimPrefix(path.Clean(target), "/")
		}
		return p.skip()
	})
	return targets, err
}

func (b *xlsxBook) workbook(targets map[string]string) error {
	return b.each("xl/workbook.xml", func(p *part, start tag) error {
		switch start.name {
		case "workbookPr":
			if date := start.attribute("date1904"); date == "1" || date == "true" {
				b.since = 1
			}
		case "sheets":
			return p.children(func(one tag) error {
				if target := targets[one.attribute("id")]; target != "" {
					state := one.attribute("state")
					b.all = append(b.all, xlsxSheet{
						bookSheet{first(clean(one.attribute("name")), maxSheetName), state == "hidden" || state == "veryHidden"}, target,
					})
				}
				if len(b.all) > maxSheets {
					return tooManySheets()
				}
				return p.skip()
			})
		}
		return p.skip()
	})
}

func tooManySheets() error {
	return TooLarge.Saying(fmt.Sprintf("В книге больше %d листов", maxSheets), fmt.Sprintf("The workbook has more than %d sheets", maxSheets))
}
