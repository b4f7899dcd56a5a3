package api

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/platform/fault"
)

// coerce makes the arguments what the schema says, leniently: 12 and "12",
// true and "on" are the same. Names that the schema does not know are dropped.
// It tells every wrong argument at once.
func (b *bodies) coerce(args map[string]any) error {
	maps.DeleteFunc(args, func(name string, _ any) bool { return b.schema.Properties[name] == nil })
	bad, missing := b.object(b.schema, args)
	switch {
	case len(missing) > 0 && b.fields:
		return withMissing(bad, missing)
	case len(missing) > 0:
		return fault.Missing.Fact("Missing", missing)
	case bad != nil:
		return bad
	}
	return nil
}

// object coerces each property; bad is nil when none is wrong, missing are the
// obligatory ones that are absent.
func (b *bodies) object(s *huma.Schema, args map[string]any) (bad *fault.Error, missing []string) {
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		property := resolve(b.api.huma, s.Properties[name])
		v, given := args[name]
		if given && property.Type != huma.TypeString && v == "" {
			given = false // how a form says nothing
		}
		if !given {
			delete(args, name)
			if slices.Contains(s.Required, name) {
				missing = append(missing, name)
			}
			continue
		}
		out, e := b.value(property, name, v)
		if e != nil {
			if len(e.Fields) == 0 {
				return e, nil // the value can't even be parsed
			}
			bad = joined(bad, e)
			continue
		}
		args[name] = out
	}
	return bad, missing
}

// joined is one fault that says what both say.
func joined(a, b *fault.Error) *fault.Error {
	if a == nil {
		return b
	}
	c := *a
	c.Fields = append(slices.Clone(a.Fields), b.Fields...)
	return &c
}

func withMissing(bad *fault.Error, missing []string) *fault.Error {
	for _, name := range missing {
		bad = joined(bad, fault.BadArguments.WithText(name, fault.Required()))
	}
	return bad
}

func (b *bodies) value(s *huma.Schema, name string, v any) (any, *fault.Error) {
	wrong := func(t fault.Text) (any, *fault.Error) { return nil, fault.BadArguments.WithText(name, t) }
	if v == nil {
		return wrong(fault.Null())
	}
	switch s.Type {
	case huma.TypeString:
		text, ok := asString(v)
		if !ok {
			return wrong(fault.NotString())
		}
		if strings.ContainsRune(text, 0) {
			return wrong(fault.NULs())
		}
		if text != "" && len(s.Enum) > 0 && !slices.Contains(s.Enum, any(text)) {
			return wrong(fault.NotOneOf(s.Enum))
		}
		return text, nil
	case huma.TypeInteger:
		n, ok := asInteger(v)
		if !ok {
			return wrong(fault.NotInteger())
		}
		return n, nil
	case huma.TypeNumber: // amounts are the only ones
		return asAmount(name, v)
	case huma.TypeBoolean:
		yes, ok := asBoolean(v)
		if !ok {
			return wrong(fault.NotBoolean())
		}
		return yes, nil
	case huma.TypeArray:
		return b.array(resolve(b.api.huma, s.Items), name, v)
	}
	panic("api: no reading of " + s.Type + " for " + name)
}

func asString(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	}
	return "", false
}

func asInteger(v any) (int64, bool) {
	text, ok := asString(v)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return n, err == nil
}

func asBoolean(v any) (yes, ok bool) {
	if yes, ok := v.(bool); ok {
		return yes, true
	}
	text, _ := asString(v)
	switch strings.ToLower(strings.TrimSpace(text)) {
	case "y", "yes", "t", "true", "on", "1":
		return true, true
	case "n", "no", "f", "false", "off", "0":
		return false, true
	}
	return false, false
}

// maxItems is the longest list in a body.
const maxItems = 1000

// array reads a list of numbers or of words, real or separated by commas (words
// by spaces too), or a list of objects, real or as a string that holds JSON.
func (b *bodies) array(items *huma.Schema, name string, v any) (any, *fault.Error) {
	objects := items.Type == huma.TypeObject
	switch text := v.(type) {
	case string:
		if items.Type == huma.TypeString && !strings.HasPrefix(strings.TrimSpace(text), "[") {
			v = wordList(text)
			break
		}
		if !objects && !strings.HasPrefix(strings.TrimSpace(text), "[") {
			v = commaList(text)
			break
		}
		parsed, err := parseJSON(dropTrailingCommas([]byte(text)))
		if err != nil {
			return nil, fault.Malformed
		}
		v = parsed
	case json.Number:
		v = []any{text}
	}
	list, ok := v.([]any)
	if !ok {
		return nil, fault.Malformed
	}
	if len(list) == 0 && !objects {
		return nil, fault.Missing
	}
	if len(list) > maxItems {
		return nil, fault.BadArguments.With(name, "Не больше 1000 элементов.", "No more than 1000 items.")
	}
	for i, item := range list {
		if items.Type == huma.TypeString {
			word, bad := b.value(items, name, item)
			if bad != nil {
				return nil, bad
			}
			list[i] = word
			continue
		}
		if !objects {
			n, ok := asInteger(item)
			if !ok {
				return nil, fault.BadArguments.WithText(name, fault.NotInteger())
			}
			list[i] = n
			continue
		}
		args, ok := item.(map[string]any)
		if !ok {
			return nil, fault.Malformed
		}
		bad, missing := b.object(items, args)
		if bad = withMissing(bad, missing); bad != nil {
			return nil, bad.Fact("Item", i)
		}
		maps.DeleteFunc(args, func(field string, _ any) bool { return items.Properties[field] == nil })
	}
	return list, nil
}

// commaList keeps the parts that are numbers; others are skipped, as the
// specification does.
func commaList(text string) []any {
	list := []any{}
	for part := range strings.SplitSeq(text, ",") {
		if n, ok := asInteger(part); ok {
			list = append(list, json.Number(strconv.FormatInt(n, 10)))
		}
	}
	return list
}

// wordList cuts a text at commas and spaces.
func wordList(text string) []any {
	list := []any{}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) }) {
		list = append(list, word)
	}
	return list
}

// dropTrailingCommas forgives a comma before a closing bracket: the samples of
// the specification have them.
func dropTrailingCommas(text []byte) []byte {
	out := make([]byte, 0, len(text))
	inString, escaped := false, false
	for _, c := range text {
		switch {
		case escaped:
			escaped = false
		case inString && c == '\\':
			escaped = true
		case c == '"':
			inString = !inString
		case !inString && (c == ']' || c == '}'):
			end := len(out)
			for end > 0 && strings.IndexByte(" \t\r\n", out[end-1]) >= 0 {
				end--
			}
			if end > 0 && out[end-1] == ',' {
				out = out[:end-1]
			}
		}
		out = append(out, c)
	}
	return out
}
