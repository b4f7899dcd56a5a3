package catalog

import (
	"bytes"
	"encoding/json"
	"strconv"

	"zakup/internal/feature/partner"
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
	Parameters []Parameter

	Description string
	URL         string
	Pictures    []string
}

// Parameter is a characteristic as the supplier wrote it.
type Parameter struct {
	Name, Value string
}

// document writes the JSON members that an offer has in every list, but its id
// and quantity: the id is not known before it is stored, and the quantity
// changes with every order.
func (l Listing) document(shop partner.ShopID) string {
	b := make([]byte, 0, 512)
	b = append(b, `"model":`...)
	b = appendString(b, l.Model)
	b = append(b, `,"product":{"name":`...)
	b = appendString(b, l.Name)
	b = append(b, `,"category":`...)
	b = appendString(b, l.Category)
	b = append(b, `},"shop":`...)
	b = strconv.AppendInt(b, int64(shop), 10)
	b = append(b, `,"price":`...)
	b = l.Price.AppendJSON(b)
	b = append(b, `,"price_rrc":`...)
	if l.PriceRRC == nil {
		b = append(b, "null"...)
	} else {
		b = l.PriceRRC.AppendJSON(b)
	}
	b = append(b, `,"external_id":`...)
	b = appendString(b, l.ExternalID)
	b = append(b, `,"product_parameters":[`...)
	for i, p := range l.Parameters {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(b, `{"parameter":`...)
		b = appendString(b, p.Name)
		b = append(b, `,"value":`...)
		b = appendString(b, p.Value)
		b = append(b, '}')
	}
	return string(append(b, ']'))
}

// details writes the further JSON members of the card.
func (l Listing) details() string {
	b := []byte(`"description":`)
	b = appendString(b, l.Description)
	b = append(b, `,"url":`...)
	b = appendString(b, l.URL)
	b = append(b, `,"pictures":[`...)
	for i, p := range l.Pictures {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendString(b, p)
	}
	return string(append(b, ']'))
}

// AppendOffer writes an offer as a JSON object. More can't be available than
// none, though a supplier's new list may have less than orders reserved.
func AppendOffer(b []byte, id OfferID, available int64, document string) []byte {
	b = append(b, `{"id":`...)
	b = strconv.AppendInt(b, int64(id), 10)
	b = append(b, `,"quantity":`...)
	b = strconv.AppendInt(b, max(0, available), 10)
	b = append(b, ',')
	b = append(b, document...)
	return append(b, '}')
}

// appendString writes a JSON string with its letters as they are.
func appendString(b []byte, s string) []byte {
	w := bytes.NewBuffer(b)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	out := w.Bytes()
	return out[:len(out)-1] // less the line's end
}
