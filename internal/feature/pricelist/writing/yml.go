package writing

import (
	"io"
	"strconv"
	"strings"
	"time"
)

// ymlWriter writes YML, the price lists of Yandex Market. What YML has no
// element for has one of ours: price_rrc and unit.
type ymlWriter struct{ text }

func newYML(w io.Writer, head Head) (Writer, error) {
	y := &ymlWriter{newText(w, head)}
	y.write(`<?xml version="1.0" encoding="UTF-8"?>`, "\n",
		`<yml_catalog date="`, head.Time.Format(time.RFC3339), "\">\n<shop>\n")
	if head.Shop != "" {
		y.element("name", head.Shop)
		y.element("company", head.Shop)
	}
	y.element("url", head.URL)
	y.write("\n", `<currencies><currency id="RUB" rate="1"/></currencies>`, "\n<categories>\n")
	for i, name := range head.Categories {
		y.write(`<category id="`, strconv.Itoa(i+1), `">`, escaped(name), "</category>\n")
	}
	y.write("</categories>\n<offers>\n")
	return y, y.failed
}

// element writes an element unless it is empty.
func (y *ymlWriter) element(name, text string) {
	if text != "" {
		y.always(name, text)
	}
}

// always writes an element, also an empty one.
func (y *ymlWriter) always(name, text string) {
	y.write("<", name, ">", escaped(text), "</", name, ">")
}

// escaped is a text of XML: in an element, or in an attribute if it is of one line.
func escaped(s string) string { return xmlEscapes.Replace(s) }

// xmlEscapes replaces also two signs of no meaning that XML can't hold.
var xmlEscapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "\uFFFE", "\uFFFD", "\uFFFF", "\uFFFD")

func (y *ymlWriter) Write(g Good) error {
	category, err := y.category(g.Category)
	if err != nil {
		return err
	}
	y.write(`<offer id="`, escaped(g.ExternalID), `" available="`, strconv.FormatBool(g.Quantity > 0 || g.AtLeast), `">`)
	if y.shops {
		y.element("shop", g.Shop)
	}
	y.element("name", g.Name)
	y.always("model", g.Model) // else the vendor code is taken for it
	y.element("vendor", g.Vendor)
	y.element("vendorCode", g.VendorCode)
	y.element("categoryId", strconv.Itoa(category))
	if g.HasPrice {
		y.element("price", g.Price.String())
		y.element("currencyId", "RUB")
	}
	if g.HasRRC {
		y.element("price_rrc", g.PriceRRC.String())
	}
	if g.HasQuantity {
		y.element("count", quantityText(g.Row))
	}
	y.always("unit", g.Unit.String()) // else a characteristic may be taken for it
	y.element("vat", ymlVAT(g.VAT))
	y.element("min-quantity", positive(g.MinQuantity))
	y.element("step-quantity", positive(g.Multiple))
	for _, code := range g.Barcodes {
		y.element("barcode", code)
	}
	y.element("url", g.URL)
	for _, address := range g.Pictures {
		y.element("picture", address)
	}
	y.element("description", g.Description)
	for _, p := range g.Parameters {
		y.write(`<param name="`, escaped(p.Name), `">`, escaped(p.Value), "</param>")
	}
	y.write("</offer>\n")
	return y.failed
}

// ymlVAT is a rate as YML writes it.
func ymlVAT(rate string) string {
	switch rate {
	case "":
		return ""
	case "none":
		return "NO_VAT"
	}
	return "VAT_" + rate
}

func (y *ymlWriter) Close() error {
	y.write("</offers>\n</shop>\n</yml_catalog>\n")
	return y.end()
}
