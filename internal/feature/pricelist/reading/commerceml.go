package reading

import (
	"errors"
	"io"
)

// cmlDocument reads CommerceML 2.03 to 3.1, what 1C exports: documents with the
// root КоммерческаяИнформация and any of Классификатор (groups, properties, types
// of price), Каталог (goods without prices) and ПакетПредложений (offers: names,
// prices and stock by the ids of goods). One list is one document with all of
// it, or several: import.xml and offers.xml, and since 3.1 prices and rests too.
//
// With a catalogue each offer gets the group, the properties, the description of
// its good; else it has the name and the price alone, and the category
// noCategory. Offers of several documents are put together by their ids. For
// both the offers stand in memory, some 500 bytes each, and the catalogue is read
// once more; offers alone are not kept.
//
// What says of itself that it has changes alone, and offers that have no names
// although there is no catalogue, are a partial list, see good.
type cmlDocument struct {
	texts   []textFunc
	scanner *scanner
	part    int    // place of the text that is read
	inside  string // Каталог or ПакетПредложений, when it is open
	line    int    // where the goods begin
	keys    []string
	cmlClasses

	version string
	changes bool // a document says that it is not complete
	orders  bool // a document has some
	partial bool
	listed  []cmlLists // by part

	seen                            int // offers
	named, priced, stocked, removed bool

	offers []*cmlOffer // unless they stream
	byID   map[string]*cmlOffer
	byGood map[string][]*cmlOffer // by the id of their good
	stream bool                   // offers come one by one, with no catalogue
	open   bool                   // a list of goods or of offers is open
	queue  []*value               // goods that are ready
	left   int                    // offers from there on may have no good
	last   bool                   // the goods are all read
}

// cmlLists are the lists that a document has.
type cmlLists struct{ goods, offers bool }

type textFunc = func() (io.Reader, error)

// maxDocuments is how many documents can be one list: 1C splits large ones.
const maxDocuments = 200

const cmlRoot = "КоммерческаяИнформация"

func newCMLDocument(texts []textFunc, profile Profile) *cmlDocument {
	d := &cmlDocument{
		texts: texts, listed: make([]cmlLists, len(texts)),
		byID: map[string]*cmlOffer{}, byGood: map[string][]*cmlOffer{},
	}
	d.wanted, d.wantedRetail = profile.PriceType, profile.RRCType
	return d
}

func (d *cmlDocument) next() (string, int, error) {
	if d.scanner == nil {
		if err := d.prepare(); err != nil {
			return "", 0, err
		}
	}
	if len(d.keys) == 0 {
		return "", 0, io.EOF
	}
	key := d.keys[0]
	d.keys = d.keys[1:]
	return key, d.line, nil
}

// enter opens a document up to the inside of its root.
func (d *cmlDocument) enter(part int) error {
	s, err := newScanner(d.texts[part])
	if err != nil {
		return err
	}
	d.scanner, d.part, d.inside = s, part, ""
	root, err := s.root()
	if err != nil {
		return err
	}
	if root.name != cmlRoot {
		return unsupported("XML", "XML")
	}
	if d.version == "" {
		d.version = root.attribute("ВерсияСхемы")
	}
	return nil
}

// seek calls visit for what stands in catalogues and packages, from the present
// place to the end of the document, or until visit stops it. Visit has to take
// the element to its end unless it stops.
func (d *cmlDocument) seek(learn bool, visit func(name string) (stop bool, err error)) (stopped bool, err error) {
	for {
		start, err := d.scanner.child()
		switch {
		case errors.Is(err, io.EOF) && d.inside == "":
			return false, d.scanner.finish()
		case errors.Is(err, io.EOF):
			d.inside = ""
		case err != nil:
			return false, err
		case d.inside == "":
			if err := d.section(start, learn); err != nil {
				return false, err
			}
		default:
			if stop, err := visit(start.name); stop || err != nil {
				return stop, err
			}
		}
	}
}

// section takes an element of the root.
func (d *cmlDocument) section(start tag, learn bool) error {
	switch name := start.name; name {
	case "Классификатор":
		if learn {
			return d.classifier(d.scanner)
		}
	case "Каталог", "ПакетПредложений", "ИзмененияПакетаПредложений":
		d.inside = name
		d.changes = d.changes || name == "ИзмененияПакетаПредложений" || start.attribute("СодержитТолькоИзменения") == "true"
		return nil
	case "Документ":
		d.orders = true
	}
	return d.scanner.skip()
}

// value is asked for of the categories, and of whether the list is partial.
func (d *cmlDocument) value() (*value, error) {
	if len(d.keys) == 2 {
		return &value{kind: boolKind, line: d.line, text: "true"}, nil
	}
	list := &value{kind: listKind, line: d.line, list: d.groups, remarks: d.remarks}
	if len(d.groups) == 0 && !d.partial {
		list.remark(noteNoGroups, d.line, "categories", noCategory)
	}
	list.list = append(list.list, categoryValue("", noCategory, d.line))
	return list, nil
}

func (d *cmlDocument) skip() error { return nil }

func (d *cmlDocument) item() (*value, error) {
	for {
		switch {
		case len(d.queue) > 0:
			v := d.queue[0]
			d.queue = d.queue[1:]
			return v, nil
		case d.last:
			return d.orphan()
		case !d.open:
			if err := d.advance(); err != nil {
				return nil, err
			}
			continue
		}
		start, err := d.scanner.child()
		if errors.Is(err, io.EOF) {
			d.open = false
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
		case d.stream && e.name == "Предложение":
			return d.good(nil, d.offer(e)), nil
		case !d.stream && e.name == "Товар":
			d.join(e)
		}
	}
}
