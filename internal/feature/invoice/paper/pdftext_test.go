package paper

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"

	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

// piece is a text on a page, with the left end of its base line in millimetres
// from the top left corner.
type piece struct {
	x, y float64
	text string
}

// pdfPages reads the texts of a PDF of ours, page by page: pages come in order,
// and a text is written in UTF-16, one string for each piece.
func pdfPages(t rapid.TB, file []byte) [][]piece {
	t.Helper()
	pages, err := readPDF(file)
	if err != nil {
		t.Fatal(err)
	}
	return pages
}

func readPDF(file []byte) (pages [][]piece, err error) {
	if !bytes.HasPrefix(file, []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(file), []byte("%%EOF")) {
		return nil, errors.New("not a whole PDF")
	}
	for {
		head, rest, found := bytes.Cut(file, []byte("\nstream\n"))
		if !found {
			return pages, nil
		}
		data, rest, found := bytes.Cut(rest, []byte("\nendstream"))
		if !found {
			return nil, errors.New("a stream has no end")
		}
		file = rest
		head = head[bytes.LastIndex(head, []byte(" obj\n")):]
		if bytes.Contains(head, []byte("/Length1")) || !bytes.Contains(head, []byte("/FlateDecode")) {
			continue // a font
		}
		z, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(z)
		if err != nil {
			return nil, err
		}
		if !bytes.Contains(content, []byte(" Tj ET")) {
			continue // the map of the characters of a font
		}
		page, err := pieces(content)
		if err != nil {
			return nil, err
		}
		pages = append(pages, page)
	}
}

// pieces reads "BT x y Td (text) Tj ET" wherever it stands outside of a text.
func pieces(content []byte) (page []piece, err error) {
	for {
		at := bytes.Index(content, []byte("BT "))
		if at < 0 {
			return page, nil
		}
		if content = content[at:]; bytes.HasPrefix(content, []byte("BT /F")) { // a choice of the letters
			content = content[len("BT /F"):]
			continue
		}
		var p piece
		if _, err := fmt.Sscanf(string(content[:min(60, len(content))]), "BT %f %f Td (", &p.x, &p.y); err != nil {
			return nil, fmt.Errorf("%.60q: %w", content, err)
		}
		p.x, p.y = p.x*mm, pageHeight-p.y*mm
		content = content[bytes.IndexByte(content, '(')+1:]
		var raw []byte
		for content[0] != ')' {
			if content[0] == '\\' {
				content = content[1:]
				if content[0] == 'r' {
					content[0] = '\r'
				}
			}
			raw = append(raw, content[0])
			content = content[1:]
		}
		if len(raw)%2 != 0 {
			return nil, fmt.Errorf("half a character in %q", raw)
		}
		units := make([]uint16, 0, len(raw)/2)
		for ; len(raw) > 0; raw = raw[2:] {
			units = append(units, uint16(raw[0])<<8|uint16(raw[1]))
		}
		p.text = string(utf16.Decode(units))
		page = append(page, p)
	}
}

// printed is a row of the table as it is read from a page: what stands in the
// columns on one base line.
type printed [len(columns)]string

var amountText = regexp.MustCompile(`^[0-9\x{a0}]+,[0-9]{2}$`)

// printedRows reads the rows of amounts of a page, those of lines and of sums, and
// tells them by what stands before their quantity.
func printedRows(page []piece) (rows []printed) {
	var order []float64
	byLine := map[float64]*printed{}
	for _, p := range page {
		if byLine[p.y] == nil {
			byLine[p.y] = &printed{}
			order = append(order, p.y)
		}
		right := margin
		for i, c := range columns {
			right += c.width
			if p.x < right {
				byLine[p.y][i] += p.text
				break
			}
		}
	}
	for _, y := range order {
		if r := byLine[y]; amountText.MatchString(r[len(columns)-1]) {
			rows = append(rows, *r)
		}
	}
	return rows
}

// amountOf reads an amount of a form back.
func amountOf(t rapid.TB, s string) money.Kopecks {
	t.Helper()
	if !amountText.MatchString(s) {
		t.Fatalf("%q is no amount", s)
	}
	k, err := strconv.ParseInt(strings.NewReplacer(space, "", ",", "").Replace(s), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return money.Kopecks(k)
}
