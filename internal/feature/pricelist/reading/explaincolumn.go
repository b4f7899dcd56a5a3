package reading

import "strings"

// The columns that Explain adds to a table: the last of all, and in a workbook
// one with the row of the good before it. They are not read, and a table that
// has them is a partial list.
var (
	explainHeads = [...]string{"Что не так", "What is wrong"}
	numberHeads  = [...]string{"Строка в присланном файле", "Row of the file sent"}
)

// explainStart stands before what is wrong in a table without a header.
var explainStart = [...]string{explainHeads[0] + ": ", explainHeads[1] + ": "}

func explainHead(text string) bool {
	text = clean(text)
	return text == explainHeads[0] || text == explainHeads[1] || text == numberHeads[0] || text == numberHeads[1]
}

// passExplanations gives the columns that Explain has added nothing to hold.
func (p *sheetPlan) passExplanations(body []*tableRow) {
	for i := range p.columns {
		c := &p.columns[i]
		if !explainHead(c.header) && (p.header > 0 || !explains(body, i)) {
			continue
		}
		c.says = headed{}
		p.give(i, FieldIgnore, WhyHeader)
		if p.told < 0 {
			p.told = i
		}
	}
}

// explains tells whether a column holds nothing but what is wrong.
func explains(rows []*tableRow, column int) bool {
	some := false
	for _, row := range rows {
		text := row.at(column).text
		if text == "" {
			continue
		}
		if !strings.HasPrefix(text, explainStart[0]) && !strings.HasPrefix(text, explainStart[1]) {
			return false
		}
		some = true
	}
	return some
}

// withoutExplanations are the cells of a header but for those of Explain, and how
// many they are; -1 when there are none of Explain.
func withoutExplanations(header []cell) (rest []cell, told int) {
	for i := range header {
		if explainHead(header[i].text) {
			for rest = header[:i]; len(rest) > 0 && clean(rest[len(rest)-1].text) == ""; {
				rest = rest[:len(rest)-1]
			}
			return rest, i
		}
	}
	return header, -1
}
