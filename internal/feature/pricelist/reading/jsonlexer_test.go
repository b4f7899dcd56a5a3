package reading

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func tokensByLexer(source io.Reader) (tokens []string, err error) {
	l := newJSONLexer(source)
	for {
		t, err := l.next()
		if errors.Is(err, io.EOF) {
			return tokens, nil
		}
		if err != nil {
			return tokens, err
		}
		switch t.kind {
		case 'k', '"':
			tokens = append(tokens, fmt.Sprintf("%q", t.text))
		case 't':
			tokens = append(tokens, "true")
		case 'f':
			tokens = append(tokens, "false")
		case 'n':
			tokens = append(tokens, "null")
		case '0':
			tokens = append(tokens, t.text)
		default:
			tokens = append(tokens, string(t.kind))
		}
	}
}

func tokensByLibrary(data []byte) (tokens []string) {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	for {
		t, err := d.Token()
		if err != nil {
			return tokens
		}
		switch t := t.(type) {
		case nil:
			tokens = append(tokens, "null")
		case string:
			tokens = append(tokens, fmt.Sprintf("%q", t))
		default:
			tokens = append(tokens, fmt.Sprint(t))
		}
	}
}

func compareJSON(t testing.TB, data []byte) {
	t.Helper()
	if !utf8.Valid(data) {
		return
	}
	got, err := tokensByLexer(bytes.NewReader(data))
	if valid := json.Valid(data); valid != (err == nil) {
		t.Fatalf("%q: %v, encoding/json: %v", data, err, valid)
	}
	if want := tokensByLibrary(data); err == nil && strings.Join(got, " ") != strings.Join(want, " ") {
		t.Fatalf("%q:\n%q, encoding/json:\n%q", data, got, want)
	}
	slow, slowErr := tokensByLexer(iotest.OneByteReader(bytes.NewReader(data)))
	if (slowErr == nil) != (err == nil) || strings.Join(slow, " ") != strings.Join(got, " ") {
		t.Fatalf("%q byte by byte: %v\n%q, want %v\n%q", data, slowErr, slow, err, got)
	}
}

var jsonSamples = []string{
	`{}`, `[]`, `{"a":1}`, `[1,2]`, `[1,]`, `{"a":1,}`, `{,}`, `[,]`, `{"a"}`, `{"a":}`, `{"a" 1}`, `{1:2}`, `{"a":1 "b":2}`, `[1 2]`, `]`, `}`, `[}`, `{]`, `[[]`, `{"a":{}}`,
	`0`, `-0`, `-`, `01`, `-01`, `1.`, `.5`, `1.5e3`, `1e`, `1e+`, `1E-2`, `+1`, `1-`, `1..2`, `0x1`, `1.5.`, `[0 1]`, `[-]`, `[1e5]`, `NaN`,
	`true`, `tru`, `trux`, `truer`, `false`, `null`, `nul`, `nulll`, `True`, `"`, `"a`, `"a"`, `"\"`, `"\\"`, `"\"\/\b\f\n\r\t"`, `"\x"`, `"\u0041"`, `"\u00"`, `"\u00g0"`,
	`"\ud83d\ude00"`, `"\ud83d"`, `"\ud83d\u0041"`, `"\ude00"`, `"\ud83dx"`, `"\ud83d\n"`, `"\ud83d\u00g0"`, "\"\n\"", "\"\x7f\"", "\"\x1f\"", `"Чайник"`, `"я\u0431"`, ``, ` `, "\n", `1 2`, `{} {}`, `[] x`, "\uFEFF{}",
	`{"a":1,"a":2}`, `[[[[]]]]`, "\v1", "[1,\n\t\r 2]", `"😀"`, `"\u0000"`,
}

// TestJSONLexer: the lexer and encoding/json agree on what is JSON and what it says.
func TestJSONLexer(t *testing.T) {
	t.Parallel()
	for _, s := range jsonSamples {
		compareJSON(t, []byte(s))
	}
}

// TestJSONLexerOfAnything: the same of what is made of the signs of JSON.
func TestJSONLexerOfAnything(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{
		"{", "}", "[", "]", ",", ":", "\"", "\\", "\"a\"", "\"a\":", "1", "0", "-", ".", "e", "E+", "true", "false", "null", "t", " ", "\n", "\\u0041", "\\ud83d", "\\ude00",
		"я", "\x01", "/", "1.5e3",
	})
	rapid.Check(t, func(rt *rapid.T) {
		compareJSON(t, []byte(strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(rt, "pieces"), "")))
	})
}

// FuzzJSONLexer is TestJSONLexer for any text.
func FuzzJSONLexer(f *testing.F) {
	seed(f, "json")
	for _, s := range jsonSamples {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { compareJSON(t, data) })
}
