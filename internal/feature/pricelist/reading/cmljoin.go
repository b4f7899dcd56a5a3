package reading

import (
	"cmp"
	"io"
	"strings"
)

// count learns from an offer what kind of list it is in.
func (d *cmlDocument) count(o *cmlOffer) {
	d.seen++
	d.named = d.named || o.name != ""
	d.priced = d.priced || o.priced
	d.stocked = d.stocked || len(o.quantity) > 0
	d.removed = d.removed || o.deleted
}

// keep holds an offer. Of several documents each may tell a part of it.
func (d *cmlDocument) keep(o *cmlOffer) {
	d.count(o)
	o.part = d.part
	if other := d.byID[o.id]; other != nil && other.part != o.part && o.id != "" {
		other.add(o)
		return
	}
	d.byID[o.id] = o
	d.offers = append(d.offers, o)
	good, _, _ := strings.Cut(o.id, "#")
	d.byGood[good] = append(d.byGood[good], o)
}

// add takes what a further document tells about the offer.
func (o *cmlOffer) add(more *cmlOffer) {
	o.part = more.part
	o.name, o.model = cmp.Or(o.name, more.name), cmp.Or(o.model, more.model)
	o.category, o.description = cmp.Or(o.category, more.category), cmp.Or(o.description, more.description)
	if len(more.prices) > 0 {
		o.priceLine = more.priceLine
	}
	if len(more.quantity) > 0 {
		o.quantityLine = more.quantityLine
	}
	o.prices, o.retail, o.quantity = append(o.prices, more.prices...), append(o.retail, more.retail...), append(o.quantity, more.quantity...)
	o.currency, o.vat, o.vendor = cmp.Or(o.currency, more.currency), cmp.Or(o.vat, more.vat), cmp.Or(o.vendor, more.vendor)
	o.multiple = cmp.Or(o.multiple, more.multiple)
	if o.unit == (Unit{}) {
		o.unit = more.unit
	}
	o.barcodes = append(o.barcodes, more.barcodes...)
	o.traits, o.pictures = append(o.traits, more.traits...), append(o.pictures, more.pictures...)
	o.remarks = append(o.remarks, more.remarks...)
	o.deleted = o.deleted || more.deleted
}

// orphan returns the next offer that has no good in the catalogue.
func (d *cmlDocument) orphan() (*value, error) {
	for ; d.left < len(d.offers); d.left++ {
		if o := d.offers[d.left]; !o.taken {
			o.taken = true
			return d.good(nil, o), nil
		}
	}
	return nil, io.EOF
}

// join makes a good of each offer of an element of the catalogue.
func (d *cmlDocument) join(e *element) {
	id := cmlID(e.at("Ид").says())
	good, variant, _ := strings.Cut(id, "#")
	for _, o := range d.byGood[good] {
		if !o.taken && (variant == "" || o.id == id) {
			o.taken = true
			d.queue = append(d.queue, d.good(e, o))
		}
	}
	switch {
	case len(d.queue) > 0:
	case cmlDeleted(e):
		d.queue = append(d.queue, d.withdrawn(id, e.line))
	default:
		v := &value{line: e.line}
		v.set("id", id, e.line)
		v.remark(noteNoOffer, e.line, "price")
		d.queue = append(d.queue, v)
	}
}
