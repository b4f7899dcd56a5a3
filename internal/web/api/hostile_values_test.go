package api_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// dice makes values by chance, the same ones for the same seed.
type dice struct{ *rand.Rand }

func pick[T any](d dice, list ...T) T { return list[d.IntN(len(list))] }

// oneIn is true once in n times.
func (d dice) oneIn(n int) bool { return d.IntN(n) == 0 }

// nasty are texts that mean something somewhere.
var nasty = []string{
	"", " ", "\x00", "a\x00b", "\xff\xfe", "\xc3(", "\xed\xa0\x80", "💥", "\u202eабв", "\ufeff", "İı", "ﷺ", strings.Repeat("é", 300),
	"-1", "0", "1", "01", "+1", " 1 ", "1e400", "-0", "NaN", "Infinity", "0x10", "1.5", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
	"2147483648", "32768", strings.Repeat("9", 400), "٣", "²", "null", "true", "[]", "{}", `"`, `\`, "'", "';--", "1' or '1'='1", `1" or "1"="1`,
	"1; drop table users", "1 union select id, email, password from users", "%", "_", "%25", "a%_\\b", "{{7*7}}", "${7*7}", "#{7*7}", "<%= 7*7 %>",
	"<script>alert(1)</script>", "<b>", "&amp;", "../../../../etc/passwd", `..\..\boot.ini`, "/etc/passwd\x00.yaml", "file:///etc/passwd", "http://169.254.169.254/latest/meta-data/",
	"http://[::1]/", "http://2130706433/", "gopher://127.0.0.1:25/x", "a\r\nX-Injected: yes", "a\nb", "\t", "\x7f", "=1+1", "@SUM(1)", "2026-13-45", "0000-00-00",
	"9999-12-31T23:59:60Z", "-0001-01-01", "24:00", "* * * * *", "*/0 * * * *", "Europe/Nowhere", "a@b", "@", "a@b@c", `"a b"@c.d`, "third@EXAMPLE.com", "x@example.com\r\nBcc: y@example.com",
	"__proto__", "constructor", "%s%n%d", "id", "undefined", "anonymous", "admin", "basket", "../admin", "*", "last", ",", ",,,", "1,2", "1,x",
}

// text is a text of any sort.
func (d dice) text() string {
	switch d.IntN(5) {
	case 0:
		return d.letters(d.IntN(12))
	case 1:
		return d.letters(d.IntN(400))
	}
	return pick(d, nasty...)
}

func (d dice) letters(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(pick(d, "a", "Ж", "1", ",", "[", "]", "{", "}", `"`, `\`, "%", "'", ";", "--", "@", ".", " ", "\n", "\x00", "\u202e", "💥", "%s", "${", "<b>", "\xff", "/"))
	}
	return b.String()
}

// json is any value of JSON, of so many levels; now and then it is none.
func (d dice) json(levels int) string {
	if levels == 0 {
		return pick(d, "null", "0")
	}
	switch d.IntN(12) {
	case 0:
		return "null"
	case 1:
		return pick(d, "true", "false")
	case 2:
		return strconv.FormatInt(d.Int64()-d.Int64(), 10)
	case 3, 4:
		return pick(d, "0", "1", "-1", "1.5", "1e400", "-0", "1e2", "1.0", "9223372036854775807", "9223372036854775808", "NaN", "01", strings.Repeat("7", 300))
	case 5:
		return fmt.Sprintf("[%s, %s]", d.json(levels-1), d.json(levels-1))
	case 6:
		return fmt.Sprintf(`{%q: %s, "id": %s, "id": %s}`, pick(d, "product_info", "quantity", "a", ""), d.json(levels-1), d.json(levels-1), d.json(levels-1))
	case 7:
		return pick(d, "[]", "{}", "[null]", "[[]]", "[{}]", `[1,`, `{"a"`, strings.Repeat("[", 2000), strings.Repeat("[", 200)+strings.Repeat("]", 200))
	case 8:
		return strconv.Quote(d.json(levels - 1)) // a string that holds some
	}
	return quoted(d.text())
}

// quoted writes a string of JSON; bytes that are no UTF-8 stay what they are.
func quoted(s string) string {
	text, _ := json.Marshal(s) // a string always encodes
	if strings.Contains(s, "\xff") || strings.Contains(s, "\xc3(") {
		return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\x00", `\u0000`, "\r", `\r`, "\t", `\t`).Replace(s) + `"`
	}
	return string(text)
}

// of is a value of JSON for a schema: most of the time one that it allows.
func (d dice) of(doc document, s map[string]any, id func() string, levels int) string {
	if ref, is := s["$ref"].(string); is {
		s = doc.resolve(ref)
	}
	if levels == 0 || d.oneIn(12) {
		return d.json(2)
	}
	if enum, is := s["enum"].([]any); is {
		return quoted(fmt.Sprint(pick(d, enum...)))
	}
	if examples, is := s["examples"].([]any); is && d.oneIn(3) {
		if text, err := json.Marshal(pick(d, examples...)); err == nil {
			return string(text)
		}
	}
	types := typesOf(s)
	if len(types) == 0 {
		return d.json(2)
	}
	switch pick(d, types...) {
	case "integer":
		return pick(d, id(), strconv.Itoa(d.IntN(5)), strconv.Quote(id()))
	case "number":
		return pick(d, "0", "1", "99.5", "1500", `"10.01"`)
	case "boolean":
		return pick(d, "true", "false", `"on"`, `"0"`)
	case "array":
		items := make([]string, d.IntN(4))
		for i := range items {
			items[i] = d.of(doc, object(s["items"]), id, levels-1)
		}
		return "[" + strings.Join(items, ", ") + "]"
	case "object":
		var list []string
		properties := object(s["properties"])
		for _, name := range sortedKeys(properties) {
			if slices.Contains(array(s["required"]), any(name)) && !d.oneIn(8) || d.oneIn(2) {
				list = append(list, strconv.Quote(name)+": "+d.of(doc, object(properties[name]), id, levels-1))
			}
		}
		return "{" + strings.Join(list, ", ") + "}"
	case "string":
		return quoted(pick(d, "Роза", "a", "2026-11-01", "2026-11-01T10:00:00Z", "nobody@example.com", "x", d.letters(3), "https://list.example.invalid/x", "0 4 * * *"))
	}
	return "null"
}

// argument is a value of a parameter as it stands in an address or a header.
func (d dice) argument(doc document, s map[string]any, id func() string) string {
	if d.oneIn(3) {
		return d.text()
	}
	v := d.of(doc, s, id, 2)
	var text string
	if json.Unmarshal([]byte(v), &text) == nil {
		return text
	}
	return v
}

// escape writes a text into an address, sometimes as it should not be.
func (d dice) escape(text string) string {
	switch d.IntN(20) {
	case 0:
		return "%00" + url.PathEscape(text)
	case 1:
		return pick(d, "%zz", "%", "%ff", "%D9%A1", "%2F..%2F", "%252e%252e", "..%2f..%2f", ";a=b", "%0d%0aX-Injected:%20yes")
	}
	return url.QueryEscape(text)
}
