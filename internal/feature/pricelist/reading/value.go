package reading

import "slices"

type kind int

const (
	nullKind kind = iota
	boolKind
	textKind // also a number: its digits as they are written
	listKind
	objectKind
)

// value is a piece of a list in any format.
type value struct {
	kind   kind
	line   int
	sheet  string // of a good: the sheet of the workbook that it stands on
	cell   string // of a workbook: "B5"
	text   string // of a boolean: "true" or "false"
	list   []*value
	fields []field // in the order of the file, a key maybe more than once

	remarks []remark // what its maker says about it
	gone    bool     // a good that is to be withdrawn; it has an id alone
}

type field struct {
	key   string
	line  int
	value *value
}

// scalar tells whether v has a text of its own.
func (v *value) scalar() bool { return v.kind == textKind || v.kind == boolKind }

// hasNUL tells whether v, or an element of its list, has a NUL in its text.
func (v *value) hasNUL() bool {
	return hasNUL(v.text) || slices.ContainsFunc(v.list, (*value).hasNUL)
}

// get returns the value of a key, or nil.
func (v *value) get(key string) *value {
	for _, f := range v.fields {
		if f.key == key {
			return f.value
		}
	}
	return nil
}

// lineOf returns the line of a key, or that of v when it has none such.
func (v *value) lineOf(key string) int {
	for _, f := range v.fields {
		if f.key == key {
			return f.line
		}
	}
	return v.line
}

// repeated calls found for each key that an object inside of v, or v itself,
// has already.
func (v *value) repeated(found func(f field, first int)) {
	v.twice(found)
	for _, inner := range v.list {
		inner.repeated(found)
	}
	for _, f := range v.fields {
		f.value.repeated(found)
	}
}

// twice is repeated for the keys of v alone.
func (v *value) twice(found func(f field, first int)) {
	const few = 16 // comparing them all is faster than a map
	if len(v.fields) <= few {
		for i, f := range v.fields {
			if first := v.lineOf(f.key); slices.ContainsFunc(v.fields[:i], func(o field) bool { return o.key == f.key }) {
				found(f, first)
			}
		}
		return
	}
	lines := make(map[string]int, len(v.fields))
	for _, f := range v.fields {
		if first, has := lines[f.key]; has {
			found(f, first)
		} else {
			lines[f.key] = f.line
		}
	}
}

// cellOf is the address of a field of a good in a workbook, else of its row; "" in
// other formats.
func (v *value) cellOf(key string) string {
	if v.sheet == "" {
		return ""
	}
	if f := v.get(key); f != nil && f.cell != "" {
		return v.sheet + "!" + f.cell
	}
	return v.sheet + "!" + place(0, v.line)
}
