package reading

import (
	"encoding/csv"
	"io"
	"regexp"
	"strings"
)

// csvExplainer writes a table for Russian spreadsheets, with semicolons.
type csvExplainer struct {
	to     *csv.Writer
	w      io.Writer
	record []string
}

func newCSVExplainer(w io.Writer, x *explanation) explainer {
	return &tableExplainer{x: x, to: &csvExplainer{to: csv.NewWriter(w), w: w}}
}

func (c *csvExplainer) sheet(string) error {
	c.to.Comma = ';'
	_, err := io.WriteString(c.w, "\uFEFF")
	return err
}

func (c *csvExplainer) skip() error {
	c.to.Flush()
	_, err := io.WriteString(c.w, "\n")
	return err
}

func (c *csvExplainer) write(row []cell) error {
	c.record = c.record[:0]
	for _, one := range row {
		c.record = append(c.record, armed(one.text))
	}
	return c.to.Write(c.record)
}

// numbers tells of none: lines are told in words.
func (c *csvExplainer) numbers() bool { return false }

func (c *csvExplainer) finish() error {
	c.to.Flush()
	return c.to.Error()
}

func (c *csvExplainer) close() error { return nil }

var harmlessSign = regexp.MustCompile(`^[+-]([0-9][0-9 .,]*)?$`)

// armed is what unarmed takes back. A number with a sign is no formula.
func armed(s string) string {
	if rest := strings.TrimLeft(s, "'"); rest != "" && strings.IndexByte("=+-@\t\r", rest[0]) >= 0 && !harmlessSign.MatchString(s) {
		return "'" + s
	}
	return s
}
