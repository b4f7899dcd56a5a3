package reading

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// csvBook is a text of separated values: one table without a name.
type csvBook struct {
	text   func() (io.Reader, error)
	comma  rune
	skip   int  // lines before the table: 1 when Excel says "sep=;"
	broken bool // its quotes are not those of CSV: each line is read by itself
}

// csvHead is how much of a text is looked at to find its separator, in bytes.
const csvHead = 64 << 10

// newCSVBook finds out what parts the values, and whether quotes are as in RFC 4180.
func newCSVBook(text func() (io.Reader, error)) (*csvBook, error) {
	start, err := text()
	if err != nil {
		return nil, err
	}
	head, err := bufio.NewReaderSize(start, csvHead).Peek(csvHead)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the beginning of the price list: %w", err)
	}
	b := &csvBook{text: text}
	beginning := strings.TrimPrefix(string(head), "\uFEFF")
	if line, after, _ := strings.Cut(beginning, "\n"); strings.HasPrefix(line, "sep=") {
		b.skip, beginning = 1, after
		if sign := strings.TrimRight(line[len("sep="):], "\r"); sign == ";" || sign == "," || sign == "\t" || sign == "|" {
			b.comma = rune(sign[0])
		}
	}
	if len(head) == csvHead { // the last line may be cut
		beginning = beginning[:strings.LastIndexByte(beginning, '\n')+1]
	}
	if b.comma == 0 {
		b.comma = separator(beginning)
	}
	return b, b.check()
}

// csvSeparators are the signs that part values, the more usual ones first.
var csvSeparators = []rune{';', ',', '\t', '|'}

// separator returns the sign that parts lines into the most constant and then
// the largest number of values.
func separator(text string) rune {
	if strings.HasPrefix(text, ownStart) {
		return ';'
	}
	best, score := csvSeparators[0], 0.0
	for _, comma := range csvSeparators {
		widths, lines := map[int]int{}, 0
		for line := range strings.Lines(text) {
			if line = strings.TrimRight(line, "\r\n"); line != "" {
				widths[len(splitLine(line, comma))]++
				lines++
			}
		}
		for width, n := range widths {
			if s := float64(n) / float64(lines) * (1 - 1/float64(width)); width > 1 && s > score {
				best, score = comma, s
			}
		}
	}
	return best
}

// splitLine reads one line whatever its quotes are.
func splitLine(line string, comma rune) []string {
	strict := csv.NewReader(strings.NewReader(line))
	strict.Comma, strict.FieldsPerRecord = comma, -1
	if cells, err := strict.Read(); err == nil {
		return cells
	}
	lazy := csv.NewReader(strings.NewReader(line))
	lazy.Comma, lazy.FieldsPerRecord, lazy.LazyQuotes = comma, -1, true
	cells, err := lazy.Read()
	taken := func(s string) bool { return strings.Contains(s, `"`) && strings.ContainsRune(s, comma) }
	unended := err == nil && strings.ContainsRune(cells[len(cells)-1], comma) && !strings.HasSuffix(line, `"`)
	if err != nil || unended || slices.ContainsFunc(cells, taken) {
		return strings.Split(line, string(comma)) // a quote without its pair has taken more than one value
	}
	return cells
}

// check reads the whole text to learn whether its quotes are in order.
func (b *csvBook) check() error {
	rows, err := b.rows(0)
	if err != nil {
		return err
	}
	for {
		_, err := rows.next()
		var bad *csv.ParseError
		var ends *brokenError
		switch {
		case errors.Is(err, io.EOF), errors.As(err, &ends): // that is told when it is read
			return nil
		case errors.As(err, &bad):
			b.broken = true
			return nil
		case err != nil:
			return err
		}
	}
}

func (b *csvBook) sheets() []bookSheet { return []bookSheet{{}} }

func (b *csvBook) rows(int) (sheetRows, error) {
	text, err := b.text()
	if err != nil {
		return nil, err
	}
	bound := &recordBound{source: text, left: maxToken}
	lines := bufio.NewReaderSize(bound, 64<<10)
	if mark, _, err := lines.ReadRune(); err == nil && mark != '\uFEFF' {
		if err := lines.UnreadRune(); err != nil {
			return nil, fmt.Errorf("reading the price list: %w", err)
		}
	}
	for range b.skip {
		if _, err := lines.ReadString('\n'); err != nil {
			return &noRows{}, nil //nolint:nilerr // a text that ends here has no rows
		}
	}
	if b.broken {
		return &csvLines{bound: bound, lines: lines, comma: b.comma, line: b.skip}, nil
	}
	reader := csv.NewReader(lines)
	reader.Comma, reader.FieldsPerRecord, reader.ReuseRecord = b.comma, -1, true
	return &csvRows{bound: bound, lines: lines, reader: reader, skip: b.skip}, nil
}

type noRows struct{}

func (*noRows) next() (*tableRow, error) { return nil, io.EOF }
func (*noRows) close() error             { return nil }

// recordBound lets no record have more than maxToken bytes.
type recordBound struct {
	source io.Reader
	left   int
	last   byte // that was read
}

func (r *recordBound) Read(p []byte) (int, error) {
	if r.left <= 0 {
		return 0, errTokenTooLong
	}
	n, err := r.source.Read(p)
	if r.left -= n; n > 0 {
		r.last = p[n-1]
	}
	return n, err
}

// csvRows are records as RFC 4180 has them: a value in quotes may have several lines.
type csvRows struct {
	bound  *recordBound
	lines  *bufio.Reader
	reader *csv.Reader
	skip   int
	row    tableRow
	width  int // values of every record so far; -1 when they differ
}

func (c *csvRows) next() (*tableRow, error) {
	for {
		c.bound.left = maxToken
		record, err := c.reader.Read()
		if errors.Is(err, errTokenTooLong) {
			return nil, broken(noteTooBig.at(c.row.number+1, ""))
		}
		if err != nil {
			return nil, err
		}
		line, _ := c.reader.FieldPos(0)
		if !c.row.set(line+c.skip, record) || len(record) == 1 && record[0] == endOfDOS {
			continue
		}
		if c.cut(len(record)) {
			return nil, brokenOff(line + c.skip)
		}
		return &c.row, nil
	}
}

// endOfDOS ends a text file as old programs write it.
const endOfDOS = "\x1a"

func brokenOff(line int) error {
	return broken(noteSyntax.both(line,
		"файл обрывается посреди строки: в последней меньше значений, чем в других, и нет перевода строки",
		"the file ends in the middle of a row: the last one has fewer values than others, and no line break"))
}

// cut tells whether the record that was just read has lost its end: it is shorter
// than all before it, and neither a line break nor anything else follows. One
// value alone may be a farewell.
func (c *csvRows) cut(width int) bool {
	short := c.width > width && width > 1
	switch {
	case c.width == 0:
		c.width = width
	case c.width != width:
		c.width = -1
	}
	if !short || c.bound.last == '\n' {
		return false
	}
	_, err := c.lines.Peek(1)
	return errors.Is(err, io.EOF)
}

func (c *csvRows) close() error { return nil }

// csvLines are the lines of a text with broken quotes. What a quote without its
// pair spoils is its own line, never those after it.
type csvLines struct {
	bound *recordBound
	lines *bufio.Reader
	comma rune
	line  int
	row   tableRow
}

func (c *csvLines) next() (*tableRow, error) {
	for {
		c.bound.left = maxToken
		line, err := c.lines.ReadString('\n')
		c.line++
		switch {
		case errors.Is(err, errTokenTooLong):
			return nil, broken(noteTooBig.at(c.line, ""))
		case err != nil && (!errors.Is(err, io.EOF) || line == ""):
			return nil, err
		}
		if errors.Is(err, io.EOF) && strings.Count(line, `"`)%2 > 0 { // what began the quote is cut off
			return nil, brokenOff(c.line)
		}
		if c.row.set(c.line, splitLine(strings.TrimRight(line, "\r\n"), c.comma)) {
			return &c.row, nil
		}
	}
}

func (c *csvLines) close() error { return nil }

// set fills the row; false when it is blank.
func (r *tableRow) set(number int, texts []string) bool {
	r.number, r.wide, r.cells = number, false, r.cells[:0]
	used := 0
	for i, text := range texts {
		blank := strings.TrimSpace(text) == ""
		if i >= maxColumns {
			r.wide = r.wide || !blank
			continue
		}
		r.cells = append(r.cells, cell{text: unarmed(text)})
		if !blank {
			used = len(r.cells)
		}
	}
	r.cells = r.cells[:used]
	return used > 0 || r.wide
}
