package reading

import (
	"encoding/binary"
	"errors"
	"io"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// Why workbooks of old Excel are read here and not by a library: of those there
// are, one panics and turns numbers into dates; the other follows a chain of
// sectors that runs in a circle until memory ends, which neither recover nor a
// time limit stops.

// Records of BIFF that are read.
const (
	biffFormula  = 0x0006
	biffEOF      = 0x000A
	biffDate1904 = 0x0022
	biffPassword = 0x002F
	biffContinue = 0x003C
	biffCodePage = 0x0042
	biffSheet    = 0x0085
	biffMulRK    = 0x00BD
	biffRString  = 0x00D6
	biffXF       = 0x00E0
	biffShared   = 0x00FC
	biffLabelSST = 0x00FD
	biffNumber   = 0x0203
	biffLabel    = 0x0204
	biffBoolErr  = 0x0205
	biffString   = 0x0207
	biffRow      = 0x0208
	biffRK       = 0x027E
	biffFormat   = 0x041E
	biffBOF      = 0x0809
)

var noteXLS = wrong("workbook_damaged",
	"Книга XLS не читается (%s): откройте её в Excel и сохраните как XLSX",
	"The XLS workbook can't be read (%s): open it in Excel and save it as XLSX")

// xlsBook is a workbook of Excel 5 to 2003.
type xlsBook struct {
	stream  *io.SectionReader
	wide    bool             // BIFF8: texts are Unicode
	page    *charmap.Charmap // of texts that are not
	all     []xlsSheet
	formats map[int]string
	styles  []cellStyle
	shared  sharedTexts
	since   int // as of xlsxBook
}

type xlsSheet struct {
	bookSheet
	begin int64
}

// newXLSBook reads what a workbook says of itself.
func newXLSBook(f file) (*xlsBook, error) {
	container, err := openCompound(f.source, f.size)
	if err != nil {
		return nil, xlsFailure(err, 1)
	}
	b := &xlsBook{page: charmap.Windows1251, formats: map[int]string{}}
	for _, name := range []string{"Workbook", "Book"} {
		if b.stream, err = container.stream(name); b.stream != nil || err != nil {
			break
		}
	}
	if err != nil {
		return nil, xlsFailure(err, 1)
	}
	if b.stream == nil {
		for _, entry := range container.entries {
			if entry.name == "EncryptedPackage" {
				return nil, protected()
			}
		}
		return nil, unsupported("документ старого Office (не таблицу)", "a document of old Office that is no table")
	}
	return b, xlsFailure(b.globals(), 1)
}

func protected() error {
	return Unsupported.Saying("Книга защищена паролем: сохраните её без пароля", "The workbook is protected by a password: save it without one")
}

// xlsFailure makes a problem of what is damaged.
func xlsFailure(err error, line int) error {
	if err == nil || !errors.Is(err, errCFB) && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	return broken(noteXLS.both(line, "она повреждена или обрывается", "it is damaged or cut"))
}

// globals reads up to the first sheet.
func (b *xlsBook) globals() error {
	r := b.records(0)
	looks := map[[5]byte]int{}
	for first := true; ; first = false {
		id, data, err := r.next()
		if err != nil {
			return err
		}
		switch {
		case first && id != biffBOF:
			return errCFB
		case id == biffBOF && first:
			b.wide = len(data) > 1 && binary.LittleEndian.Uint16(data) == 0x0600
		case id == biffEOF:
			return nil
		case id == biffPassword:
			return protected()
		case id == biffDate1904 && len(data) > 0:
			b.since = int(data[0] & 1)
		case id == biffCodePage && len(data) > 1:
			b.page = pageOf(binary.LittleEndian.Uint16(data))
		case id == biffSheet:
			err = b.sheet(data)
		case id == biffFormat && len(data) > 4:
			b.formats[int(binary.LittleEndian.Uint16(data))] = b.text(data[2:], !b.wide)
		case id == biffXF && len(data) >= 16:
			b.style(data, looks)
		case id == biffShared:
			err = b.readShared(r, data)
		}
		if err != nil {
			return err
		}
	}
}

func pageOf(number uint16) *charmap.Charmap {
	switch number {
	case 866:
		return charmap.CodePage866
	case 1252:
		return charmap.Windows1252
	case 10007:
		return charmap.MacintoshCyrillic
	}
	return charmap.Windows1251
}

func (b *xlsBook) sheet(data []byte) error {
	if len(data) < 8 || data[5] != 0 { // a chart or a macro
		return nil
	}
	if len(b.all) == maxSheets {
		return tooManySheets()
	}
	name := b.text(data[6:], true)
	b.all = append(b.all, xlsSheet{bookSheet{first(clean(name), maxSheetName), data[4]&3 != 0}, int64(binary.LittleEndian.Uint32(data))})
	return nil
}

// style reads how cells look.
func (b *xlsBook) style(data []byte, looks map[[5]byte]int) {
	if len(b.styles) > maxStyles {
		return
	}
	id := int(binary.LittleEndian.Uint16(data[2:]))
	s := styleOf(id, b.formats[id])
	look := [5]byte{data[0], data[1], data[8] & 15} // font and indent
	if len(data) >= 20 {
		look[3], look[4] = data[18], data[19] // colours of the ground
	}
	if looks[look] == 0 {
		looks[look] = len(looks) + 1
	}
	s.look = looks[look]
	b.styles = append(b.styles, s)
}

// text reads a text with its length before it, of one byte or two.
func (b *xlsBook) text(data []byte, short bool) string {
	at := 2
	if short {
		at = 1
	}
	if len(data) <= at {
		return ""
	}
	n := int(data[0])
	if !short {
		n |= int(data[1]) << 8
	}
	if !b.wide {
		return b.decode(data[at:min(at+n, len(data))])
	}
	return string(utf16.Decode(appendUnits(nil, data[at+1:], n, data[at]&1 != 0)))
}

func (b *xlsBook) decode(data []byte) string {
	text, err := b.page.NewDecoder().Bytes(data)
	if err != nil {
		return ""
	}
	return string(text)
}

// appendUnits appends up to n characters, of one byte each or of two.
func appendUnits(to []uint16, data []byte, n int, double bool) []uint16 {
	if !double {
		for _, c := range data[:min(n, len(data))] {
			to = append(to, uint16(c))
		}
		return to
	}
	for ; n > 0 && len(data) > 1; n, data = n-1, data[2:] {
		to = append(to, binary.LittleEndian.Uint16(data))
	}
	return to
}

func (b *xlsBook) sheets() []bookSheet {
	all := make([]bookSheet, len(b.all))
	for i, s := range b.all {
		all[i] = s.bookSheet
	}
	return all
}
