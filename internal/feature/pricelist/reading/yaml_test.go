package reading

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"
)

// readWhole reads a list of YAML as one document, as if it could not be cut.
func readWhole(data []byte) ([]Row, *Reader, error) {
	return readWith(func() (document, error) {
		d := &yamlDocument{again: func() (io.Reader, error) { return bytes.NewReader(data), nil }}
		return d, d.parseWhole(errUnusual)
	})
}

// readCut reads a list of YAML in batches of so many bytes; cut tells whether it
// could be cut to its end.
func readCut(data []byte, enough int) (rows []Row, r *Reader, cut bool, err error) {
	var d *yamlDocument
	rows, r, err = readWith(func() (_ document, err error) {
		d, err = newYAMLDocument(func() (io.Reader, error) { return bytes.NewReader(data), nil })
		d.cut.enough = enough
		return d, err
	})
	return rows, r, d.cut != nil, err
}

func readWith(open func() (document, error)) ([]Row, *Reader, error) {
	r := newReader(YAML, open, Options{}.orDefault())
	r.step(r.begin)
	rows, err := rest(r)
	return rows, r, err
}

// item is a good as a generator makes it.
type item struct {
	ID         string            `yaml:"id"`
	Category   string            `yaml:"category"`
	Name       string            `yaml:"name"`
	Model      string            `yaml:"model,omitempty"`
	Price      string            `yaml:"price"`
	Quantity   int               `yaml:"quantity"`
	Text       string            `yaml:"description,omitempty"`
	Parameters map[string]string `yaml:"parameters,omitempty"`
}

type shop struct {
	Shop       string              `yaml:"shop"`
	Categories []map[string]string `yaml:"categories"`
	Goods      []item              `yaml:"goods"`
}

// awkward are texts that a reader of lines could stumble over.
var awkward = rapid.SampledFrom([]string{
	"Чайник", "22\" (55 см) LED", "a: b", "- id: 5", "goods:", "# не слово", "it's", "'в кавычках'", "{a, b]", "yes", "null", "0123",
	"16:9", "1_000", "две\nстроки", "строка\n- id: 9\ngoods:\n- x", "\tтаб", "конец \\", "| >", "...", "---", "%YAML", "&a *b", "!tag", "?",
	"одна\u2028две", "одна\u0085две", "~", "true", "длинное " + strings.Repeat("слово ", 10),
})

func drawShop(t *rapid.T) shop {
	s := shop{Shop: awkward.Draw(t, "shop"), Categories: []map[string]string{{"id": "1", "name": "Одна"}, {"name": "Другая"}}}
	word := rapid.OneOf(awkward, rapid.StringMatching(`[a-zА-я0-9:#'"{}, -]{1,20}[a-z]`))
	for i := range rapid.IntRange(1, 8).Draw(t, "goods") {
		one := item{
			ID: fmt.Sprintf("%s%d", rapid.SampledFrom([]string{"", "0", "AS-", "-"}).Draw(t, "id"), i), Price: "10.5",
			Category: rapid.SampledFrom([]string{"1", "другая"}).Draw(t, "category"), Name: word.Draw(t, "name") + ".",
			Model: word.Draw(t, "model"), Quantity: i, Text: awkward.Draw(t, "text"), Parameters: map[string]string{},
		}
		var names []string
		for range rapid.IntRange(0, 4).Draw(t, "parameters") {
			key := word.Draw(t, "key") + "."
			if !slices.Contains(names, clean(key)) {
				names = append(names, clean(key))
				one.Parameters[key] = word.Draw(t, "value") + "."
			}
		}
		s.Goods = append(s.Goods, one)
	}
	return s
}

// rows are what a reader has to make of a shop; parameters sorted.
func (s shop) rows() []Row {
	var rows []Row
	for _, g := range s.Goods {
		row := Row{
			ExternalID: g.ID, Category: "Одна", Name: clean(g.Name), Model: clean(g.Model), Price: 1050, HasPrice: true,
			Quantity: int64(g.Quantity), HasQuantity: true, Description: cleanLines(g.Text),
		}
		if g.Category != "1" {
			row.Category = "Другая"
		}
		for k, v := range g.Parameters {
			row.Parameters = append(row.Parameters, Parameter{clean(k), clean(v)})
		}
		rows = append(rows, row)
	}
	return rows
}

var sameRows = cmp.Options{
	cmpopts.IgnoreFields(Row{}, "Line"), cmpopts.EquateEmpty(),
	cmpopts.SortSlices(func(a, b Parameter) bool { return a.Name < b.Name }),
}

// write formats a shop as people and programs do, in one of many styles.
func (s shop) write(t *rapid.T) string {
	var b strings.Builder
	dash := strings.Repeat(" ", rapid.IntRange(0, 3).Draw(t, "indent"))
	if rapid.Bool().Draw(t, "marker") {
		b.WriteString("--- # начало\n")
	}
	head := "shop: " + quote(t, s.Shop, "  ") + "\n" + "categories:\n- id: 1\n  name: Одна\n- {name: Другая}\n"
	first := rapid.Bool().Draw(t, "goods first")
	if !first {
		b.WriteString(head)
	}
	b.WriteString(rapid.SampledFrom([]string{"goods:\n", "goods: # товары\n\n", "'goods' :\n# слово\n"}).Draw(t, "key"))
	for _, g := range s.Goods {
		if rapid.IntRange(0, 9).Draw(t, "flow") == 0 {
			s.flow(t, &b, dash, g)
			continue
		}
		in := dash + "  "
		lines := []string{
			"id: '" + g.ID + "'", "category: \"" + g.Category + "\"", "price: " + g.Price,
			fmt.Sprintf("quantity: %d", g.Quantity), "name: " + quote(t, g.Name, in), "model: " + quote(t, g.Model, in),
			"description: " + quote(t, g.Text, in),
		}
		if len(g.Parameters) > 0 {
			p := "parameters:"
			for k, v := range g.Parameters {
				p += "\n" + in + "  " + doubleQuote(k) + ": " + quote(t, v, in+"  ")
			}
			lines = append(lines, p)
		}
		lines = rapid.Permutation(lines).Draw(t, "order")
		b.WriteString(dash + "- " + strings.Join(lines, "\n"+in) + "\n")
		b.WriteString(rapid.SampledFrom([]string{"", "", "\n", "# слово\n", in + "# слово\n\n"}).Draw(t, "between"))
	}
	if first {
		b.WriteString(head)
	}
	if rapid.IntRange(0, 4).Draw(t, "crlf") == 0 {
		return strings.ReplaceAll(b.String(), "\n", "\r\n")
	}
	return b.String()
}

func (s shop) flow(t *rapid.T, b *strings.Builder, dash string, g item) {
	gap := rapid.SampledFrom([]string{" ", "\n", "\n   ", "\n" + dash}).Draw(t, "gap")
	fmt.Fprintf(b, "%s- {id: '%s',%scategory: '%s', price: %s, quantity: %d,%sname: %s, model: %s, description: %s", dash, g.ID, gap,
		g.Category, g.Price, g.Quantity, gap, doubleQuote(g.Name), doubleQuote(g.Model), doubleQuote(g.Text))
	var all []string
	for k, v := range g.Parameters {
		all = append(all, doubleQuote(k)+": "+doubleQuote(v))
	}
	slices.Sort(all)
	fmt.Fprintf(b, ",%sparameters: {%s}}\n", gap, strings.Join(all, ","+gap))
}

func doubleQuote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\u2028", `\L`, "\u0085", `\N`).Replace(s) + `"`
}

// quote writes a text in one of the styles that can hold it; in is the
// indentation of the line where it begins.
func quote(t *rapid.T, s, in string) string {
	styles := []string{doubleQuote(s), strings.ReplaceAll(doubleQuote(s), `\n`, `\n\`+"\n")}
	if !strings.ContainsAny(s, "\n\t\u2028\u0085") {
		styles = append(styles, "'"+strings.ReplaceAll(s, "'", "''")+"'")
	}
	if !strings.ContainsAny(s, "\t\u2028\u0085") && s != "..." {
		styles = append(styles, "|-\n"+in+"   "+strings.ReplaceAll(s, "\n", "\n"+in+"   "))
	}
	return rapid.SampledFrom(styles).Draw(t, "style")
}

func TestCuttingChangesNothing(t *testing.T) {
	t.Parallel()
	cuts := 0
	rapid.Check(t, func(t *rapid.T) {
		s := drawShop(t)
		text := s.write(t)
		if rapid.IntRange(0, 3).Draw(t, "dump") == 0 {
			dumped, err := yaml.Dump(s, yaml.WithIndent(rapid.IntRange(2, 4).Draw(t, "dump indent")),
				yaml.WithCompactSeqIndent(rapid.Bool().Draw(t, "compact")))
			if err != nil {
				t.Fatal(err)
			}
			text = string(dumped)
		}
		whole, wholeReader, err := readWhole([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(s.rows(), whole, sameRows...); diff != "" {
			t.Fatalf("the whole (-want +got):\n%s\n%s\n%v", diff, text, wholeReader.Problems())
		}
		enough := rapid.IntRange(1, 300).Draw(t, "batch")
		compareCut(t, []byte(text), enough)
		if _, _, cut, _ := readCut([]byte(text), enough); cut {
			cuts++
		}
	})
	if cuts == 0 {
		t.Error("no list could be cut")
	}
}

// TestCuttingDamagedLists spoils lists in the places that matter to a cutter.
func TestCuttingDamagedLists(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{
		"\n", "\n\n", "\n- ", "\n  - ", "\n ", "\n#", "\"", "'", "{", "}", "[", "]", ",", ": ", ":", "- ", "-",
		"\ngoods:\n", "\ncategories:\n", "\nshop: x\n", "\n---\n", "\n...\n", "? ", "|\n", ">-\n", "&a ", "*a", "!t ", "!!str ", "\t", "\r",
		"\u2028", "\u0085", "%", "@", "<<: ", "~", "\\", "\\\n",
	})
	rapid.Check(t, func(t *rapid.T) {
		text := drawShop(t).write(t)
		for range rapid.IntRange(1, 3).Draw(t, "times") {
			at := rapid.IntRange(0, len(text)).Draw(t, "at")
			if rapid.Bool().Draw(t, "at a line") {
				at = strings.LastIndexByte(text[:at], '\n') + 1
			}
			drop := min(rapid.IntRange(0, 5).Draw(t, "drop"), len(text)-at)
			text = strings.ToValidUTF8(text[:at]+pieces.Draw(t, "piece")+text[at+drop:], "")
		}
		compareCut(t, []byte(text), rapid.IntRange(1, 300).Draw(t, "batch"))
	})
}

// TestCuttingTraps has texts where a cut could mislead.
func TestCuttingTraps(t *testing.T) {
	t.Parallel()
	const categories = "categories:\n- {id: 1, name: Одна}\n"
	const good = "- {id: 1, category: 1, name: Имя, price: 1, quantity: 1}\n"
	for _, text := range []string{
		categories + "goods:\n|\n  text\n",
		categories + "goods:\n-\n|\n  text\n" + good,
		categories + "goods:\n-\nid: 1\n",
		categories + "goods:\n!!seq\n" + good,
		categories + "goods:\n- [\n- 1]\n" + good,
		categories + "goods:\n" + good + "? shop\n: goods\n",
		categories + "goods:\n" + good + "shop\n: x\n",
		categories + "shop: 'a\ngoods:\n- b'\ngoods:\n" + good,
		"goods:\n- name: 'a\ncategories:\n- {id: 1, name: Ложная}\ngoods:'\n  id: 1\n  category: 1\n  price: 1\n  quantity: 1\n" + categories,
		categories + "goods:\n" + good + "---\n",
		categories + "goods:\n" + good + "--- x\n",
		"---\n---\n" + categories + "goods:\n" + good,
		"--- #\n" + categories + "goods:\n" + good,
		"---#\n" + categories + "goods:\n" + good,
		categories + "goods :\n" + good,
		categories + "goods:#\n" + good,
		categories + "goods: &a\n" + good,
		categories + "goods:\n# c\n\t\n" + good,
		categories + "goods:\n  " + good + good,
		categories + "goods:\n  " + good + " " + good,
		"", "\n", "#", "goods", "goods:", "-", "- goods:\n  - x", "shop: x",
	} {
		compareCut(t, []byte(text), 1)
	}
}

// TestUnusualFilesAreParsedWhole names what can't be cut, and what can.
func TestUnusualFilesAreParsedWhole(t *testing.T) {
	t.Parallel()
	const categories = "categories:\n- id: 1\n  name: Одна\n"
	const good = "- {id: 1, category: 1, name: Имя, price: 1, quantity: 1}\n"
	for name, c := range map[string]struct {
		text string
		cut  bool
	}{
		"usual":              {categories + "goods:\n" + good, true},
		"comments":           {"# a\n\n---\n" + categories + "# b\ngoods: # c\n  # d\n" + good + "# e\n", true},
		"tag on root":        {"!!map\n" + categories + "goods:\n" + good, false},
		"document end":       {categories + "goods:\n" + good + "...\n", false},
		"version":            {"%YAML 1.2\n---\n" + categories + "goods:\n" + good, true},
		"version, whole":     {"# a\n%YAML 1.2\n---\n{" + "categories: [{id: 1, name: Одна}], goods: [" + strings.TrimSpace(good[2:]) + "]}", false},
		"other directive":    {"%TAG !y! tag:yaml.org,2002:\n---\n" + categories + "goods: !y!seq\n" + good, false},
		"explicit key":       {categories + "? goods\n: " + good, false},
		"indented root":      {"  categories: [{id: 1, name: Одна}]\n  goods: [{id: 1, category: 1, name: Имя, price: 1, quantity: 1}]\n", false},
		"quotes at column 0": {categories + "goods:\n" + strings.Replace(good, "Имя", "\"Имя\n- x\"", 1), false},
		"list after tag":     {categories + "goods: !!seq\n" + good, true},
		"flow list":          {categories + "goods: [" + strings.TrimSpace(good[2:]) + "]\n", true},
		"other breaks":       {strings.ReplaceAll(categories+"goods:\n"+good, "\n", "\u2028"), true},
		"old Mac":            {strings.ReplaceAll(categories+"goods:\n"+good, "\n", "\r"), true},
		"no last break":      {strings.TrimSpace(categories + "goods:\n" + good), true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, r, cut, err := readCut([]byte(c.text), 1)
			if err != nil || r.Failed() {
				t.Fatalf("%v %v", err, r.Problems())
			}
			if len(rows) != 1 || cut != c.cut {
				t.Errorf("%d rows, cut %v", len(rows), cut)
			}
		})
	}
}

func TestHugeUnusualFileIsRefused(t *testing.T) {
	t.Parallel()
	line := "- {id: 1, category: 1, name: Имя, price: 1, quantity: 1}\n"
	text := "%TAG !a! b:\n---\ngoods:\n" + strings.Repeat(line, maxWhole/len(line)+1)
	_, r, err := drain([]byte(text), Options{})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"1 yaml_too_large"}, brief(r.Problems())); diff != "" {
		t.Error(diff)
	}
}

func TestMemoryDoesNotGrowWithYAML(t *testing.T) {
	var text bytes.Buffer
	text.WriteString("categories:\n- id: 1\n  name: Одна\ngoods:\n")
	const goods = 30_000
	for i := range goods {
		fmt.Fprintf(&text, "- id: %d\n  category: 1\n  name: Чайник номер %d\n  price: 10.50\n  quantity: 5\n"+
			"  parameters:\n    Цвет: белый\n    Объём: 1.7\n", i, i)
	}
	heap := peakHeap(t, text.Bytes(), goods)
	// Parsed whole it takes above 100 MB; the ids alone some 4.
	if heap > 40<<20 {
		t.Errorf("the heap grew to %d MB", heap>>20)
	}
}
