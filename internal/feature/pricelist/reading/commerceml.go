package reading

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// cmlDocument reads CommerceML, what 1C exports: the root КоммерческаяИнформация
// with any of Классификатор (groups, properties), Каталог (goods without prices)
// and ПакетПредложений (offers: prices and stock by the ids of goods).
//
// A full list is a file with offers that have names and prices. When the file
// has a catalogue before them, each offer gets the group, the properties, the
// description of its good; else it has the name and the price alone, and the
// category noCategory. For that the offers of a file with a catalogue stand in
// memory, some 500 bytes each, while the file is read a second time. A catalogue
// alone, changes alone, prices or stock alone, and documents are refused by name.
type cmlDocument struct {
	text    func() (io.Reader, error)
	scanner *scanner
	phase   cmlPhase
	inside  string // Каталог or ПакетПредложений, when it is open
	line    int    // where the goods begin
	again   bool   // it is the second reading, of the catalogue

	version string
	changes bool // the file says that it is not complete
	cmlClasses
	priced  bool // a list of offers was seen
	catalog bool // a list of goods was seen before offers

	offers []*cmlOffer            // of a file with a catalogue
	byGood map[string][]*cmlOffer // by their own id, and by that of their good
	queue  []*value               // goods that are ready
	left   int                    // offers from there on may have no good
	items  int
	closed bool // the list of goods has ended
}

type cmlPhase int

const (
	cmlStartOfFile cmlPhase = iota
	cmlReading
	cmlAtCategories // the goods come next, the categories are known
	cmlAtGoods
	cmlEnd
)

func newCMLDocument(text func() (io.Reader, error)) (*cmlDocument, error) {
	s, err := newScanner(text)
	if err != nil {
		return nil, err
	}
	return &cmlDocument{text: text, scanner: s, byGood: map[string][]*cmlOffer{}}, nil
}

func (d *cmlDocument) next() (string, int, error) {
	for {
		var err error
		switch d.phase {
		case cmlStartOfFile:
			err = d.begin()
		case cmlReading:
			err = d.read()
		case cmlAtCategories:
			d.phase = cmlAtGoods
			return "categories", d.line, nil
		case cmlAtGoods:
			d.phase = cmlReading
			return "goods", d.line, nil
		case cmlEnd:
			return "", 0, io.EOF
		}
		if err != nil {
			return "", 0, err
		}
	}
}

func (d *cmlDocument) begin() error {
	root, err := d.scanner.root()
	if err != nil {
		return err
	}
	if root.Name.Local != cmlRoot {
		return unsupported("XML", "XML")
	}
	d.version = attribute(root.Attr, "ВерсияСхемы")
	d.phase = cmlReading
	return nil
}

const cmlRoot = "КоммерческаяИнформация"

// read takes one element of the root, or of the catalogue or package that is open.
func (d *cmlDocument) read() error {
	start, err := d.scanner.child()
	if errors.Is(err, io.EOF) {
		if d.inside != "" {
			d.inside = ""
			return nil
		}
		return d.rootEnd()
	}
	if err != nil {
		return err
	}
	switch d.inside {
	case "":
		return d.section(start)
	case "Каталог":
		if start.Name.Local == "Товары" {
			return d.goods()
		}
	default:
		switch {
		case d.again:
		case start.Name.Local == "ТипыЦен":
			return d.priceTypes(d.scanner)
		case start.Name.Local == "Предложения":
			return d.offerList()
		}
	}
	return d.scanner.skip()
}

func (d *cmlDocument) section(start xml.StartElement) error {
	switch name := start.Name.Local; name {
	case "Классификатор":
		if !d.again {
			return d.classifier(d.scanner)
		}
	case "Каталог", "ПакетПредложений", "ИзмененияПакетаПредложений":
		d.inside = name
		d.changes = d.changes || name == "ИзмененияПакетаПредложений" || attribute(start.Attr, "СодержитТолькоИзменения") == "true"
		return nil
	case "Документ":
		return notRead("документы CommerceML (заказы)", "documents of CommerceML (orders)",
			"Пришлите предложения с ценами (offers.xml)", "Send the offers with prices (offers.xml)")
	}
	return d.scanner.skip()
}

// goods is called at the list of a catalogue.
func (d *cmlDocument) goods() error {
	switch {
	case d.again:
		d.phase, d.line = cmlAtCategories, d.scanner.line
		return nil
	case d.priced:
		return broken(noteCatalogLate.at(d.scanner.line, ""))
	}
	d.catalog = true
	return d.scanner.skip()
}

// offerList is called at the list of offers.
func (d *cmlDocument) offerList() error {
	if err := d.choosePrices(d.scanner.line); err != nil {
		return err
	}
	d.priced = true
	if !d.catalog {
		d.phase, d.line = cmlAtCategories, d.scanner.line
		return nil
	}
	return d.scanner.children(func(start xml.StartElement) error {
		e, err := d.scanner.element(start)
		if err != nil || e.name != "Предложение" {
			return err
		}
		o := d.offer(e)
		d.offers = append(d.offers, o)
		d.byGood[o.id] = append(d.byGood[o.id], o)
		if good, _, variant := strings.Cut(o.id, "#"); variant {
			d.byGood[good] = append(d.byGood[good], o)
		}
		return nil
	})
}

// value is asked for of the categories alone.
func (d *cmlDocument) value() (*value, error) {
	list := &value{kind: listKind, line: d.line, list: d.groups, remarks: d.remarks}
	if len(d.groups) == 0 {
		list.remark(noteNoGroups, d.line, "categories", noCategory)
	}
	list.list = append(list.list, categoryValue("", noCategory, d.line))
	return list, nil
}

func (d *cmlDocument) skip() error { return d.scanner.skip() }

func (d *cmlDocument) item() (*value, error) {
	for {
		if len(d.queue) > 0 {
			v := d.queue[0]
			d.queue = d.queue[1:]
			return v, nil
		}
		if d.closed {
			return d.orphan()
		}
		start, err := d.scanner.child()
		if errors.Is(err, io.EOF) {
			d.closed = true
			continue
		}
		if err != nil {
			return nil, err
		}
		e, err := d.scanner.element(start)
		if err != nil {
			return nil, err
		}
		switch {
		case d.again && e.name == "Товар":
			d.join(e)
		case !d.again && e.name == "Предложение":
			if d.items++; d.items == 1 {
				if err := d.checkKind(e); err != nil {
					return nil, err
				}
			}
			return d.good(nil, d.offer(e)), nil
		}
	}
}
