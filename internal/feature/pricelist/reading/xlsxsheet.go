package reading

import (
	"errors"
	"io"
	"strconv"
)

// readStyles reads the formats of numbers and the looks of cells.
func (b *xlsxBook) readStyles() error {
	codes, looks := map[int]string{}, map[[3]string]int{}
	b.styles = []cellStyle{}
	return b.each("xl/styles.xml", func(p *part, start tag) error {
		if start.name != "numFmts" && start.name != "cellXfs" {
			return p.skip()
		}
		return p.children(func(one tag) error {
			switch id, err := strconv.Atoi(one.attribute("numFmtId")); {
			case len(b.styles)+len(codes) > maxStyles:
				return damaged("xl/styles.xml", "xl/styles.xml")
			case start.name == "numFmts" && err == nil:
				codes[id] = one.attribute("formatCode")
			case start.name == "cellXfs":
				look := [3]string{one.attribute("fontId"), one.attribute("fillId"), ""}
				err := p.children(func(inner tag) error {
					if inner.name == "alignment" {
						look[2] = inner.attribute("indent")
					}
					return p.skip()
				})
				if looks[look] == 0 {
					looks[look] = len(looks) + 1
				}
				s := styleOf(id, codes[id])
				s.look = looks[look]
				b.styles = append(b.styles, s)
				return err
			}
			return p.skip()
		})
	})
}

func (b *xlsxBook) rows(sheet int) (sheetRows, error) {
	b.unpacked = 0
	p, err := b.open(b.all[sheet].part)
	if err != nil {
		return nil, err
	}
	if p == nil {
		return nil, damaged("нет листа "+b.all[sheet].name, "no sheet "+b.all[sheet].name)
	}
	s := &xlsxRows{part: p, sheet: b.all[sheet].name}
	if err := s.begin(); err != nil {
		return nil, errors.Join(s.explain(err), p.close())
	}
	return s, nil
}

// xlsxRows reads a sheet.
type xlsxRows struct {
	*part
	sheet string
	row   tableRow
	ended bool
}

// begin reads up to the rows.
func (s *xlsxRows) begin() error {
	if _, err := s.root(); err != nil {
		return err
	}
	for {
		start, err := s.child()
		if errors.Is(err, io.EOF) { // there are none
			s.ended = true
			return nil
		}
		if err != nil || start.name == "sheetData" {
			return err
		}
		if err := s.skip(); err != nil {
			return err
		}
	}
}

// explain says where in the sheet the XML is broken.
func (s *xlsxRows) explain(err error) error {
	var bad *brokenError
	if !errors.As(err, &bad) && !errors.Is(err, io.EOF) {
		return err
	}
	line := s.row.number + 1
	p := noteBook.both(line, "лист «"+s.sheet+"» обрывается", "the sheet \""+s.sheet+"\" breaks off")
	if bad != nil && bad.Code == noteTooBig.code {
		p = noteTooBig.at(line, "")
	}
	p.Cell = s.sheet + "!" + place(0, line)
	return broken(p)
}

func (s *xlsxRows) next() (*tableRow, error) {
	for !s.ended {
		start, err := s.child()
		if errors.Is(err, io.EOF) {
			s.ended = true
			if err := s.toEnd(); err != nil {
				return nil, s.explain(err)
			}
			break
		}
		if err != nil {
			return nil, s.explain(err)
		}
		used, err := s.take(start)
		if err != nil {
			return nil, s.explain(err)
		}
		if used {
			return &s.row, nil
		}
	}
	return nil, io.EOF
}

// toEnd reads what follows the rows: a sheet that is cut there is not whole.
func (s *xlsxRows) toEnd() error {
	if err := s.skip(); err != nil {
		return err
	}
	return s.finish()
}

// take reads a row; false when it is blank.
func (s *xlsxRows) take(start tag) (bool, error) {
	const most = 1 << 20 // rows of a sheet
	s.row.number++
	if n, err := strconv.Atoi(start.attribute("r")); err == nil && n > 0 && n <= most {
		s.row.number = n
	}
	s.row.cells, s.row.wide, s.row.level = s.row.cells[:0], false, 0
	if n, err := strconv.Atoi(start.attribute("outlineLevel")); err == nil {
		s.row.level = n
	}
	column, used := -1, 0
	for {
		start, err := s.child()
		if errors.Is(err, io.EOF) {
			s.row.cells = s.row.cells[:used]
			return used > 0 || s.row.wide, nil
		}
		if err != nil {
			return false, err
		}
		if start.name != "c" {
			if err := s.skip(); err != nil {
				return false, err
			}
			continue
		}
		column++
		if at, ok := columnOf(start.attribute("r")); ok {
			column = at
		}
		c, err := s.cell(start)
		if err != nil {
			return false, err
		}
		if c.text == "" && !c.failed {
			continue
		}
		if column >= maxColumns {
			s.row.wide = true
			continue
		}
		for len(s.row.cells) <= column {
			s.row.cells = append(s.row.cells, cell{})
		}
		s.row.cells[column] = c
		used = max(used, column+1)
	}
}

// columnOf reads "AB12", columns from 0.
func columnOf(reference string) (int, bool) {
	column := 0
	for i := range len(reference) {
		c := reference[i]
		if c < 'A' || c > 'Z' || i > 3 {
			return column - 1, i > 0 && i <= 3
		}
		column = column*26 + int(c-'A') + 1
	}
	return 0, false
}

func (s *xlsxRows) cell(start tag) (c cell, err error) {
	kind := start.attribute("t")
	var style cellStyle
	if n, err := strconv.Atoi(start.attribute("s")); err == nil && n >= 0 && n < len(s.book.styles) {
		style = s.book.styles[n]
	}
	c.style = style.look
	raw, formula, valued := "", false, false
	for {
		inner, err := s.child()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return c, err
		}
		switch inner.name {
		case "v", "is":
			raw, err = s.text()
			valued = true
		case "f":
			formula = true
			err = s.skip()
		default:
			err = s.skip()
		}
		if err != nil {
			return c, err
		}
	}
	if !valued {
		c.failed = formula
		return c, nil
	}
	switch kind {
	case "s":
		text, ok := s.book.strings.get(raw)
		if !ok {
			return c, damaged("тексты", "texts")
		}
		c.text = text
	case "b":
		c.text = map[bool]string{true: "да", false: "нет"}[raw == "1"]
	case "e":
		c.failed = true
	case "str", "inlineStr", "d":
		c.text = raw
	default:
		c.text, c.number, c.currency = style.write(raw, s.book.since), raw != "", style.currency
	}
	return c, nil
}
