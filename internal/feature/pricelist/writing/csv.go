package writing

import (
	"encoding/csv"
	"io"
	"strings"
)

// csvWriter writes a table for Russian spreadsheets: UTF-8 with a mark,
// semicolons, decimal commas. A text that would be a formula has an apostrophe
// before it, and so has one that begins so already, so that readers can take one
// away.
type csvWriter struct {
	to     *csv.Writer
	table  *table
	record []string
}

func newCSV(w io.Writer, head Head) (Writer, error) {
	if _, err := io.WriteString(w, "\uFEFF"); err != nil {
		return nil, err
	}
	c := &csvWriter{to: csv.NewWriter(w), table: newTable(head)}
	c.to.Comma = ';'
	return c, c.write(c.table.header())
}

func (c *csvWriter) write(row []cell) error {
	c.record = c.record[:0]
	for _, one := range row {
		switch one.is {
		case numberCell:
			c.record = append(c.record, one.decimal(","))
		default:
			c.record = append(c.record, harmless(one.text))
		}
	}
	return c.to.Write(c.record)
}

// harmless puts an apostrophe before what a spreadsheet would take for a formula.
func harmless(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != "" && strings.IndexByte("=+-@\t\r", rest[0]) >= 0 {
		return "'" + s
	}
	return s
}

func (c *csvWriter) Write(g Good) error { return c.write(c.table.cells(g)) }

func (c *csvWriter) Close() error {
	c.to.Flush()
	return c.to.Error()
}
