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
// The way of a file: encoding.go (bytes to UTF-8), sniff.go (what it is), a
// document (json.go, yaml.go, yml.go, commerceml.go: a root with keys, the goods one
// at a time), values
// (value.go), and good.go with normal.go, which make a Row of a value. A further
// format is a further document, or a further maker of values; nothing after
// that knows formats.
package reading

import (
	"bufio"
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
)

// Faults of a file as a whole. What is wrong inside of a readable one is a
// Problem.
var (
	// TooLarge: more bytes or more goods than Limits allow.
	TooLarge = fault.New(fault.TooLarge, "price_list_too_large",
		"Прайс-лист слишком велик", "The price list is too large")
	// Unsupported: not a format that is read; the sentence names what it looks like.
	Unsupported = fault.New(fault.Unsupported, "price_list_format",
		"Формат прайс-листа не распознан", "The format of the price list is not recognised")
	// Empty: no bytes but blanks.
	Empty = fault.New(fault.Invalid, "price_list_empty", "Файл прайс-листа пуст", "The file of the price list is empty")
	// BadEncoding: neither UTF-8, nor UTF-16 with a mark, nor Windows-1251.
	BadEncoding = fault.New(fault.Invalid, "price_list_encoding",
		"Кодировка файла не распознана: сохраните его в UTF-8", "The encoding of the file is not recognised: save it as UTF-8")
)

// Limits bound one file. A zero means the default.
type Limits struct {
	Bytes int64 // of the file as it is stored; 64 MiB
	Rows  int   // goods; 1,000,000
}

func (l Limits) orDefault() Limits {
	if l.Bytes <= 0 {
		l.Bytes = 64 << 20
	}
	if l.Rows <= 0 {
		l.Rows = 1_000_000
	}
	return l
}

// Reader yields the goods of one price list. It is not safe for concurrent use.
type Reader struct {
	format string
	limits Limits
	open   func() (document, error) // the file from its beginning

	doc        document
	keys       map[string]int // keys of the root and their lines
	head       Head
	categories *categories // nil until they are read
	postponed  bool        // goods came before categories: they wait for the second pass
	second     bool        // it is the second pass
	inGoods    bool
	goodsLine  int
	rows       int

	ids      map[string]int // external ids and their lines
	unknown  map[string]bool
	problems problems
	end      error // what Next returns from now on
}

// Open recognises the format of a price list and reads it up to its goods.
//
// The source is read from its beginning, more than once: first to learn its
// size and encoding, and once more in the rare file where goods stand before
// categories. It must not change or be used by others until Next has returned an
// error, and it stays the caller's to close.
//
// It returns one of this package's faults when the file is none that is read,
// and any other error when the source fails. Wrong contents are not an error:
// they become problems, and Next tells the end.
func Open(source io.ReadSeeker, limits Limits) (*Reader, error) {
	limits = limits.orDefault()
	coding, err := survey(source, limits.Bytes)
	if err != nil {
		return nil, err
	}
	text := func() (io.Reader, error) { return coding.from(source) }
	start, err := text()
	if err != nil {
		return nil, err
	}
	beginning, err := bufio.NewReaderSize(start, sniffed).Peek(sniffed)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the beginning of the price list: %w", err)
	}
	format, err := recognise(beginning)
	if err != nil {
		return nil, err
	}
	open := func() (document, error) { return newYAMLDocument(text) }
	switch format {
	case JSON:
		open = func() (document, error) { return newJSONDocument(text) }
	case YML:
		open = func() (document, error) { return newYMLDocument(text) }
	case CommerceML:
		open = func() (document, error) { return newCMLDocument(text) }
	}
	r := newReader(format, open, limits)
	if coding.guessed {
		r.problems.add(noteWindows1251.at(1, ""))
	}
	r.step(r.begin)
	if r.end != nil && !errors.Is(r.end, io.EOF) {
		return nil, r.end
	}
	return r, nil
}

func newReader(format string, open func() (document, error), limits Limits) *Reader {
	return &Reader{
		format: format, open: open, limits: limits,
		keys: map[string]int{}, ids: map[string]int{}, unknown: map[string]bool{},
	}
}

// begin reads up to the goods.
func (r *Reader) begin() (err error) {
	if r.doc, err = r.open(); err != nil {
		return err
	}
	return r.seekGoods()
}

// Format returns the name of a format: JSON, YAML, YML or CommerceML.
func (r *Reader) Format() string { return r.format }

// Head returns what the list says about its sender. A key that stands after the
// goods is known once Next has returned io.EOF.
func (r *Reader) Head() Head { return r.head }

// Problems returns what was found wrong so far, in the order of reading; the
// list is complete once Next has returned io.EOF. It holds at most 1,000 errors
// (reading stops there) and 1,000 warnings, and a problem that says so.
func (r *Reader) Problems() []Problem { return r.problems.list }

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
		r.end = io.EOF
	case fault.As(err) != nil:
		r.end = err
	default:
		r.end = fmt.Errorf("reading the price list: %w", err)
	}
	if r.end == nil && r.problems.full() {
		r.problems.stop()
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
			return Row{}, false, broken(noteNoGoods.at(r.goodsLine, "goods"))
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
	if v.passed() {
		r.passOver(v)
		return Row{}, false, nil
	}
	if r.rows++; r.rows > r.limits.Rows {
		return Row{}, false, TooLarge.Saying(
			fmt.Sprintf("В прайс-листе больше %d товаров", r.limits.Rows),
			fmt.Sprintf("The price list has more than %d goods", r.limits.Rows))
	}
	row, ok := r.good(v)
	return row, ok, nil
}
