package writing

import (
	"slices"
	"strconv"
	"unicode/utf8"
)

// member is a key of a good and its value, written as JSON, which is YAML too.
type member struct {
	key   string
	value string // else a list or pairs
	list  []string
	pairs [][2]string
}

// members are what JSON and YAML have of a good. What is not known is left out.
func members(g Good, category int, shops bool) []member {
	all := make([]member, 0, 20)
	text := func(key, s string) {
		if s != "" {
			all = append(all, member{key: key, value: quoted(s)})
		}
	}
	whole := func(key string, n int64) {
		if n != 0 {
			all = append(all, member{key: key, value: strconv.FormatInt(n, 10)})
		}
	}
	text("id", g.ExternalID)
	if shops {
		text("shop", g.Shop)
	}
	whole("category", int64(category))
	text("name", g.Name)
	text("model", g.Model)
	text("vendor_code", g.VendorCode)
	text("vendor", g.Vendor)
	if g.HasPrice {
		all = append(all, member{key: "price", value: g.Price.String()})
	}
	if g.HasRRC {
		all = append(all, member{key: "price_rrc", value: g.PriceRRC.String()})
	}
	switch n := quantityText(g.Row); {
	case g.HasQuantity && g.AtLeast:
		text("quantity", n)
	case g.HasQuantity:
		all = append(all, member{key: "quantity", value: n})
	}
	text("unit", g.Unit.String())
	text("vat", g.VAT)
	whole("min_quantity", g.MinQuantity)
	whole("multiple", g.Multiple)
	if len(g.Barcodes) > 0 {
		all = append(all, member{key: "barcode", list: quotedAll(g.Barcodes)})
	}
	text("url", g.URL)
	text("description", g.Description)
	if len(g.Parameters) > 0 {
		pairs := make([][2]string, len(g.Parameters))
		for i, p := range g.Parameters {
			pairs[i] = [2]string{quoted(p.Name), quoted(p.Value)}
		}
		all = append(all, member{key: "parameters", pairs: pairs})
	}
	if len(g.Pictures) > 0 {
		all = append(all, member{key: "pictures", list: quotedAll(g.Pictures)})
	}
	return all
}

func quotedAll(texts []string) []string {
	all := make([]string, len(texts))
	for i, s := range texts {
		all[i] = quoted(s)
	}
	return all
}

// quoted writes a text in double quotes, by the rules that JSON and YAML share:
// no pair of surrogates, and an escape for what YAML does not print.
func quoted(s string) string {
	b := append(make([]byte, 0, len(s)+2), '"')
	for i := 0; i < len(s); {
		c, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case c == '"' || c == '\\':
			b = append(b, '\\', s[i])
		case c == '\n':
			b = append(b, '\\', 'n')
		case unprinted(c):
			const digits = "0123456789abcdef"
			b = append(b, '\\', 'u', digits[c>>12&15], digits[c>>8&15], digits[c>>4&15], digits[c&15])
		default:
			b = utf8.AppendRune(b, c) // of a byte that is no UTF-8: U+FFFD
		}
		i += size
	}
	return string(append(b, '"'))
}

// unprinted tells the characters that break lines or that YAML does not print.
func unprinted(c rune) bool {
	return c < ' ' || c >= 0x7F && c < 0xA0 || slices.Contains([]rune{'\u2028', '\u2029', '\uFEFF', '\uFFFE', '\uFFFF'}, c)
}
