package catalog

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture"
	"zakup/internal/platform/money"
)

// Listing is one offer as its price list has it.
type Listing struct {
	Line       int // in the file, for messages
	ExternalID string
	Category   string
	Name       string
	Model      string
	Price      money.Kopecks
	PriceRRC   *money.Kopecks // the recommended retail price, if given
	Quantity   int64
	AtLeast    bool // there may be more than Quantity
	Parameters []Parameter

	Description string
	URL         string
	Pictures    []string

	UnitCode    string // of ОКЕИ
	UnitName    string
	VAT         string // a rate in percent, "none", or "" when not said
	Barcodes    []string
	Vendor      string
	VendorCode  string
	MinQuantity int64 // 0 when not said
	Multiple    int64 // 0 when not said

	Slim      bool // only the id, the price and the stock count, and not even these:
	KeepPrice bool // where the price stays as it is
	KeepStock bool // where the quantity stays as it is
	Gone      bool // only the id counts: the offer and its variants (id#…) are to be withdrawn
}

// Parameter is a characteristic as the supplier wrote it.
type Parameter struct {
	Name, Value string
}

// document writes the JSON members that an offer has in every list, but those
// that Shown has: the id is not known before it is stored, price and stock
// change daily.
func (l *Listing) document(shop partner.ShopID) string {
	b := make([]byte, 0, 768)
	b = append(b, `"model":`...)
	b = appendString(b, l.Model)
	b = append(b, `,"product":{"name":`...)
	b = appendString(b, l.Name)
	b = append(b, `,"category":`...)
	b = appendString(b, l.Category)
	b = append(b, `},"shop":`...)
	b = strconv.AppendInt(b, int64(shop), 10)
	b = append(b, `,"external_id":`...)
	b = appendString(b, l.ExternalID)
	return string(appendParameters(b, l.Parameters))
}

// parametersMember begins the last member of a document: quotes within a text
// are escaped.
const parametersMember = `,"product_parameters":[`

func appendParameters(b []byte, list []Parameter) []byte {
	b = append(b, parametersMember...)
	for i, p := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"parameter":`...)
		b = appendString(b, p.Name)
		b = append(b, `,"value":`...)
		b = appendString(b, p.Value)
		b = append(b, '}')
	}
	return append(b, ']')
}

// details writes the further JSON members of the card.
func (l *Listing) details() string {
	b := make([]byte, 0, 256)
	text := func(key, v string) {
		b = append(b, key...)
		b = appendString(b, v)
	}
	list := func(key string, v []string) {
		b = append(b, key...)
		for i, s := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendString(b, s)
		}
		b = append(b, ']')
	}
	text(`"description":`, l.Description)
	text(`,"url":`, l.URL)
	list(`,"pictures":[`, l.Pictures)
	text(`,"vendor":`, l.Vendor)
	text(`,"vendor_code":`, l.VendorCode)
	list(`,"barcodes":[`, l.Barcodes)
	text(`,"unit":{"code":`, l.UnitCode)
	text(`,"name":`, l.UnitName)
	text(`},"vat":`, l.VAT)
	b = append(b, `,"min_quantity":`...)
	b = strconv.AppendInt(b, max(1, l.MinQuantity), 10)
	b = append(b, `,"multiple":`...)
	b = strconv.AppendInt(b, max(1, l.Multiple), 10)
	b = append(b, `,"quantity_at_least":`...)
	return string(strconv.AppendBool(b, l.AtLeast))
}

// Shown is an offer for buyers.
type Shown struct {
	ID        OfferID
	Available int64 // may be below zero: a new list may have less than orders reserved
	Price     money.Kopecks
	PriceRRC  *money.Kopecks
	Document  string // the other JSON members of the offer
	Picture   string // the name of the main one, for lists; "": none
}

// AppendJSON writes the offer as a JSON object.
func (s *Shown) AppendJSON(b []byte) []byte {
	b = append(s.appendBefore(b), s.Document...)
	return append(b, '}')
}

// appendBefore writes what stands before the document.
func (s *Shown) appendBefore(b []byte) []byte {
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, int64(s.ID), 10)
	b = append(b, `,"quantity":`...)
	b = strconv.AppendInt(b, max(0, s.Available), 10)
	b = append(b, `,"price":`...)
	b = s.Price.AppendJSON(b)
	b = append(b, `,"price_rrc":`...)
	if s.PriceRRC == nil {
		b = append(b, "null"...)
	} else {
		b = s.PriceRRC.AppendJSON(b)
	}
	if s.Picture != "" {
		b = append(b, `,"image":"`...)
		b = append(b, picture.Address(s.Picture, picture.ThumbSide)...)
		b = append(b, '"')
	}
	return append(b, ',')
}

// appendString writes a JSON string with its letters as they are.
func appendString(b []byte, s string) []byte {
	for i := range len(s) {
		// E2 begins the two separators of lines that JSON in a page can't have.
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c == 0xE2 {
			return appendEscaped(b, s)
		}
	}
	if !utf8.ValidString(s) {
		return appendEscaped(b, s)
	}
	b = append(b, '"')
	b = append(b, s...)
	return append(b, '"')
}

func appendEscaped(b []byte, s string) []byte {
	var w strings.Builder
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return append(b, w.String()[:w.Len()-1]...)
}
