package reading

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"unicode/utf8"
)

// lists are the fixtures of structured formats, each also in a GZIP and a ZIP.
func lists(t *testing.T) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	for _, pattern := range []string{"*.yaml", "*.json", "*.yml", "*.xml"} {
		files, err := filepath.Glob(filepath.Join("testdata", "good", pattern))
		if err != nil || len(files) == 0 {
			t.Fatal("no fixtures", err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			name = filepath.Base(name)
			all[name] = data
			all[name+".gz"] = gzipOf(t, data)
			all[name+".zip"] = zipOf(t, packed{name, data})
		}
	}
	return all
}

// TestTruncated: no part of a list is taken for a whole one, in the formats that
// have an end; YAML has none.
func TestTruncated(t *testing.T) {
	t.Parallel()
	for name, data := range lists(t) {
		last := len(data)
		for data[last-1] == '\n' || data[last-1] == ' ' {
			last--
		}
		for i := range 16 {
			part := data[:last*i/16]
			rows, r, err := drain(part, Options{})
			if err != nil {
				continue
			}
			checkRows(t, rows)
			if filepath.Ext(name) != ".yaml" && !r.Failed() {
				t.Errorf("%s: %d bytes of %d are taken for a whole list", name, len(part), last)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}

// TestFlipped: a list with some wrong bits ends in problems or in rows that are
// as promised.
func TestFlipped(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for name, data := range lists(t) {
		for range 100 {
			flipped := slices.Clone(data)
			for range 1 + random.IntN(3) {
				flipped[random.IntN(len(flipped))] ^= 1 << random.IntN(8)
			}
			rows, r, err := drain(flipped, Options{})
			if err != nil {
				continue
			}
			checkRows(t, rows)
			if ext := filepath.Ext(name); ext != ".gz" && ext != ".zip" && utf8.Valid(flipped) {
				checkProblems(t, r, countLines(flipped))
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
		}
	}
}
