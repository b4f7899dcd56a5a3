package reading

import (
	"slices"
	"strings"
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
	b := &builder{r: r, good: v, row: Row{Line: v.line, Sheet: v.sheet}}
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
	if v.gone {
		b.row.Gone, r.partial = true, true
		return b.row, !b.failed
	}
	if b.slim() {
		b.prices()
		b.quantity()
		if !b.row.HasPrice && !b.row.HasQuantity && !b.failed {
			b.report(noteNothingNew, v.line, "")
			return Row{}, false
		}
		return b.row, !b.failed
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
	b.trade()
	return b.row, !b.failed
}

// slim tells a good of a partial list that has a price, a stock or both, and is
// not described.
func (b *builder) slim() bool { return b.r.partial && b.good.get("name") == nil }

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
	"unit": true, "vat": true, "barcode": true, "vendor_code": true, "vendor": true, "min_quantity": true, "multiple": true,
	"currency": true, explainedKey: true, // the last has been written by Explain, and says nothing
}

func (b *builder) report(n note, line int, key string, args ...any) {
	p := n.at(line, key, args...)
	p.ExternalID, p.Cell = b.row.ExternalID, b.good.cellOf(key)
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
	b.r.ids[strings.Clone(id)] = b.row.Line // it may be a piece of its whole row
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
	case longer(s, maxDescription):
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
