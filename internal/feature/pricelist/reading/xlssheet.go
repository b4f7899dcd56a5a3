package reading

import (
	"encoding/binary"
	"io"
	"math"
	"strconv"
)

func (b *xlsBook) rows(sheet int) (sheetRows, error) {
	s := &xlsRows{book: b, sheet: b.all[sheet].name, records: b.records(b.all[sheet].begin), levels: map[int]int{}}
	id, _, err := s.records.next()
	if err == nil && id != biffBOF {
		err = errCFB
	}
	if err != nil {
		return nil, s.explain(err)
	}
	return s, nil
}

// xlsRows reads a sheet. Its rows stand in their order: where they don't, it is
// damaged.
type xlsRows struct {
	book    *xlsBook
	sheet   string
	records *biffRecords
	inner   int // charts inside of the sheet that are open
	levels  map[int]int
	row     tableRow
	used    int
	after   []placed // cells of the next row, which came already
	formula placed   // whose text is still to come
	waits   bool
	ended   bool
}

// placed is a cell with its place, both from 0.
type placed struct {
	row, column int
	cell        cell
}

func (s *xlsRows) close() error { return nil }

func (s *xlsRows) explain(err error) error {
	err = xlsFailure(err, s.row.number+1)
	if bad, is := err.(*brokenError); is { //nolint:errorlint // just made
		bad.Cell = s.sheet + "!" + place(0, s.row.number+1)
	}
	return err
}

func (s *xlsRows) next() (*tableRow, error) {
	for {
		s.row.cells, s.row.wide, s.used = s.row.cells[:0], false, 0
		begun := false
		for _, p := range s.after {
			s.put(p)
			begun = true
		}
		s.after = s.after[:0]
		for !s.ended && len(s.after) == 0 {
			cells, err := s.record()
			if err != nil {
				return nil, s.explain(err)
			}
			for _, p := range cells {
				switch number := p.row + 1; {
				case number == s.row.number && begun:
					s.put(p)
				case number <= s.row.number && (begun || s.row.number > 0):
					return nil, s.explain(errCFB)
				case begun:
					s.after = append(s.after, p)
				default:
					s.put(p)
					begun = true
				}
			}
		}
		s.row.cells = s.row.cells[:s.used]
		if s.used > 0 || s.row.wide {
			return &s.row, nil
		}
		if s.ended && len(s.after) == 0 {
			return nil, io.EOF
		}
	}
}

func (s *xlsRows) put(p placed) {
	s.row.number, s.row.level = p.row+1, s.levels[p.row]
	if p.cell.text == "" && !p.cell.failed {
		return
	}
	if p.column >= maxColumns {
		s.row.wide = true
		return
	}
	for len(s.row.cells) <= p.column {
		s.row.cells = append(s.row.cells, cell{})
	}
	s.row.cells[p.column] = p.cell
	s.used = max(s.used, p.column+1)
}

// record reads one record and returns the cells in it.
func (s *xlsRows) record() ([]placed, error) {
	id, data, err := s.records.next()
	if err != nil {
		return nil, err
	}
	switch {
	case id == biffBOF:
		s.inner++
		return nil, nil
	case id == biffEOF:
		s.ended = s.inner == 0
		s.inner--
		return nil, nil
	case s.inner > 0:
		return nil, nil
	case id == biffRow && len(data) >= 14:
		if level := int(data[12] & 7); level > 0 {
			s.levels[int(binary.LittleEndian.Uint16(data))] = level
		}
		return nil, nil
	case id == biffString && s.waits:
		s.waits = false
		s.formula.cell.text = s.book.text(data, false)
		return []placed{s.formula}, nil
	case id == biffMulRK && len(data) >= 6:
		return s.several(data), nil
	case len(data) < 7:
		return nil, nil
	}
	p := placed{row: int(binary.LittleEndian.Uint16(data)), column: int(binary.LittleEndian.Uint16(data[2:]))}
	style := s.style(data[4:])
	p.cell.style = style.look
	switch data = data[6:]; {
	case id == biffLabelSST && len(data) >= 4:
		text, ok := s.book.shared.get(strconv.Itoa(int(binary.LittleEndian.Uint32(data))))
		if !ok {
			return nil, errCFB
		}
		p.cell.text = text
	case id == biffLabel, id == biffRString:
		p.cell.text = s.book.text(data, false)
	case id == biffNumber && len(data) >= 8:
		s.number(&p.cell, style, math.Float64frombits(binary.LittleEndian.Uint64(data)))
	case id == biffRK && len(data) >= 4:
		s.number(&p.cell, style, rk(binary.LittleEndian.Uint32(data)))
	case id == biffBoolErr && len(data) >= 2:
		s.truth(&p.cell, data[0], data[1] != 0)
	case id == biffFormula && len(data) >= 8:
		return s.result(p, style, data), nil
	default:
		return nil, nil
	}
	return []placed{p}, nil
}

// result reads what a formula has given.
func (s *xlsRows) result(p placed, style cellStyle, data []byte) []placed {
	if data[6] != 0xFF || data[7] != 0xFF {
		s.number(&p.cell, style, math.Float64frombits(binary.LittleEndian.Uint64(data)))
		return []placed{p}
	}
	switch data[0] {
	case 0:
		s.formula, s.waits = p, true // its text is in a record that follows
		return nil
	case 1, 2:
		s.truth(&p.cell, data[2], data[0] == 2)
	}
	return []placed{p}
}

func (s *xlsRows) truth(c *cell, is byte, failed bool) {
	switch {
	case failed:
		c.failed = true
	case is != 0:
		c.text = "да"
	default:
		c.text = "нет"
	}
}

func (s *xlsRows) style(data []byte) cellStyle {
	if n := int(binary.LittleEndian.Uint16(data)); n < len(s.book.styles) {
		return s.book.styles[n]
	}
	return cellStyle{}
}

// several reads numbers that stand side by side.
func (s *xlsRows) several(data []byte) []placed {
	row, column := int(binary.LittleEndian.Uint16(data)), int(binary.LittleEndian.Uint16(data[2:]))
	var all []placed
	for data = data[4:]; len(data) >= 8; data = data[6:] { // the last two bytes are no number
		style := s.style(data)
		p := placed{row: row, column: column, cell: cell{style: style.look}}
		s.number(&p.cell, style, rk(binary.LittleEndian.Uint32(data[2:])))
		all = append(all, p)
		column++
	}
	return all
}

func (s *xlsRows) number(c *cell, style cellStyle, n float64) {
	if math.IsNaN(n) || math.IsInf(n, 0) {
		c.failed = true
		return
	}
	const exact = 1e15
	raw := strconv.FormatFloat(n, 'E', -1, 64)
	if n == math.Trunc(n) && math.Abs(n) < exact {
		raw = strconv.FormatFloat(n, 'f', 0, 64)
	}
	c.text, c.number, c.currency = style.write(raw, s.book.since), true, style.currency
}

// rk is a number in four bytes.
func rk(bits uint32) float64 {
	n := float64(int32(bits) >> 2) //nolint:gosec // the sign is meant
	if bits&2 == 0 {
		n = math.Float64frombits(uint64(bits&^3) << 32)
	}
	if bits&1 != 0 {
		n /= 100
	}
	return n
}
