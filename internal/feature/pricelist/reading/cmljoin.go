package reading

import "io"

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
	for _, o := range d.byGood[id] {
		if !o.taken {
			o.taken = true
			d.queue = append(d.queue, d.good(e, o))
		}
	}
	delete(d.byGood, id)
	if len(d.queue) == 0 {
		v := &value{line: e.line}
		v.set("id", id, e.line)
		v.remark(noteNoOffer, e.line, "price")
		d.queue = append(d.queue, v)
	}
}
