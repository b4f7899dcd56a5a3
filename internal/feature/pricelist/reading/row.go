package reading

import "zakup/internal/platform/money"

// Limits of one row, in characters where it is a text.
const (
	maxID          = 100
	maxName        = 500
	maxModel       = 255
	maxCategory    = 255
	maxDescription = 20_000
	maxURL         = 2_000
	maxHead        = 2_000
	maxParameters  = 500
	maxParamName   = 100
	maxParamValue  = 1_000
	maxPictures    = 50
	maxRootKeys    = 1_000
	maxQuantity    = 1_000_000_000
)

// Head is what a list says about its sender; any of it may be empty.
type Head struct {
	Shop     string
	URL      string
	Currency string // ISO 4217 of all prices, "" when not said; RUB for every name of the rouble
}

// Row is one good. Its texts are valid UTF-8 with no NUL, trimmed, and, but for
// Description, have neither line breaks nor two blanks in a row.
type Row struct {
	Line        int           // in the file, from 1
	Sheet       string        // of a workbook, "" elsewhere
	ExternalID  string        // 1..100 characters, once in the file
	Category    string        // 1..255, as the list's categories write it
	Name        string        // 1..500
	Model       string        // 0..255
	Description string        // 0..20,000
	URL         string        // empty, or http(s), up to 2,000
	Price       money.Kopecks // when HasPrice
	HasPrice    bool
	PriceRRC    money.Kopecks // when HasRRC
	HasRRC      bool
	Quantity    int64 // 0..10^9, when HasQuantity
	HasQuantity bool
	AtLeast     bool        // there may be more than Quantity, as in ">50"
	Parameters  []Parameter // at most 500, names unique, in the order of the file
	Pictures    []string    // at most 50 addresses, http(s), up to 2,000 each

	Unit        Unit
	VAT         string   // "22", "20", "18", "10", "7", "5", "0", "none" (no tax at all), or "" when not said
	Barcodes    []string // at most 20, of digits, 8..14 each
	VendorCode  string   // 0..255, the maker's or supplier's article
	Vendor      string   // 0..255, the maker
	MinQuantity int64    // least quantity of an order, 0 when not said
	Multiple    int64    // step of quantities, 0 when not said

	// Gone: the offer is to be withdrawn, and so are its variants, whose ids begin
	// with its own and "#". Nothing else is said of it. Only partial lists have such.
	Gone bool
}

// Slim tells a row that has only prices, a stock, or both: the rest of the
// offer stays as it is. Only partial lists have such.
func (r *Row) Slim() bool { return r.Name == "" }

// Unit is what a quantity is counted in.
type Unit struct {
	Code string // of ОКЕИ, three or four digits, "" when not known
	Name string // as people write it: "шт", 0..50
}

// Parameter is a characteristic of a good.
type Parameter struct {
	Name  string // 1..100 characters
	Value string // 1..1,000
}
