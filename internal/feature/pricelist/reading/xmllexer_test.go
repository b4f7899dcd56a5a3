package reading

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// byLexer writes what the lexer makes of a text: "<a k=v", ">", "text".
func byLexer(source io.Reader) (pieces []string, err error) {
	l := newLexer(source)
	for {
		kind, _, err := l.next()
		if errors.Is(err, io.EOF) {
			return pieces, nil
		}
		if err != nil {
			return pieces, err
		}
		switch kind {
		case tagStart:
			s := "<" + l.tag.name
			for _, a := range l.tag.attributes {
				s += fmt.Sprintf(" %s=%q", a.name, a.value)
			}
			pieces = append(pieces, s)
		case tagEnd:
			pieces = append(pieces, ">")
		case tagText:
			pieces = append(pieces, "", l.text)
		}
	}
}

// byLibrary is byLexer with encoding/xml.
func byLibrary(source io.Reader) (pieces []string, err error) {
	d := xml.NewDecoder(source)
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			return pieces, nil
		}
		if err != nil {
			return pieces, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			s := "<" + t.Name.Local
			for _, a := range t.Attr {
				s += fmt.Sprintf(" %s=%q", a.Name.Local, a.Value)
			}
			if len(t.Attr) > maxAttributes {
				return pieces, errors.New("too many attributes")
			}
			pieces = append(pieces, s)
		case xml.EndElement:
			pieces = append(pieces, ">")
		case xml.CharData:
			pieces = append(pieces, "", string(t))
		}
	}
}

// joined puts neighbouring texts together: where a text is cut is nobody's concern.
func joined(pieces []string) string { return strings.Join(pieces, "\x00") }

func compareXML(t testing.TB, data []byte) {
	t.Helper()
	want, wantErr := byLibrary(bytes.NewReader(data))
	got, err := byLexer(bytes.NewReader(data))
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%q: %v, encoding/xml: %v", data, err, wantErr)
	}
	if err == nil && joined(got) != joined(want) {
		t.Fatalf("%q:\n%q, encoding/xml:\n%q", data, got, want)
	}
	slow, slowErr := byLexer(iotest.OneByteReader(bytes.NewReader(data)))
	if (slowErr == nil) != (err == nil) || joined(slow) != joined(got) {
		t.Fatalf("%q byte by byte: %v\n%q, want %v\n%q", data, slowErr, slow, err, got)
	}
}

var xmlSamples = []string{
	`<a/>`, `<a b="1" c='2'/>`, `<a ><b></b ></a>`, `<a b="1"c="2"/>`, `<a><b></a></b>`, `<a>`, `</a>`, `<a`, `<a b`, `<a b=`, `<a b="`, `<a b="<">`, `<a b=1>`, `<a b>`,
	`<a/ >`, `< a/>`, `<a b="&amp;&lt;&#10;&#x41;&nbsp;&copy;"/>`, `<a>&</a>`, `<a>& </a>`, `<a>&amp</a>`, `<a>&xxe;</a>`, `<a>&#0;</a>`, `<a>&#xD800;</a>`,
	`<a>&#x110000;</a>`, `<a>&#;</a>`, `<a>&#x;</a>`, `<a>&#xG;</a>`, `<a>&#65533;</a>`, `<a>&#xFFFE;</a>`, "<a>\r\n\r\t</a>", "<a b='\r\n'/>", "<a>\x0b</a>", "<a>\uFFFE</a>", "<a>\uFFFF\uFFFD</a>",
	`<a>]]></a>`, `<a>]]>x</a>`, `<a>]]</a>`, `<a>]]&gt;</a>`, `<a b="]]>"/>`, `<a><![CDATA[<b>&amp;]]]]><![CDATA[>]]></a>`, `<a><![CDATA[]]></a>`, `<a><![CDATA[x`, `<a><![CDAT[x]]></a>`, "<a><![CDATA[\r\n\x01]]></a>",
	`<!-- c --><a/>`, `<!----><a/>`, `<!--->--><a/>`, `<!-- -- --><a/>`, `<!- c --><a/>`, `<!--`, `<!-->`, `<?xml version="1.0"?><a/>`, `<?xml version="1.1"?><a/>`,
	`<?xml version='1.0' encoding="windows-1251"?><a/>`, `<?a?><a/>`, `<? a?><a/>`, `<?a b`, `<?1?><a/>`, `<?xml?><a/>`, `<?xml version=1.1?><a/>`, `<?xml version=""?><a/>`, `<?a:b:c ?><a/>`,
	`<!DOCTYPE a [<!ENTITY b "<c>"><!-- ' --> ]><a/>`, `<!DOCTYPE a "><a/>`, `<!><a/>>`, `<!"a"><a/>`, `<!DOCTYPE <a><a/>`, `<!DOCTYPE a><a/>`, `<![x]><a/>`, `<!`, `<`, ``, ` `, `text`, `<a/>text`, `<a/><b/>`,
	`<x:a xmlns:x="u" x:b="1"/>`, `<x:a></y:a>`, `<:a/>`, `<a:/>`, `<a:b:c/>`, `<a x:y:z="1"/>`, `<1a/>`, `<-a/>`, `<а б="в">г</а>`, `<a·/>`, `<·a/>`, "<\xffa/>", "<a>\xff</a>", "<a b='\xff'/>", "<!--\xff--><a/>",
	"\uFEFF<a/>", `<a>&eacute;&Alpha;</a>`, `<a>&é;</a>`, `<a></a`, `<a></ a>`, `<a></a b>`, `<a><!-- --->x</a>`, `<a>&#38;#38;</a>`, `<a>&quot;&apos;</a>`, `<a>&lt</a>`, `<a>&#x9;&#xA;&#xD;</a>`,
	`<?xml version="1.0" version="1.1"?><a/>`, `<?XML version="2"?><a/>`, "<a\u00a0b='1'/>", `<a>&;</a>`, `<a>&#18446744073709551616;</a>`, `<a b="a>b"/>`, `<a b='"'/>`,
}

// TestLexer: the lexer and encoding/xml agree on what is XML and what it says.
func TestLexer(t *testing.T) {
	t.Parallel()
	for _, s := range xmlSamples {
		compareXML(t, []byte(s))
	}
}

// TestLexerOfAnything: the same of what is made of the signs of XML.
func TestLexerOfAnything(t *testing.T) {
	t.Parallel()
	piece := rapid.SampledFrom([]string{
		"<", ">", "/", "<a", "</a>", "<a>", "<b c='", "\"", "'", "=", " ", "!", "-", "--", "<!--", "-->", "[", "]", "]]>", "<![CDATA[", "&", ";", "#", "x41", "1",
		"?", "<?", "?>", "xml version='1.0'", "\r", "\n", "\t", "a", ":", "б", "&lt;", "&#60;", "&nbsp;", "\x01", "\uFFFE", "\uFFFD", "\xff", "<!DOCTYPE ", "text", "/>", ".", "·",
	})
	rapid.Check(t, func(rt *rapid.T) {
		compareXML(t, []byte("<r>"+strings.Join(rapid.SliceOfN(piece, 0, 12).Draw(rt, "pieces"), "")+rapid.SampledFrom([]string{"</r>", "", "</a></r>"}).Draw(rt, "end")))
	})
}

// FuzzLexer is TestLexer for any text.
func FuzzLexer(f *testing.F) {
	seed(f, "yml")
	seed(f, "xml")
	for _, s := range xmlSamples {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) { compareXML(t, data) })
}
