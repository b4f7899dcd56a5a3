package reading

import (
	"encoding/xml"
	"errors"
	"io"
)

// ymlDocument reads YML, the price lists of Yandex Market: the root yml_catalog,
// in it shop, and there name, url, currencies, categories and offers. Of the
// tree of categories the own name of each is taken. The rest, such as promos
// and delivery options, is passed over, and so is what an offer has beside the
// things that ymlGood reads.
type ymlDocument struct {
	scanner  *scanner
	started  bool
	ended    bool
	ready    *value // of the key that next has returned, when it is read already
	company  *value // the name of the shop when it has no other
	named    bool
	inShop   bool
	currency string // of offers that name none
	roubles  bool   // they are declared
	offers   int
}

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
		if root.Name.Local != "yml_catalog" {
			return "", 0, unsupported("XML", "XML")
		}
		d.started = true
	}
	for {
		if d.ended {
			return "", 0, io.EOF
		}
		start, err := d.scanner.child()
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
			return key, d.scanner.line, nil
		}
	}
}

// open takes an element of the shop; it returns its key when it has one.
func (d *ymlDocument) open(start xml.StartElement) (string, error) {
	switch start.Name.Local {
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
		return "goods", nil
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
// is 1, else the first. A list that has no roubles at all is not read.
func (d *ymlDocument) currencies() error {
	line := d.scanner.line
	main := ""
	err := d.scanner.children(func(start xml.StartElement) error {
		id := attribute(start.Attr, "id")
		if d.currency == "" {
			d.currency = id
		}
		if main == "" && attribute(start.Attr, "rate") == "1" {
			main = id
		}
		d.roubles = d.roubles || isRouble(id)
		return d.scanner.skip()
	})
	if err != nil {
		return err
	}
	if main != "" {
		d.currency = main
	}
	if d.currency != "" && !d.roubles {
		return broken(noteCurrency.at(line, "price", d.currency))
	}
	return nil
}

// value of the shop's name and address is at hand; that of categories is read.
func (d *ymlDocument) value() (*value, error) {
	if v := d.ready; v != nil {
		d.ready = nil
		return v, nil
	}
	list := &value{kind: listKind, line: d.scanner.line}
	err := d.scanner.children(func(start xml.StartElement) error {
		if start.Name.Local != "category" {
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
	return d.scanner.skip()
}

func (d *ymlDocument) item() (*value, error) {
	for {
		start, err := d.scanner.child()
		if errors.Is(err, io.EOF) {
			return nil, io.EOF
		}
		if err != nil {
			return nil, err
		}
		if start.Name.Local != "offer" {
			if err := d.scanner.skip(); err != nil {
				return nil, err
			}
			continue
		}
		e, err := d.scanner.element(start)
		if err != nil {
			return nil, err
		}
		if d.offers++; d.offers == 1 && e.first("name", "model", "title", "categoryId") == nil {
			return nil, notRead("YML с одними ценами и остатками",
				"YML with prices and stock alone",
				"Пришлите полный прайс-лист, с названиями и категориями", "Send the whole list, with names and categories")
		}
		v := ymlGood(e, d.currency)
		if foreign := v.remarks; d.offers == 1 && !d.roubles && len(foreign) > 0 && foreign[0].note.code == noteCurrency.code {
			return nil, broken(noteCurrency.at(foreign[0].line, "price", foreign[0].args...)) // once is enough
		}
		return v, nil
	}
}
