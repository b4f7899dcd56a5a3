package reading

// parameters reads the characteristics of a good: an object, or a list of
// objects with name and value.
func (b *builder) parameters() {
	v := b.good.get("parameters")
	if v == nil || v.kind == nullKind {
		return
	}
	switch {
	case v.kind != objectKind && v.kind != listKind:
		b.about(noteBadParameters, "parameters")
		return
	case len(v.fields) > maxParameters || len(v.list) > maxParameters:
		b.about(noteTooManyParameters, "parameters", maxParameters)
		return
	}
	var seen parameterNames
	seen.most = max(len(v.fields), len(v.list))
	for _, f := range v.fields {
		b.parameter(f.key, f.value, f.line, &seen)
	}
	for _, entry := range v.list {
		if entry.kind != objectKind {
			b.report(noteBadParameters, entry.line, "parameters")
			continue
		}
		name := entry.get("name")
		switch {
		case name == nil || name.kind == nullKind:
			b.report(noteParameterNoName, entry.line, "parameters")
		case !name.scalar():
			b.report(noteNotText, name.line, "parameters")
		default:
			b.parameter(name.text, entry.get("value"), entry.line, &seen)
		}
	}
}

// parameterNames are those of a good, and their lines.
type parameterNames struct {
	texts
	lines []int
	most  int
}

// parameter adds one; v may be nil; seen are those before.
func (b *builder) parameter(name string, v *value, line int, seen *parameterNames) {
	nul := hasNUL(name)
	name = clean(name)
	report := func(n note, args ...any) { b.report(n, line, "parameters", args...) }
	switch {
	case nul:
		report(noteNUL)
		return
	case name == "":
		report(noteParameterNoName)
		return
	case longer(name, maxParamName):
		report(noteParameterNameLong, maxParamName)
		return
	}
	if at, twice := seen.add(name); twice {
		report(noteParameterTwice, name, seen.lines[at])
		return
	}
	seen.lines = append(seen.lines, line)
	if v == nil {
		report(noteParameterEmpty, name)
		return
	}
	s, ok := shown(v)
	switch {
	case !ok:
		report(noteParameterValue, name)
	case v.hasNUL():
		report(noteNUL)
	case s == "":
		report(noteParameterEmpty, name)
	case longer(s, maxParamValue):
		report(noteParameterValueLong, name, maxParamValue)
	default:
		if b.row.Parameters == nil {
			b.row.Parameters = make([]Parameter, 0, seen.most)
		}
		b.row.Parameters = append(b.row.Parameters, Parameter{name, s})
	}
}
