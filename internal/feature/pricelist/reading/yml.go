package reading

import (
	"errors"
	"io"
)

// ymlDocument reads YML, the price lists of Yandex Market: the root yml_catalog,
// in it shop, and there name, url, currencies, categories and offers. Of the
// tree of categories the own name of each is taken. The rest, such as promos
// and delivery options, is passed over, and so is what an offer has beside the
// things that good reads. Offers that have prices and stock alone are a
// partial list.
type ymlDocument struct {
	scanner  *scanner
	line     int // of the key that next has returned
	started  bool
	ended    bool
	ready    *value // of the key that next has returned, when it is read already
	company  *value // the name of the shop when it has no other
	named    bool
	inShop   bool
	currency string   // of offers that name none
	first    *element // offer, when it is read already
	offered  *element // that item has just returned
	traits   traits   // of that one
	empty    bool     // there is none
	partial  bool     // the offers have prices and stock alone
	part     bool     // they are some of the offers, as in what Explain writes
	goods    bool     // they come next
}

// ymlPart is our attribute of offers: it says that they are not all.
const ymlPart = "partial"

// maxGroups is how many categories of a tree stand in memory.
const maxGroups = 100_000

func newYMLDocument(text func() (io.Reader, error)) (*ymlDocument, error) {
	s, err := newScanner(text)
	if err != nil {
		return nil, err
	}
	return &ymlDocument{scanner: s}, nil
}

func (d *ymlDocument) next() (string, int, error) {
	if !d.started {
		root, err := d.scanner.root()
		if err != nil {
			return "", 0, err
		}
		if root.name != "yml_catalog" {
			return "", 0, unsupported("XML", "XML")
		}
		d.started = true
	}
	for {
		if d.goods {
			d.goods = false
			return "goods", d.line, nil
		}
		if d.ended {
			return "", 0, io.EOF
		}
		start, err := d.scanner.child()
		d.line = d.scanner.line
		var key string
		switch {
		case errors.Is(err, io.EOF):
			key, err = d.close()
		case err == nil:
			key, err = d.open(start)
		}
		if err != nil {
			return "", 0, err
		}
		if d.ready != nil {
			return key, d.ready.line, nil
		}
		if key != "" {
			return key, d.line, nil
		}
	}
}

// open takes an element of the shop; it returns its key when it has one.
func (d *ymlDocument) open(start tag) (string, error) {
	switch start.name {
	case "shop":
		if d.inShop {
			break
		}
		d.inShop = true
		return "", nil
	case "name", "company", "url":
		e, err := d.scanner.element(start)
		if err != nil || e.says() == "" {
			return "", err
		}
		switch e.name {
		case "company":
			d.company = e.value()
			return "", nil
		case "name":
			d.named, d.ready = true, e.value()
			return "shop", nil
		}
		d.ready = e.value()
		return "url", nil
	case "currencies":
		return "", d.currencies()
	case "categories":
		return "categories", nil
	case "offers":
		d.part = start.attribute(ymlPart) == "true"
		return d.offers()
	}
	return "", d.scanner.skip()
}

// close is called at the end of the shop, and at that of the root.
func (d *ymlDocument) close() (string, error) {
	if d.inShop {
		d.inShop = false
		if d.company != nil && !d.named {
			d.named, d.ready = true, d.company
			return "shop", nil
		}
		return "", nil
	}
	d.ended = true
	return "", d.scanner.finish()
}

// currencies learns the one of offers that name none: the main one, whose rate
// is 1, else the first.
func (d *ymlDocument) currencies() error {
	main := ""
	err := d.scanner.children(func(start tag) error {
		id := start.attribute("id")
		if d.currency == "" {
			d.currency = id
		}
		if main == "" && start.attribute("rate") == "1" {
			main = id
		}
		return d.scanner.skip()
	})
	if main != "" {
		d.currency = main
	}
	return err
}

// value of the shop's name and address is at hand; that of categories is read.
func (d *ymlDocument) value() (*value, error) {
	if v := d.ready; v != nil {
		d.ready = nil
		return v, nil
	}
	list := &value{kind: listKind, line: d.scanner.line}
	err := d.scanner.children(func(start tag) error {
		if start.name != "category" {
			return d.scanner.skip()
		}
		if len(list.list) == maxGroups {
			return broken(noteTooBig.at(d.scanner.line, "categories"))
		}
		e, err := d.scanner.element(start)
		if err != nil {
			return err
		}
		list.list = append(list.list, categoryValue(e.attribute("id"), e.says(), e.line))
		return nil
	})
	return list, err
}

func categoryValue(id, name string, line int) *value {
	v := &value{kind: objectKind, line: line}
	v.set("id", id, line)
	v.set("name", name, line)
	return v
}

func (d *ymlDocument) skip() error {
	if d.ready != nil {
		d.ready = nil
		return nil
	}
	if d.first = nil; d.empty {
		d.empty = false
		return nil
	}
	return d.scanner.skip()
}

// offers reads the first of them: when it has no name, the list is one of prices
// and stock alone.
func (d *ymlDocument) offers() (string, error) {
	var err error
	if d.first, err = d.offer(); err != nil && !errors.Is(err, io.EOF) {
		return "", err
	}
	d.empty = err != nil
	d.partial = !d.part && !d.empty && d.first.first("name", "model", "title", "typePrefix", "categoryId") == nil &&
		(d.first.first("price") != nil || ymlHasStock(d.first))
	if !d.part && !d.partial {
		return "goods", nil
	}
	d.goods = true
	d.ready = &value{kind: boolKind, line: d.scanner.line, text: "true"}
	return "partial", nil
}

// offer returns the next one, which ends the one before; io.EOF after the last.
func (d *ymlDocument) offer() (*element, error) {
	d.scanner.again()
	for {
		start, err := d.scanner.child()
		if err != nil {
			return nil, err
		}
		if start.name == "offer" {
			return d.scanner.element(start)
		}
		if err := d.scanner.skip(); err != nil {
			return nil, err
		}
	}
}

func (d *ymlDocument) item() (*value, error) {
	e := d.first
	switch {
	case d.empty:
		d.empty = false
		return nil, io.EOF
	case e != nil:
		d.first = nil
	default:
		var err error
		if e, err = d.offer(); err != nil {
			return nil, err
		}
	}
	d.offered = e
	return d.good(e), nil
}
