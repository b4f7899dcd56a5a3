// Package reading owns the understanding of suppliers' price lists: it
// recognises the format of a file by its content and yields the goods of it one
// by one, all in the same shape, whatever the format and the dialect.
//
// It promises that every Row satisfies the limits written at Row, that a file
// which can't be trusted has at least one Problem of severity Error, each with
// its line, that hostile input ends in a problem or a fault and never in a
// panic, and that memory does not grow with the number of goods but for two
// things: their external ids are kept to find repeated ones, some 100 bytes each,
// and the offers of CommerceML that come with a catalogue, some 500 bytes each.
//
// The way of a file: unwrap.go and unzip.go (out of an archive), choose.go with
// encoding.go and sniff.go (bytes to UTF-8, what it is), a document (json.go,
// yaml.go, yml.go, commerceml.go, table.go: a root with keys, the goods one at a
// time), values (value.go), and good.go, which makes a Row of a value with what
// understands numbers, stock, units, rates and currencies: normal.go, stock.go,
// unit.go, tax.go, currency.go, trade.go. A further format is a further document,
// or a further maker of values; nothing after that knows formats.
//
// The keys of the root are shop, url, currency, partial, categories and goods;
// those of a good id, category, name, model, description, url, price, price_rrc,
// quantity, unit, vat, barcode, vendor_code, vendor, min_quantity, multiple,
// currency, parameters and pictures. Prices are rounded half up to kopecks.
package reading

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"zakup/internal/platform/fault"
)

// Formats that Reader.Format names.
const (
	JSON       = "json"
	YAML       = "yaml"
	YML        = "yml"
	CommerceML = "commerceml"
	CSV        = "csv" // of any separator
	XLSX       = "xlsx"
	XLS        = "xls"
)

// Faults of a file as a whole. What is wrong inside of a readable one is a
// Problem.
var (
	// TooLarge: more bytes or more goods than Options allow.
	TooLarge = fault.New(fault.TooLarge, "price_list_too_large",
		"Прайс-лист слишком велик", "The price list is too large")
	// Unsupported: not a format that is read; the sentence names what it looks like.
	Unsupported = fault.New(fault.Unsupported, "price_list_format",
		"Формат прайс-листа не распознан", "The format of the price list is not recognised")
	// Empty: no bytes but blanks.
	Empty = fault.New(fault.Invalid, "price_list_empty", "Файл прайс-листа пуст", "The file of the price list is empty")
	// NoPrices: goods of CommerceML without a price anywhere, as in import.xml:
	// the file with the prices is to come, or to be packed with it.
	NoPrices = fault.New(fault.Invalid, "price_list_no_prices",
		"В файле товары без цен: не хватает файла с ценами", "The file has goods without prices: the file with the prices is missing")
	// BadEncoding: neither UTF-8, nor UTF-16 with a mark, nor Windows-1251.
	BadEncoding = fault.New(fault.Invalid, "price_list_encoding",
		"Кодировка файла не распознана: сохраните его в UTF-8", "The encoding of the file is not recognised: save it as UTF-8")
)

// Options bound one file and help to understand it. A zero means the default.
type Options struct {
	Bytes   int64   // of the file as it is stored; 200 MiB
	Rows    int     // goods; 1,000,000
	Profile Profile // how the supplier's tables are laid out
}

func (o Options) orDefault() Options {
	if o.Bytes <= 0 {
		o.Bytes = 200 << 20
	}
	if o.Rows <= 0 {
		o.Rows = 1_000_000
	}
	return o
}

// Source is a price list: a file, or bytes in memory.
type Source interface {
	io.ReadSeeker
	io.ReaderAt
}

// Reader yields the goods of one price list. It is not safe for concurrent use.
type Reader struct {
	format  string
	options Options
	open    func() (document, error) // the file from its beginning
	wrapped *wrapping

	doc        document
	keys       map[string]int // keys of the root and their lines
	head       Head
	categories *categories // nil until they are read
	postponed  bool        // goods came before categories: they wait for the second pass
	second     bool        // it is the second pass
	inGoods    bool
	goodsLine  int
	items      int // goods that the document has given, in the present pass
	rows       int
	partial    bool
	broken     bool
	layout     *Layout // of tables

	listCurrency string // of goods that name none; "" when the list does not say
	oneCurrency  string // of all goods so far
	saidCurrency bool   // by the list or a good

	ids      map[string]int // external ids and their lines
	unknown  map[string]bool
	problems problems
	end      error // what Next returns from now on
}

// Open recognises the format of a price list and reads it up to its goods. One
// layer of ZIP or GZIP around it is unpacked into a temporary file, which Close
// removes; documents of CommerceML in one ZIP are one list.
//
// The source is read from its beginning, more than once: first to learn its
// size and encoding, and once more in the rare file where goods stand before
// categories. It must not change or be used by others until Next has returned an
// error, and it stays the caller's to close.
//
// It returns one of this package's faults when the file is none that is read,
// and any other error when the source fails. Wrong contents are not an error:
// they become problems, and Next tells the end.
func Open(source Source, options Options) (*Reader, error) {
	options = options.orDefault()
	size, err := source.Seek(0, io.SeekEnd)
	if err != nil {
		return nil, fmt.Errorf("going to the end of the price list: %w", err)
	}
	if size > options.Bytes {
		return nil, tooManyBytes(options.Bytes)
	}
	wrapped, err := unwrap(source, size)
	if err != nil {
		return nil, err
	}
	l, err := choose(wrapped.files, options)
	if err != nil {
		return nil, errors.Join(err, wrapped.close())
	}
	r := newReader(l.format, l.open, options)
	r.wrapped = wrapped
	if l.guessed {
		r.problems.add(noteWindows1251.at(1, ""))
	}
	r.step(r.begin)
	if r.end != nil && !errors.Is(r.end, io.EOF) {
		return nil, errors.Join(r.end, wrapped.close())
	}
	return r, nil
}

func newReader(format string, open func() (document, error), options Options) *Reader {
	return &Reader{
		format: format, open: open, options: options, wrapped: &wrapping{},
		keys: map[string]int{}, ids: map[string]int{}, unknown: map[string]bool{},
	}
}

// begin reads up to the goods.
func (r *Reader) begin() (err error) {
	r.doc, err = r.open()
	if table, is := r.doc.(*tableDocument); is {
		r.takeTables(table)
	}
	if err != nil {
		return err
	}
	return r.seekGoods()
}

// Format returns the name of a format: JSON, YAML, YML or CommerceML.
func (r *Reader) Format() string { return r.format }

// Head returns what the list says about its sender. A key that stands after the
// goods is known once Next has returned io.EOF.
func (r *Reader) Head() Head {
	head := r.head
	if r.saidCurrency {
		head.Currency = cmp.Or(r.oneCurrency, r.listCurrency)
	}
	return head
}

// Problems returns what was found wrong so far, in the order of reading; the
// list is complete once Next has returned io.EOF. It holds at most 1,000 errors
// (reading stops there) and 1,000 warnings, and a problem that says so.
func (r *Reader) Problems() []Problem { return r.problems.list }

// Partial tells whether the list names only what has changed: what it does not
// name stays as it is. It is known once Next has returned io.EOF.
func (r *Reader) Partial() bool { return r.partial }

// Close lets go of what reading needed beside the source. It may be called more
// than once, and is needed after Open has succeeded.
func (r *Reader) Close() error { return r.wrapped.close() }

// Broken tells whether the list could not be read to its end: what was read is
// only a part of it.
func (r *Reader) Broken() bool { return r.broken }

// Failed tells whether a problem of severity Error was found: such a list is
// not to be applied as a whole.
func (r *Reader) Failed() bool { return r.problems.errors > 0 }

// Next returns the next good that has no Error problem, and io.EOF after the
// last, also when the rest of the file can't be read: Problems says so.
// Another error is TooLarge, Unsupported or a failure of the source. An error is
// final.
func (r *Reader) Next() (Row, error) {
	for r.end == nil {
		if !r.inGoods {
			r.step(r.seekGoods)
			continue
		}
		var row Row
		var ok bool
		r.step(func() (err error) {
			row, ok, err = r.nextGood()
			return err
		})
		if r.end == nil && ok {
			return row, nil
		}
	}
	return Row{}, r.end
}

// step runs one step of reading and sets the end when it fails.
func (r *Reader) step(do func() error) {
	err := do()
	var broken *brokenError
	switch {
	case err == nil:
	case errors.Is(err, io.EOF):
		r.end = io.EOF
	case errors.As(err, &broken):
		r.problems.add(broken.Problem)
		r.broken = true
		r.end = io.EOF
	case fault.As(err) != nil:
		r.end = err
	default:
		r.end = fmt.Errorf("reading the price list: %w", err)
	}
	if r.end == nil && r.problems.full() {
		r.problems.stop()
		r.broken = true
		r.end = io.EOF
	}
	if r.end != nil {
		r.problems.sum()
	}
}

// nextGood returns one good; false when it has errors or the list has ended.
func (r *Reader) nextGood() (Row, bool, error) {
	v, err := r.doc.item()
	switch {
	case errors.Is(err, io.EOF):
		r.inGoods = false
		if r.rows == 0 {
			r.problems.add(noteEmptyGoods.at(r.goodsLine, "goods"))
		}
		if r.second {
			return Row{}, false, io.EOF // the first pass has seen the rest
		}
		return Row{}, false, nil
	case errors.Is(err, errNull):
		return Row{}, false, broken(noteNoGoods.at(r.goodsLine, "goods"))
	case errors.Is(err, errNotList):
		return Row{}, false, broken(noteGoodsNotList.at(r.goodsLine, "goods"))
	case err != nil:
		return Row{}, false, err
	}
	r.items++
	if v.passed() {
		r.passOver(v)
		return Row{}, false, nil
	}
	if r.rows++; r.rows > r.options.Rows {
		return Row{}, false, TooLarge.Saying(
			fmt.Sprintf("В прайс-листе больше %d товаров", r.options.Rows),
			fmt.Sprintf("The price list has more than %d goods", r.options.Rows))
	}
	row, ok := r.good(v)
	return row, ok, nil
}
