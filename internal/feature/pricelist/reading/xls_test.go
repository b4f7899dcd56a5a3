package reading

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/charmap"

	"zakup/internal/platform/fault"
)

// biff writes records of a workbook.
type biff struct{ bytes.Buffer }

func (b *biff) record(id uint16, parts ...any) {
	var data bytes.Buffer
	for _, p := range parts {
		if s, is := p.(string); is {
			data.WriteString(s)
			continue
		}
		if err := binary.Write(&data, binary.LittleEndian, p); err != nil {
			panic(err)
		}
	}
	head := binary.LittleEndian.AppendUint16(binary.LittleEndian.AppendUint16(nil, id), uint16(data.Len()))
	b.Write(append(head, data.Bytes()...))
}

// wide is a text as BIFF8 keeps it, without its length.
func wide(s string) (int, string) {
	var b bytes.Buffer
	units := utf16.Encode([]rune(s))
	b.WriteByte(1)
	for _, u := range units {
		b.Write(binary.LittleEndian.AppendUint16(nil, u))
	}
	return len(units), b.String()
}

// xlsSheetOf writes a sheet of texts and numbers by writing cells one by one.
type xlsSheetOf func(b *biff)

// workbookStream makes the stream of a workbook with one sheet.
func workbookStream(shared []byte, sheet xlsSheetOf, more ...func(*biff)) []byte {
	make_ := func(at uint32) *biff {
		b := &biff{}
		b.record(biffBOF, uint16(0x0600), uint16(5), uint32(0), uint32(0), uint32(0))
		for _, m := range more {
			m(b)
		}
		n, name := wide("Лист1")
		b.record(biffSheet, at, uint16(0), uint8(n), name)
		b.Write(shared)
		b.record(biffEOF)
		return b
	}
	b := make_(uint32(make_(0).Len()))
	b.record(biffBOF, uint16(0x0600), uint16(0x10), uint32(0), uint32(0), uint32(0))
	sheet(b)
	b.record(biffEOF)
	return b.Bytes()
}

// compoundFile makes a compound file of one stream, which it fills up to 4096
// bytes, so that it is no small one.
func compoundFile(name string, stream []byte) []byte {
	const size = 512
	stream = append(bytes.Clone(stream), make([]byte, max(0, 4096-len(stream)))...)
	for len(stream)%size != 0 {
		stream = append(stream, 0)
	}
	sectors := len(stream) / size
	fats := (sectors + 2 + 126) / 127
	header := make([]byte, size)
	copy(header, cfbMagic)
	put16, put32 := binary.LittleEndian.PutUint16, binary.LittleEndian.PutUint32
	put16(header[24:], 0x3E)
	put16(header[26:], 3)
	put16(header[28:], 0xFFFE)
	put16(header[30:], 9)
	put16(header[32:], 6)
	put32(header[44:], uint32(fats))
	put32(header[48:], uint32(fats)) // the directory follows the table
	put32(header[56:], 4096)
	put32(header[60:], 0xFFFFFFFE)
	put32(header[68:], 0xFFFFFFFE)
	fat := bytes.Repeat([]byte{0xFF}, fats*size)
	for i := range 109 {
		put32(header[76+4*i:], 0xFFFFFFFF)
		if i < fats {
			put32(header[76+4*i:], uint32(i))
			put32(fat[4*i:], 0xFFFFFFFD)
		}
	}
	put32(fat[4*fats:], 0xFFFFFFFE)
	for i := range sectors {
		next := uint32(fats + 1 + i + 1)
		if i == sectors-1 {
			next = 0xFFFFFFFE
		}
		put32(fat[4*(fats+1+i):], next)
	}
	directory := make([]byte, size)
	entry := func(at int, name string, kind byte, start, length uint32) {
		for i, u := range utf16.Encode([]rune(name)) {
			put16(directory[at+2*i:], u)
		}
		put16(directory[at+64:], uint16(2*len(name)+2))
		directory[at+66] = kind
		put32(directory[at+116:], start)
		put32(directory[at+120:], length)
	}
	entry(0, "Root Entry", 5, 0xFFFFFFFE, 0)
	entry(128, name, 2, uint32(fats+1), uint32(len(stream)))
	return bytes.Join([][]byte{header, fat, directory, stream}, nil)
}

// label and cipher write cells without shared texts.
func label(b *biff, row, column uint16, s string) {
	n, text := wide(s)
	b.record(biffLabel, row, column, uint16(0), uint16(n), text)
}

func cipher(b *biff, row, column uint16, n float64) {
	b.record(biffNumber, row, column, uint16(0), math.Float64bits(n))
}

func teaXLS(b *biff) {
	for i, head := range []string{"Код", "Название", "Цена", "Остаток"} {
		label(b, 0, uint16(i), head)
	}
	label(b, 1, 0, "А-1")
	label(b, 1, 1, "Чай")
	cipher(b, 1, 2, 10.5)
	b.record(biffRK, uint16(1), uint16(3), uint16(0), uint32(5<<2|2))
	cipher(b, 2, 0, 4607001234567)
	label(b, 2, 1, "Кофе")
	b.record(biffMulRK, uint16(2), uint16(2), uint16(0), uint32(2050<<2|3), uint16(0), uint32(7<<2|2), uint16(3))
}

func TestXLS(t *testing.T) {
	t.Parallel()
	data := compoundFile("Workbook", workbookStream(nil, teaXLS))
	r := checkTable(t, data, "А-1 | Без категории | Чай | 10.50 | 5", "4607001234567 | Без категории | Кофе | 20.50 | 7")
	if r.Format() != XLS || r.Layout().Sheets[0].Name != "Лист1" {
		t.Errorf("%s %+v", r.Format(), r.Layout())
	}
}

// The numbers of rows stand in the cells, charts inside of a sheet do not count,
// formulas have results of several kinds.
func TestXLSCells(t *testing.T) {
	t.Parallel()
	zeros := uint32(0)
	data := compoundFile("Workbook", workbookStream(nil, func(b *biff) {
		for i, head := range []string{"Код", "Название", "Цена", "Параметр: Верно"} {
			label(b, 4, uint16(i), head)
		}
		cipher(b, 5, 0, 42)
		b.record(biffFormula, uint16(5), uint16(1), uint16(1), uint8(0), uint8(0), uint32(0), uint16(0xFFFF), zeros)
		n, text := wide("Чай")
		b.record(biffString, uint16(n), text)
		b.record(biffFormula, uint16(5), uint16(2), uint16(0), math.Float64bits(10.5), zeros)
		b.record(biffBoolErr, uint16(5), uint16(3), uint16(0), uint8(1), uint8(0))
		b.record(biffBOF, uint16(0x0600), uint16(0x20), zeros, zeros, zeros)
		label(b, 9, 0, "легенда")
		b.record(biffEOF)
		cipher(b, 6, 0, 43)
		label(b, 6, 1, "Кофе")
		b.record(biffFormula, uint16(6), uint16(2), uint16(0), uint8(2), uint8(0), uint8(7), uint8(0), uint16(0), uint16(0xFFFF), zeros)
	}, func(b *biff) {
		n, text := wide("00000")
		b.record(biffFormat, uint16(164), uint16(n), text)
		b.record(biffXF, uint16(0), uint16(164), zeros, zeros, zeros, zeros)
		b.record(biffXF, uint16(0), uint16(0), zeros, zeros, zeros, zeros)
	}))
	rows, r, err := drain(data, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"00042 | Без категории | Чай | 10.50"}, short(rows)); diff != "" {
		t.Errorf("rows (-want +got):\n%s%v", diff, brief(r.Problems()))
	}
	if len(rows) > 0 && (rows[0].Line != 6 || !cmp.Equal(rows[0].Parameters, []Parameter{{"Верно", "да"}})) {
		t.Errorf("%+v", rows[0])
	}
	if got := codes(r, Error)[0]; got != "7 formula_without_value" {
		t.Errorf("%s %v", got, r.Problems())
	}
}

// Shared texts go on over the ends of records, and change their width there.
func TestXLSSharedTexts(t *testing.T) {
	t.Parallel()
	var shared biff
	n, text := wide("Название")
	half := 1 + 2*4
	var first bytes.Buffer
	for _, part := range []any{uint32(4), uint32(4), uint16(n), []byte(text[:half])} {
		_ = binary.Write(&first, binary.LittleEndian, part)
	}
	shared.record(biffShared, first.String())
	var second bytes.Buffer
	second.WriteByte(1) // wide again
	second.WriteString(text[half:])
	for _, s := range []string{"Код", "Цена"} {
		n, text := wide(s)
		_ = binary.Write(&second, binary.LittleEndian, uint16(n))
		second.WriteString(text)
	}
	// Rich, with hints, of one byte a character in its first half.
	_ = binary.Write(&second, binary.LittleEndian, uint16(6))
	second.WriteByte(8 | 4)
	_ = binary.Write(&second, binary.LittleEndian, uint16(1))
	_ = binary.Write(&second, binary.LittleEndian, uint32(3))
	second.WriteString("Tea")
	shared.record(biffContinue, second.String())
	shared.record(biffContinue, "\x01 \x00\x1E\x04\x1A\x04", "\x00\x00\x00\x00", "abc")
	data := compoundFile("Workbook", workbookStream(shared.Bytes(), func(b *biff) {
		for i, number := range []uint32{1, 0, 2} {
			b.record(biffLabelSST, uint16(0), uint16(i), uint16(0), number)
		}
		cipher(b, 1, 0, 1)
		b.record(biffLabelSST, uint16(1), uint16(1), uint16(0), uint32(3))
		cipher(b, 1, 2, 5)
	}))
	checkTable(t, data, "1 | Без категории | Tea ОК | 5")
}

// Excel 5 keeps texts in the encoding of its country.
func TestXLSOfExcel5(t *testing.T) {
	t.Parallel()
	old := func(s string) string { return string(encode(t, charmap.Windows1251, s)) }
	make_ := func(at uint32) *biff {
		b := &biff{}
		b.record(biffBOF, uint16(0x0500), uint16(5), uint32(0))
		b.record(biffCodePage, uint16(1251))
		b.record(biffSheet, at, uint16(0), uint8(5), old("Лист1"))
		b.record(biffEOF)
		return b
	}
	b := make_(uint32(make_(0).Len()))
	b.record(biffBOF, uint16(0x0500), uint16(0x10), uint32(0))
	for row, cells := range [][]string{{"Код", "Название", "Цена"}, {"1", "Чай", "5,50"}} {
		for column, s := range cells {
			b.record(biffLabel, uint16(row), uint16(column), uint16(0), uint16(len(old(s))), old(s))
		}
	}
	b.record(biffEOF)
	checkTable(t, compoundFile("Book", b.Bytes()), "1 | Без категории | Чай | 5.50")
}

func TestXLSRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"a password":        {compoundFile("Workbook", workbookStream(nil, teaXLS, func(b *biff) { b.record(biffPassword, uint32(0)) })), "protected by a password"},
		"an encrypted XLSX": {compoundFile("EncryptedPackage", nil), "protected by a password"},
		"a letter of Word":  {compoundFile("WordDocument", nil), "old Office"},
	} {
		if _, _, err := drain(c.data, Options{}); !errors.Is(err, Unsupported) || !strings.Contains(fault.As(err).Text.EN, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestXLSDamaged(t *testing.T) {
	t.Parallel()
	whole := compoundFile("Workbook", workbookStream(nil, teaXLS))
	circle := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(circle[512+4*3:], 2) // the second sector of the stream leads back to the first
	list := bytes.Clone(whole)
	binary.LittleEndian.PutUint32(list[68:], 0) // the list of tables is a table, and goes on with itself
	binary.LittleEndian.PutUint32(list[512+508:], 0)
	for name, data := range map[string][]byte{
		"a circle":         circle,
		"a circle of FATs": list,
		"cut":              whole[:len(whole)-4096],
		"a header alone":   whole[:512],
		"half a header":    whole[:100],
		"rows in disorder": compoundFile("Workbook", workbookStream(nil, func(b *biff) {
			teaXLS(b)
			label(b, 1, 0, "А-1")
		})),
		"an unknown text": compoundFile("Workbook", workbookStream(nil, func(b *biff) {
			b.record(biffLabelSST, uint16(0), uint16(0), uint16(0), uint32(9))
		})),
		"no sheet there": compoundFile("Workbook", workbookStream(nil, teaXLS)[:120]),
	} {
		rows, r, err := drain(data, Options{})
		if err != nil || !r.Failed() {
			t.Errorf("%s: %d rows, %v", name, len(rows), err)
			continue
		}
		last := r.Problems()[len(r.Problems())-1]
		if last.Code != "workbook_damaged" && name != "no sheet there" || last.Code == "workbook_damaged" && !strings.Contains(last.Text.RU, "XLSX") {
			t.Errorf("%s: %+v", name, last)
		}
	}
}

// A name that is text for other programs is still a text here.
func TestExcelInOtherClothes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`<html xmlns:x="urn:schemas-microsoft-com:office:excel"><body><table><tr><td>Код</td></tr></table>`:                            "a table saved as HTML",
		`<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">`: "an XML Spreadsheet 2003",
	} {
		if _, _, err := drain([]byte(text), Options{}); !errors.Is(err, Unsupported) || !strings.Contains(fault.As(err).Text.EN, want) || !strings.Contains(fault.As(err).Text.EN, "XLSX") {
			t.Errorf("%.20s: %v", text, err)
		}
	}
}
