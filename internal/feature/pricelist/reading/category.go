package reading

// categories are those that a list declares: names by id, and by name.
type categories struct {
	byID   map[string]declared
	byName map[string]string // folded name -> name
	// incomplete: some are wrong, so that an unknown one may be nobody's fault.
	incomplete bool
	open       bool // there is nothing to declare: a good names its category itself
}

type declared struct {
	name string
	line int
}

// find returns the name of the category that a good names by id, else by name.
func (c *categories) find(key string) (string, bool) {
	if c.open {
		return key, true
	}
	if d, ok := c.byID[key]; ok {
		return d.name, true
	}
	name, ok := c.byName[fold(key)]
	return name, ok
}

// readCategories reads the value of the root's key categories.
func (r *Reader) readCategories(line int) error {
	v, err := r.doc.value()
	if err != nil {
		return err
	}
	r.categories = &categories{byID: map[string]declared{}, byName: map[string]string{}}
	for _, m := range v.remarks {
		r.categoryProblem(m.note.at(m.line, m.key, m.args...))
	}
	switch {
	case v.kind == nullKind || v.kind == listKind && len(v.list) == 0:
		r.categoryProblem(noteNoCategories.at(line, "categories"))
	case v.kind != listKind:
		r.categoryProblem(noteCategoriesNotList.at(line, "categories"))
	}
	for _, entry := range v.list {
		if err := r.readCategory(entry); err != nil {
			return err
		}
		if r.problems.full() {
			return nil
		}
	}
	return nil
}

func (r *Reader) categoryProblem(p Problem) {
	r.problems.add(p)
	r.categories.incomplete = r.categories.incomplete || p.Severity == Error
}

func (r *Reader) readCategory(v *value) error {
	if v.kind != objectKind {
		r.categoryProblem(noteCategoryNotObject.at(v.line, "categories"))
		return nil
	}
	for _, f := range v.fields {
		if f.value.kind == listKind && nesting[f.key] {
			return broken(noteNested.at(f.line, "categories", f.key))
		}
	}
	v.repeated(func(f field, first int) {
		r.categoryProblem(noteDuplicateKey.at(f.line, "categories", f.key, first))
	})
	name, bad := readText(v.get("name"), true, maxCategory)
	if bad != nil {
		r.categoryProblem(bad.at(v.lineOf("name"), "categories"))
		return nil
	}
	id, bad := readText(v.get("id"), false, maxID)
	if bad != nil {
		r.categoryProblem(bad.at(v.lineOf("id"), "categories"))
		return nil
	}
	if id != "" {
		if first, twice := r.categories.byID[id]; twice && first.name != name {
			r.categoryProblem(noteCategoryTwice.at(v.lineOf("id"), "categories", id, first.line))
			return nil
		}
		r.categories.byID[id] = declared{name, v.line}
	}
	if _, has := r.categories.byName[fold(name)]; !has {
		r.categories.byName[fold(name)] = name
	}
	return nil
}

// nesting are the keys under which some dialects keep goods inside of a category.
var nesting = map[string]bool{"products": true, "goods": true, "items": true, "offers": true, "product_infos": true}
