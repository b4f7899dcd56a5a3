package postman

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tests is the script that looks at the answer: its status, the keys that the
// document promises, and what the step expects; then it keeps what later steps
// need.
func (d *document) tests(o *operation, s step) ([]string, error) {
	status := s.status
	if status == 0 {
		status = http.StatusOK
	}
	lines := []string{fmt.Sprintf(`pm.test("status %d", () => pm.response.to.have.status(%d));`, status, status)}
	switch answer := d.answer(o, status); {
	case answer != nil:
		lines = append(lines, `const body = pm.response.json();`, d.keys(answer))
	case o.text(status):
		lines = append(lines, `const body = pm.response.text();`)
	case o.file(status):
	default:
		return nil, fmt.Errorf("the document has no JSON for the status %d, no text and no file", status)
	}
	for expression, want := range s.expect.all {
		lines = append(lines, fmt.Sprintf(`pm.test(%s, () => pm.expect(%s).to.eql(%s));`,
			strconv.Quote(expression), expression, want))
	}
	for name, expression := range s.save.all {
		lines = append(lines, fmt.Sprintf(`pm.collectionVariables.set(%q, %s);`, name, expression))
	}
	return lines, nil
}

// keys is the test of the obligatory keys of an answer, or of each of its items.
func (d *document) keys(answer *schema) string {
	if answer.is("array") {
		return `pm.test("a list of what is promised", () => { pm.expect(body).to.be.an("array"); ` +
			`body.forEach((one) => pm.expect(one).to.include.all.keys(` + quoted(d.resolve(answer.Items).Required) + `)); });`
	}
	return `pm.test("what is promised", () => pm.expect(body).to.include.all.keys(` + quoted(answer.Required) + `));`
}

func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strconv.Quote(name)
	}
	return strings.Join(list, ", ")
}

// used finds the variables that a text mentions, as {{name}} or in a script.
var used = regexp.MustCompile(`\{\{(\w+)\}\}|pm\.variables\.get\("(\w+)"\)`)

// known tells whether the collection has the variables that a step uses.
func known(s step) error {
	var names []string
	if s.as != "" {
		names = append(names, s.as)
	}
	for name := range s.save.all {
		names = append(names, name)
	}
	for _, text := range slices.Concat(s.args, s.expect) {
		for _, match := range used.FindAllStringSubmatch(text, -1) {
			names = append(names, match[1]+match[2])
		}
	}
	for _, name := range names {
		if !slices.ContainsFunc(variables, func(v setting) bool { return v.name == name }) {
			return fmt.Errorf("the collection has no variable %q", name)
		}
	}
	return nil
}
