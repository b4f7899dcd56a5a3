package reading

import (
	"fmt"
	"slices"
	"strings"

	"zakup/internal/platform/fault"
)

// Fields that a column of a table can hold.
const (
	FieldID          = "id"
	FieldVendorCode  = "vendor_code"
	FieldName        = "name"
	FieldCategory    = "category"
	FieldModel       = "model"
	FieldPrice       = "price"
	FieldPriceRRC    = "price_rrc"
	FieldQuantity    = "quantity" // several columns are warehouses: they are added up
	FieldUnit        = "unit"
	FieldVAT         = "vat"
	FieldBarcode     = "barcode"
	FieldVendor      = "vendor"
	FieldMinQuantity = "min_quantity"
	FieldMultiple    = "multiple"
	FieldDescription = "description"
	FieldURL         = "url"
	FieldPictures    = "pictures" // several columns are one list
	FieldCurrency    = "currency"
	FieldParameter   = "parameter" // a characteristic named by its header
	FieldIgnore      = "ignore"
)

// Fields are all of them, in the order in which they are shown.
var Fields = []string{
	FieldID, FieldVendorCode, FieldName, FieldCategory, FieldModel, FieldPrice, FieldPriceRRC, FieldQuantity, FieldUnit,
	FieldVAT, FieldBarcode, FieldVendor, FieldMinQuantity, FieldMultiple, FieldDescription, FieldURL, FieldPictures,
	FieldCurrency, FieldParameter, FieldIgnore,
}

// many are the fields that more than one column may hold.
var many = map[string]bool{FieldQuantity: true, FieldPictures: true, FieldParameter: true, FieldIgnore: true}

// NoHeader is the HeaderRow of a table whose first row is a good.
const NoHeader = -1

// Profile is how the tables of one supplier are laid out. The zero value leaves
// all of it to be guessed; what a profile does not say is guessed too.
type Profile struct {
	Sheet          string   // name of the sheets to read, "*" stands for any characters; "" for all
	HeaderRow      int      // from 1; 0 to look for it; NoHeader
	Columns        []Column // at most 200
	RestParameters bool     // columns that hold nothing else are characteristics
	Currency       string   // of prices that name none, ISO 4217; "" for roubles
	PriceType      string   // of CommerceML: name or id of the type of price that a buyer pays; "" to guess
	RRCType        string   // the same of the recommended price
}

// Column says what one column holds: the one with the header Header, as people
// compare headers, or, when that is empty, the one at Index, from 1.
type Column struct {
	Header string
	Index  int
	Field  string // one of Fields
}

// BadProfile tells of a profile that can't be used; its Fields say why.
var BadProfile = fault.New(fault.Invalid, "bad_profile", "Неверное описание таблицы", "The description of the table is wrong")

// Validate returns BadProfile with what is wrong, or nil.
func (p Profile) Validate() error {
	bad := BadProfile
	refuse := func(field, ru, en string) { bad = bad.With(field, ru, en) }
	text := func(field, s string, most int) {
		if longer(s, most) || hasNUL(s) {
			refuse(field, fmt.Sprintf("Не больше %d символов", most), fmt.Sprintf("At most %d characters", most))
		}
	}
	text("sheet", p.Sheet, 100)
	text("price_type", p.PriceType, maxName)
	text("rrc_type", p.RRCType, maxName)
	if p.HeaderRow < NoHeader || p.HeaderRow > sampleRows {
		refuse("header_row", fmt.Sprintf("Номер строки от 1 до %d; 0 — найти; -1 — заголовка нет", sampleRows),
			fmt.Sprintf("A row from 1 to %d; 0 to look for it; -1 when there is none", sampleRows))
	}
	if p.Currency != "" && !currencyCode(p.Currency) {
		refuse("currency", "Код валюты из трёх букв, например RUB", "A currency code of three letters such as RUB")
	}
	if len(p.Columns) > maxColumns {
		refuse("columns", fmt.Sprintf("Не больше %d столбцов", maxColumns), fmt.Sprintf("At most %d columns", maxColumns))
		return bad
	}
	holds := map[string]int{}
	places := map[string]bool{}
	for i, c := range p.Columns {
		name := fmt.Sprintf("columns[%d]", i)
		text(name+".header", c.Header, maxName)
		place := fmt.Sprint(c.Index)
		if c.Header != "" {
			place = "=" + foldHeader(c.Header)
		} else if c.Index < 1 || c.Index > maxColumns {
			refuse(name+".index", fmt.Sprintf("Укажите заголовок или номер столбца от 1 до %d", maxColumns),
				fmt.Sprintf("Name the header, or the number of the column from 1 to %d", maxColumns))
		}
		if places[place] {
			refuse(name, "Этот столбец уже назван", "This column is named already")
		}
		places[place] = true
		if !slices.Contains(Fields, c.Field) {
			refuse(name+".field", "Одно из: "+strings.Join(Fields, ", "), "One of: "+strings.Join(Fields, ", "))
		}
		if holds[c.Field]++; holds[c.Field] == 2 && !many[c.Field] {
			refuse(name+".field", "Поле «"+c.Field+"» уже у другого столбца", "Another column holds \""+c.Field+"\" already")
		}
	}
	if len(bad.Fields) > 0 {
		return bad
	}
	return nil
}

func currencyCode(s string) bool {
	return len(s) == 3 && strings.Trim(strings.ToUpper(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// sheetMatches tells whether a profile reads a sheet.
func (p Profile) sheetMatches(name string) bool {
	pattern, s := fold(clean(p.Sheet)), fold(clean(name))
	if pattern == "" {
		return true
	}
	parts := strings.Split(pattern, "*")
	if len(parts) == 1 {
		return s == pattern
	}
	if !strings.HasPrefix(s, parts[0]) {
		return false
	}
	s = s[len(parts[0]):]
	for _, part := range parts[1 : len(parts)-1] {
		_, after, found := strings.Cut(s, part)
		if !found {
			return false
		}
		s = after
	}
	return strings.HasSuffix(s, parts[len(parts)-1])
}
