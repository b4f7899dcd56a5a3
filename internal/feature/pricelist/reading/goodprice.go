package reading

import "zakup/internal/platform/money"

func (b *builder) prices() {
	price, signed, ok := b.price("price", !b.slim())
	rrc, other, has := b.price("price_rrc", false)
	b.row.Price, b.row.HasPrice, b.row.PriceRRC, b.row.HasRRC = price, ok, rrc, has
	if ok || b.good.get("currency") != nil {
		b.currency(signed)
	}
	switch {
	case !ok || !has:
	case other != "" && currencyOr(other) != b.r.oneCurrency:
		b.about(noteCurrencyMixed, "price_rrc", currencyOr(other), b.r.oneCurrency)
	case rrc < price:
		b.about(noteRRCBelow, "price_rrc", rrc.String(), price.String())
	}
}

// price returns false when there is none, or none that can be read, and the sign
// of a currency that stands beside it.
func (b *builder) price(key string, required bool) (k money.Kopecks, sign string, ok bool) {
	v := b.good.get(key)
	if v != nil && v.kind == boolKind {
		b.about(notePrice, key, v.text)
		return 0, "", false
	}
	s := b.text(key, required, maxName)
	if s == "" {
		return 0, "", false
	}
	k, bad := parsePrice(s)
	if bad == &notePrice {
		var rest string
		if rest, sign = splitCurrency(s); sign != "" {
			k, bad = parsePrice(rest)
		}
	}
	switch bad {
	case nil:
		return k, sign, true
	case &notePrice:
		b.about(*bad, key, s)
	default:
		b.about(*bad, key)
	}
	return 0, "", false
}

func (b *builder) quantity() {
	v := b.good.get("quantity")
	if v == nil || v.kind == nullKind || v.kind == textKind && clean(v.text) == "" {
		if !b.r.partial && (v != nil || b.r.layout == nil) { // a table without such a column has said so
			b.about(noteQuantityAbsent, "quantity")
		}
		return
	}
	if v.kind != listKind {
		b.stock(v)
		return
	}
	for _, one := range v.list { // of several warehouses
		b.stock(one)
	}
	if b.row.Quantity > maxQuantity {
		b.about(noteQuantityTooHigh, "quantity")
	}
}

// stock adds what one value says of the quantity.
func (b *builder) stock(v *value) {
	if v.kind == boolKind {
		b.about(noteQuantity, "quantity", v.text)
		return
	}
	s, bad := readText(v, true, maxName)
	if bad != nil {
		b.about(*bad, "quantity")
		return
	}
	found, bad := parseQuantity(s)
	b.row.Quantity += found.pieces
	b.row.AtLeast, b.row.HasQuantity = b.row.AtLeast || found.atLeast, true
	switch bad {
	case nil:
	case &noteQuantityTooHigh:
		b.about(*bad, "quantity")
	default:
		b.about(*bad, "quantity", s)
	}
}
