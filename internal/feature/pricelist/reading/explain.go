package reading

import (
	"errors"
	"fmt"
	"io"
	"runtime/debug"
)

// Explaining says what Explain tells.
type Explaining struct {
	Warnings bool      // too, not errors alone
	Language string    // as fault.Text.In takes it
	Also     []Problem // that others have found: of the good with their id, else of the list
}

// Explained is what Explain has written.
type Explained struct {
	Format   string // JSON, YAML, YML, CommerceML, CSV or XLSX, which stands for XLS too
	Problems int    // that it tells; with none the file is of no use
}

// Explain writes the goods of a price list that have problems, each with what is
// wrong with it, as a list of the format of the source, for its sender to mend.
//
// The list is read as Open and Next read it, so that it says the same of each
// good, then once more to write. Problems of no good come first: as a comment of
// XML and YAML, as the key errors of JSON, in a row of their own in a table (the
// last one where a first one could be taken for the header). A list that breaks
// off is explained as far as it can be read. Memory is bounded as that of Reader.
//
// A good has its own keys in JSON and YAML, its elements in YML, and its cells in
// a table; of CommerceML it has what is read of it. Comments, the sender's other
// root keys, and how cells look are not kept. What is written is a partial list,
// as far as a format can say so: sent back, it changes its own goods alone. No
// cell is a formula.
//
// It returns the faults and errors of Open and Next, and those of w.
func Explain(w io.Writer, source Source, options Options, say Explaining) (done Explained, err error) {
	defer func() {
		if bad := recover(); bad != nil {
			err = fmt.Errorf("explaining the price list panicked: %v\n%s", bad, debug.Stack())
		}
	}()
	r, err := Open(source, options)
	if err != nil {
		return Explained{}, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	x := explanation{Explaining: say, profile: r.options.Profile, goods: map[int][]Problem{}, widths: map[int]int{}}
	if err := x.judge(r); err != nil {
		return Explained{}, err
	}
	done.Format = r.format
	to := explainer(nil)
	switch r.format {
	case JSON:
		to = newJSONExplainer(w)
	case YAML:
		to = newYAMLExplainer(w)
	case YML:
		to = newYMLExplainer(w)
	case CommerceML:
		to = newCMLExplainer(w)
	case CSV:
		to = newCSVExplainer(w, &x)
	default:
		done.Format = XLSX
		to = newXLSXExplainer(w, &x)
	}
	done.Problems = len(x.file)
	for _, list := range x.goods {
		done.Problems += len(list)
	}
	return done, x.write(r, to)
}

// explanation is what is wrong with a list.
type explanation struct {
	Explaining
	profile Profile
	goods   map[int][]Problem // by the place of the good in the list, from 1
	file    []Problem         // of no good
	widths  map[int]int       // cells of the widest of these goods, by sheet
}

// explainer writes goods with what is wrong with them.
type explainer interface {
	// begin starts the file with what is wrong with all of it.
	begin(file []string) error
	// root writes a key of the root that goods need.
	root(key string, v *value) error
	// good writes one; doc has just returned it.
	good(doc document, v *value, texts []string) error
	// end ends the file, and close lets go of what writing needed.
	end() error
	close() error
}

// judge reads the list to its end and learns which problem is of which good.
func (x *explanation) judge(r *Reader) error {
	also := map[string][]Problem{}
	for _, p := range x.Also {
		if p.ExternalID == "" {
			x.keep(nil, p)
			continue
		}
		also[p.ExternalID] = append(also[p.ExternalID], p)
	}
	told := 0 // problems that are sorted already
	for r.end == nil {
		if !r.inGoods {
			r.step(r.seekGoods)
			continue
		}
		before, items := len(r.problems.list), r.items
		r.step(func() error {
			row, ok, err := r.nextGood()
			if r.items == items || err != nil {
				return err
			}
			x.keep(nil, r.problems.list[told:before]...)
			told = len(r.problems.list)
			mine := r.problems.list[before:told]
			if ok {
				mine = append(mine[:len(mine):len(mine)], also[row.ExternalID]...)
			}
			x.keep(r, mine...)
			return nil
		})
	}
	x.keep(nil, r.problems.list[told:]...)
	if errors.Is(r.end, io.EOF) {
		return nil
	}
	return r.end
}

// keep takes what is to be told of the good that r has just read, or of the list.
func (x *explanation) keep(r *Reader, list ...Problem) {
	for _, p := range list {
		if p.Severity != Error && !x.Warnings {
			continue
		}
		if r == nil {
			x.file = append(x.file, p)
			continue
		}
		x.goods[r.items] = append(x.goods[r.items], p)
		if table, is := r.doc.(*tableDocument); is {
			x.widths[table.plan.index] = max(x.widths[table.plan.index], len(table.row.cells))
		}
	}
}

// write goes through the list once more, as far as it can be read.
func (x *explanation) write(r *Reader, to explainer) (err error) {
	defer func() { err = errors.Join(err, to.close()) }()
	file := make([]string, len(x.file))
	for i, p := range x.file {
		file[i] = x.sentence(p)
	}
	if err := to.begin(file); err != nil {
		return err
	}
	keys, goods := true, !r.second
	err = x.walk(r, to, keys, goods)
	if r.second && err == nil { // what goods need stands after them
		err = x.walk(r, to, false, true)
	}
	if err == nil {
		err = to.end()
	}
	return err
}

// walk writes the keys of the root, the goods, or both.
func (x *explanation) walk(r *Reader, to explainer, keys, goods bool) error {
	doc, err := r.open()
	for err == nil {
		err = x.step(doc, to, keys, goods)
	}
	var ends *brokenError
	if errors.Is(err, io.EOF) || errors.Is(err, errNull) || errors.Is(err, errNotList) || errors.As(err, &ends) {
		return nil
	}
	return err
}

// step takes one key of the root. It returns io.EOF at the end, and the errors of
// document and explainer.
func (x *explanation) step(doc document, to explainer, keys, goods bool) error {
	key, _, err := doc.next()
	if err != nil {
		return err
	}
	switch {
	case key == "goods" && goods:
		if err := x.walkGoods(doc, to); !errors.Is(err, io.EOF) {
			return err
		}
	case keys && (key == "shop" || key == "url" || key == "currency" || key == "categories"):
		v, err := doc.value()
		if err == nil {
			err = to.root(key, v)
		}
		return err
	default:
		return doc.skip()
	}
	return nil
}

func (x *explanation) walkGoods(doc document, to explainer) error {
	for count := 1; ; count++ {
		v, err := doc.item()
		if err != nil {
			return err
		}
		if list := x.goods[count]; len(list) > 0 {
			texts := make([]string, len(list))
			for i, p := range list {
				texts[i] = x.sentence(p)
			}
			if err := to.good(doc, v, texts); err != nil {
				return err
			}
		}
	}
}

// sentence is a problem for people, with its place.
func (x *explanation) sentence(p Problem) string {
	text := p.Text.In(x.Language)
	if p.Field != "" {
		text = p.Field + ": " + text
	}
	switch {
	case p.Cell != "":
		text = p.Cell + ": " + text
	case p.Line > 0:
		text = fmt.Sprintf(x.in("строка %d: %s", "line %d: %s"), p.Line, text)
	}
	if p.Severity == Warning {
		text = x.in("предупреждение: ", "warning: ") + text
	}
	return text
}

func (x *explanation) in(ru, en string) string {
	if x.Language == "en" {
		return en
	}
	return ru
}
