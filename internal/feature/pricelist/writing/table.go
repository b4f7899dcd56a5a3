package writing

import (
	"strconv"
	"strings"

	"zakup/internal/feature/pricelist/reading"
)

// MaxColumns is how many characteristics get columns of their own in a table. Of goods
// with more different ones, and of those that stand in another order than the
// columns, the rest is in the last column.
const MaxColumns = 100

// cell is the value of one cell: a text, or a number of so many digits after
// the point.
type cell struct {
	text   string
	number int64
	digits int // of a number
	is     cellKind
}

type cellKind int

const (
	emptyCell cellKind = iota
	textCell
	numberCell
)

// table makes rows of cells: one layout for CSV and XLSX.
type table struct {
	shops      bool
	parameters []string
	place      map[string]int // of a parameter among the columns
	row        []cell
}

func newTable(head Head) *table {
	t := &table{shops: head.Shops, place: map[string]int{}}
	t.parameters = head.Parameters[:min(len(head.Parameters), MaxColumns)]
	for i, name := range t.parameters {
		t.place[name] = i
	}
	return t
}

// header are the names of the columns.
func (t *table) header() []cell {
	var row []cell
	for _, column := range reading.OwnColumns {
		row = append(row, textOf(column.Header))
	}
	if t.shops {
		row = append(row, textOf(reading.OwnShop))
	}
	for _, name := range t.parameters {
		row = append(row, textOf(reading.OwnParameter+name))
	}
	return append(row, textOf(reading.OwnRest))
}

// cells are a good, in the order of reading.OwnColumns; valid until the next call.
func (t *table) cells(g Good) []cell {
	rrc, quantity := cell{}, cell{}
	if g.HasRRC {
		rrc = cell{number: int64(g.PriceRRC), digits: 2, is: numberCell}
	}
	price := cell{}
	if g.HasPrice {
		price = cell{number: int64(g.Price), digits: 2, is: numberCell}
	}
	switch {
	case g.HasQuantity && g.AtLeast:
		quantity = textOf(quantityText(g.Row))
	case g.HasQuantity:
		quantity = cell{number: g.Quantity, is: numberCell}
	}
	t.row = append(t.row[:0],
		textOf(g.ExternalID), textOf(g.Category), textOf(g.Name), textOf(g.Model), textOf(g.VendorCode), textOf(g.Vendor),
		price, rrc, quantity, textOf(g.Unit.String()), textOf(tableVAT(g.VAT)), numberOf(g.MinQuantity), numberOf(g.Multiple),
		textOf(strings.Join(g.Barcodes, ", ")), textOf(g.URL), textOf(strings.Join(g.Pictures, "\n")), textOf(g.Description))
	if t.shops {
		t.row = append(t.row, textOf(g.Shop))
	}
	begin := len(t.row)
	for range t.parameters {
		t.row = append(t.row, cell{})
	}
	// They are read from left to right, so that they keep their order only while
	// it is that of the columns.
	last, rest := -1, 0
	for ; rest < len(g.Parameters); rest++ {
		place, has := t.place[g.Parameters[rest].Name]
		if !has || place <= last {
			break
		}
		t.row[begin+place], last = textOf(g.Parameters[rest].Value), place
	}
	return append(t.row, textOf(joined(g.Parameters[rest:])))
}

func textOf(s string) cell {
	if s == "" {
		return cell{}
	}
	return cell{text: s, is: textCell}
}

// numberOf is a number, an empty cell when it is not said.
func numberOf(n int64) cell {
	if n == 0 {
		return cell{}
	}
	return cell{number: n, is: numberCell}
}

// decimal writes a number with the given sign before its fraction.
func (c cell) decimal(point string) string {
	s := strconv.FormatInt(c.number, 10)
	if c.digits == 0 {
		return s
	}
	s = strings.Repeat("0", max(0, c.digits+1-len(s))) + s
	return s[:len(s)-c.digits] + point + s[len(s)-c.digits:]
}

// tableVAT is a rate as people write it.
func tableVAT(rate string) string {
	switch rate {
	case "":
		return ""
	case "none":
		return "без НДС"
	}
	return rate + "%"
}

// joined are characteristics in one text, as reading.OwnRest says.
func joined(list []reading.Parameter) string {
	var b strings.Builder
	for i, p := range list {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(signsOfNames.Replace(p.Name))
		b.WriteString(": ")
		b.WriteString(signsOfValues.Replace(p.Value))
	}
	return b.String()
}

var (
	signsOfNames  = strings.NewReplacer(`\`, `\\`, ";", `\;`, ":", `\:`)
	signsOfValues = strings.NewReplacer(`\`, `\\`, ";", `\;`)
)
