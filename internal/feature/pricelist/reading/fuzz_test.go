package reading

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"
	"pgregory.net/rapid"

	"zakup/internal/platform/money"
)

// seed adds the fixtures of a format.
func seed(f *testing.F, extension string) {
	for _, folder := range []string{"good", "bad"} {
		files, err := filepath.Glob(filepath.Join("testdata", folder, "*."+extension))
		if err != nil || len(files) == 0 {
			f.Fatal("no fixtures", err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
}

// checkRows fails unless every row is as Row promises.
func checkRows(t rapid.TB, rows []Row) {
	t.Helper()
	ids := map[string]bool{}
	text := func(what, s string, least, most int) {
		t.Helper()
		if n := utf8.RuneCountInString(s); n < least || n > most {
			t.Errorf("%s has %d characters", what, n)
		}
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || strings.TrimSpace(s) != s {
			t.Errorf("%s = %q", what, s)
		}
		if what != "description" && (strings.ContainsAny(s, "\r\n\t") || strings.Contains(s, "  ")) {
			t.Errorf("%s = %q", what, s)
		}
	}
	for _, r := range rows {
		text("id", r.ExternalID, 1, 100)
		if bare := r; r.Gone {
			if bare.Line, bare.ExternalID, bare.Gone = 0, "", false; !cmp.Equal(bare, Row{}) {
				t.Errorf("a withdrawn row says %+v", r)
			}
			continue
		}
		least := 1
		if r.Slim() {
			least = 0
			bare := Row{
				Line: r.Line, Sheet: r.Sheet, ExternalID: r.ExternalID, Price: r.Price, HasPrice: r.HasPrice, PriceRRC: r.PriceRRC, HasRRC: r.HasRRC,
				Quantity: r.Quantity, HasQuantity: r.HasQuantity, AtLeast: r.AtLeast,
			}
			if !cmp.Equal(bare, r) || !r.HasPrice && !r.HasQuantity {
				t.Errorf("a slim row says %+v", r)
			}
		} else if !r.HasPrice {
			t.Errorf("no price in %+v", r)
		}
		text("category", r.Category, least, 255)
		text("name", r.Name, least, 500)
		text("unit", r.Unit.Name, 0, 50)
		text("vendor code", r.VendorCode, 0, 255)
		text("vendor", r.Vendor, 0, 255)
		if r.Unit.Code != "" && !unitCode.MatchString(r.Unit.Code) || r.VAT != "" && r.VAT != NoVAT && !slices.Contains(rates, r.VAT) ||
			len(r.Barcodes) > maxBarcodes || slices.ContainsFunc(r.Barcodes, func(s string) bool { return !barcode.MatchString(s) }) ||
			r.MinQuantity < 0 || r.Multiple < 0 || r.MinQuantity > maxQuantity || r.Multiple > maxQuantity {
			t.Errorf("trade of %+v", r)
		}
		text("model", r.Model, 0, 255)
		text("description", r.Description, 0, 20_000)
		text("url", r.URL, 0, 2_000)
		if r.Line < 1 || ids[r.ExternalID] {
			t.Errorf("line %d, id %q", r.Line, r.ExternalID)
		}
		ids[r.ExternalID] = true
		if r.Price < 0 || r.Price > money.MaxPrice || r.PriceRRC < 0 || r.PriceRRC > money.MaxPrice ||
			r.Quantity < 0 || r.Quantity > 1_000_000_000 || !r.HasRRC && r.PriceRRC != 0 ||
			!r.HasPrice && r.Price != 0 || !r.HasQuantity && (r.Quantity != 0 || r.AtLeast) {
			t.Errorf("numbers of %+v", r)
		}
		names := map[string]bool{}
		for _, p := range r.Parameters {
			text("parameter", p.Name, 1, 100)
			text("value", p.Value, 1, 1_000)
			if names[p.Name] {
				t.Errorf("parameter %q twice", p.Name)
			}
			names[p.Name] = true
		}
		for _, p := range r.Pictures {
			text("picture", p, 1, 2_000)
		}
		if len(r.Parameters) > 500 || len(r.Pictures) > 50 {
			t.Errorf("%d parameters, %d pictures", len(r.Parameters), len(r.Pictures))
		}
	}
}

func checkProblems(t rapid.TB, r *Reader, lines int) {
	t.Helper()
	errors := 0
	for _, p := range r.Problems() {
		if p.Severity == Error {
			errors++
		}
		if p.Line < 1 || p.Line > lines+1 || p.Code == "" || p.Text.RU == "" || p.Text.EN == "" ||
			strings.ContainsRune(p.Text.RU+p.Field+p.ExternalID, 0) || !utf8.ValidString(p.Text.RU+p.Text.EN+p.Field) {
			t.Errorf("problem %+v in %d lines", p, lines)
		}
	}
	if r.Failed() != (errors > 0) || len(r.Problems()) > 2*maxProblems+3 {
		t.Errorf("failed %v with %d errors", r.Failed(), errors)
	}
}

// countLines counts in all the ways that a format may.
func countLines(data []byte) int {
	n := 1
	for _, end := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
		n += bytes.Count(data, []byte(end))
	}
	return n
}

// FuzzYAML: no text of YAML panics or hangs, rows are as promised, and cutting a
// text into pieces gives what parsing it whole gives.
func FuzzYAML(f *testing.F) {
	seed(f, "yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		if rows, r, err := drain(data, Options{}); err == nil {
			checkRows(t, rows)
			checkProblems(t, r, countLines(data))
		}
		if utf8.Valid(data) && !bytes.HasPrefix(data, []byte("\xEF\xBB\xBF")) {
			compareCut(t, data, 40)
		}
	})
}

// compareCut fails unless cutting a text gives what parsing it whole gives.
func compareCut(t rapid.TB, data []byte, enough int) {
	t.Helper()
	whole, wholeReader, err := readWhole(data)
	rows, r, _, cutErr := readCut(data, enough)
	checkRows(t, rows)
	checkProblems(t, r, countLines(data))
	if (err == nil) != (cutErr == nil) || wholeReader.Failed() != r.Failed() {
		t.Fatalf("whole: %v %v\ncut: %v %v\n%s", err, wholeReader.Problems(), cutErr, r.Problems(), data)
	}
	for _, p := range wholeReader.Problems() {
		if ending[p.Code] {
			return // the whole stops at once, the cut one where it comes to the mistake
		}
	}
	if diff := cmp.Diff(whole, rows); diff != "" {
		t.Fatalf("rows (-whole +cut):\n%s\n%s", diff, data)
	}
	if diff := cmp.Diff(wholeReader.Problems(), r.Problems()); diff != "" {
		t.Fatalf("problems (-whole +cut):\n%s\n%s", diff, data)
	}
	if r.Head() != wholeReader.Head() {
		t.Fatalf("head %v, want %v\n%s", r.Head(), wholeReader.Head(), data)
	}
}

// ending are the codes of problems that the parser finds before any row.
var ending = map[string]bool{"syntax": true, "alias": true, "too_deep": true, "several_documents": true, "root_not_object": true}

// FuzzJSON: no text of JSON panics or hangs, and rows are as promised.
func FuzzJSON(f *testing.F) {
	seed(f, "json")
	f.Fuzz(func(t *testing.T, data []byte) {
		if rows, r, err := drain(data, Options{}); err == nil {
			checkRows(t, rows)
			checkProblems(t, r, countLines(data))
		}
	})
}

// FuzzNodes: the guess of how many nodes a text has is never too low, for it
// bounds the memory of hostile texts.
func FuzzNodes(f *testing.F) {
	seed(f, "yaml")
	f.Add([]byte("[{a},{b: [c]},{},{? d : e}, f: g]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		root, _, err := parse(data, len(data)*2+2)
		if err != nil || root == nil {
			return
		}
		if n := nodes(root); n > mightHave(data) {
			t.Errorf("%d nodes, guessed %d", n, mightHave(data))
		}
	})
}

func nodes(n *yaml.Node) int {
	sum := 1
	for _, inner := range n.Content {
		sum += nodes(inner)
	}
	return sum
}
