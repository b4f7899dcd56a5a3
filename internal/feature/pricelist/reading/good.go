package reading

import (
	"slices"

	"zakup/internal/platform/money"
)

// builder makes a Row of the value of one good.
type builder struct {
	r      *Reader
	good   *value
	row    Row
	failed bool
}

// good returns the row of a good; false when it has errors, which are reported.
func (r *Reader) good(v *value) (Row, bool) {
	b := &builder{r: r, good: v, row: Row{Line: v.line}}
	if v.kind != objectKind {
		b.report(noteNotObject, v.line, "")
		return Row{}, false
	}
	b.id()
	b.remarks()
	duplicate := func(f field, first int) { b.report(noteDuplicateKey, f.line, f.key, f.key, first) }
	v.twice(duplicate)
	for _, f := range v.fields {
		if f.key != "parameters" || f.value.kind != objectKind { // those are reported as parameters
			f.value.repeated(duplicate)
		}
		if !known[f.key] && !r.unknown[f.key] && len(r.unknown) < maxRootKeys {
			r.unknown[f.key] = true
			b.report(noteUnknownKey, f.line, f.key, f.key)
		}
	}
	b.category()
	b.row.Name = b.text("name", true, maxName)
	b.row.Model = b.text("model", false, maxModel)
	b.description()
	b.url()
	b.prices()
	b.quantity()
	b.parameters()
	b.pictures()
	return b.row, !b.failed
}

// passOver reports why a good counts for nothing.
func (r *Reader) passOver(v *value) {
	b := &builder{r: r, good: v}
	b.row.ExternalID, _ = readText(v.get("id"), false, maxID)
	b.remarks()
}

// known are the keys of a good that are read.
var known = map[string]bool{
	"id": true, "category": true, "name": true, "model": true, "description": true, "url": true, "price": true,
	"price_rrc": true, "quantity": true, "parameters": true, "pictures": true,
}

func (b *builder) report(n note, line int, key string, args ...any) {
	p := n.at(line, key, args...)
	p.ExternalID = b.row.ExternalID
	b.r.problems.add(p)
	b.failed = b.failed || n.severity == Error
}

// about reports on a field of the good.
func (b *builder) about(n note, key string, args ...any) {
	b.report(n, b.good.lineOf(key), key, args...)
}

// remarks reports what the maker of the good says about it.
func (b *builder) remarks() {
	for _, m := range b.good.remarks {
		b.report(m.note, m.line, m.key, m.args...)
	}
}

func (b *builder) text(key string, required bool, most int) string {
	s, bad := readText(b.good.get(key), required, most)
	if bad != nil {
		b.about(*bad, key)
	}
	return s
}

func (b *builder) id() {
	if v := b.good.get("id"); v != nil && v.kind == boolKind {
		b.about(noteNotText, "id")
		return
	}
	id := b.text("id", true, maxID)
	if id == "" {
		return
	}
	if spoiltID.MatchString(id) {
		b.about(noteBadID, "id", id)
		return
	}
	b.row.ExternalID = id
	if first, twice := b.r.ids[id]; twice {
		b.about(noteDuplicateID, "id", id, first)
		return
	}
	b.r.ids[id] = b.row.Line
}

func (b *builder) category() {
	key := b.text("category", true, maxCategory)
	if key == "" {
		return
	}
	name, ok := b.r.categories.find(key)
	switch {
	case ok:
		b.row.Category = name
	case b.r.categories.incomplete:
		b.failed = true // reported where the categories are
	default:
		b.about(noteCategoryUndeclared, "category", key)
	}
}

func (b *builder) description() {
	v := b.good.get("description")
	if v == nil || v.kind == nullKind {
		return
	}
	s := cleanLines(v.text)
	switch {
	case !v.scalar():
		b.about(noteNotText, "description")
	case hasNUL(v.text):
		b.about(noteNUL, "description")
	case length(s) > maxDescription:
		b.about(noteTooLong(maxDescription), "description")
	default:
		b.row.Description = s
	}
}

func (b *builder) url() {
	v := b.good.get("url")
	if v == nil || v.kind == nullKind || v.kind == textKind && clean(v.text) == "" {
		return
	}
	if b.row.URL = parseURL(v.text); b.row.URL == "" {
		b.about(noteBadURL, "url")
	}
}

func (b *builder) prices() {
	price, ok := b.price("price", true)
	rrc, has := b.price("price_rrc", false)
	b.row.Price, b.row.PriceRRC, b.row.HasRRC = price, rrc, has
	if ok && has && rrc < price {
		b.about(noteRRCBelow, "price_rrc", rrc.String(), price.String())
	}
}

// price returns false when there is none, or none that can be read.
func (b *builder) price(key string, required bool) (money.Kopecks, bool) {
	v := b.good.get(key)
	if v != nil && v.kind == boolKind {
		b.about(notePrice, key, v.text)
		return 0, false
	}
	s := b.text(key, required, maxName)
	if s == "" {
		return 0, false
	}
	k, bad := parsePrice(s)
	if bad == nil {
		return k, true
	}
	if bad == &notePrice {
		b.about(*bad, key, s)
	} else {
		b.about(*bad, key)
	}
	return 0, false
}

func (b *builder) quantity() {
	v := b.good.get("quantity")
	if v == nil || v.kind == nullKind || v.kind == textKind && clean(v.text) == "" {
		b.about(noteQuantityAbsent, "quantity")
		return
	}
	if v.kind == boolKind {
		b.about(noteQuantity, "quantity", v.text)
		return
	}
	s := b.text("quantity", true, maxName)
	if s == "" {
		return
	}
	pieces, bad := parseQuantity(s)
	b.row.Quantity = pieces
	switch bad {
	case nil:
	case &noteQuantityTooHigh:
		b.about(*bad, "quantity")
	default:
		b.about(*bad, "quantity", s)
	}
}

// pictures are a list of addresses, or one address.
func (b *builder) pictures() {
	v := b.good.get("pictures")
	if v == nil || v.kind == nullKind {
		return
	}
	all := v.list
	if v.kind == textKind {
		all = []*value{v}
	} else if v.kind != listKind {
		b.about(noteBadPictures, "pictures")
		return
	}
	if len(all) > maxPictures {
		b.about(noteTooManyPictures, "pictures", maxPictures)
		return
	}
	for _, one := range all {
		address := ""
		if one.kind == textKind {
			address = parseURL(one.text)
		}
		if address == "" {
			b.report(noteBadPicture, one.line, "pictures")
		} else if !slices.Contains(b.row.Pictures, address) {
			b.row.Pictures = append(b.row.Pictures, address)
		}
	}
}
