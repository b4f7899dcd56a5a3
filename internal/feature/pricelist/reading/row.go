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
	Shop string
	URL  string
}

// Row is one good. Its texts are valid UTF-8 with no NUL, trimmed, and, but for
// Description, have neither line breaks nor two blanks in a row.
type Row struct {
	Line        int    // in the file, from 1
	ExternalID  string // 1..100 characters, once in the file
	Category    string // 1..255, as the list's categories write it
	Name        string // 1..500
	Model       string // 0..255
	Description string // 0..20,000
	URL         string // empty, or http(s), up to 2,000
	Price       money.Kopecks
	PriceRRC    money.Kopecks // when HasRRC
	HasRRC      bool
	Quantity    int64       // 0..10^9
	Parameters  []Parameter // at most 500, names unique, in the order of the file
	Pictures    []string    // at most 50 addresses, http(s), up to 2,000 each
}

// Parameter is a characteristic of a good.
type Parameter struct {
	Name  string // 1..100 characters
	Value string // 1..1,000
}
