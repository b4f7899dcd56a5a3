package writing

import (
	"io"
	"strconv"
)

// jsonWriter writes the base form as JSON, a line for each good.
type jsonWriter struct{ text }

func newJSON(w io.Writer, head Head) (Writer, error) {
	j := &jsonWriter{newText(w, head)}
	j.write("{\n")
	if head.Shop != "" {
		j.write(`"shop": `, quoted(head.Shop), ",\n")
	}
	if head.URL != "" {
		j.write(`"url": `, quoted(head.URL), ",\n")
	}
	j.write(`"categories": [`)
	for i, name := range head.Categories {
		j.write(separator(i), `{"id": `, strconv.Itoa(i+1), `, "name": `, quoted(name), "}")
	}
	j.write("\n],\n" + `"goods": [`)
	return j, j.failed
}

// separator stands before the i-th element of a list whose elements have a line each.
func separator(i int) string {
	if i == 0 {
		return "\n"
	}
	return ",\n"
}

func (j *jsonWriter) Write(g Good) error {
	category, err := j.category(g.Category)
	if err != nil {
		return err
	}
	if j.some {
		j.write(",")
	}
	j.some = true
	before := "\n{"
	for _, m := range members(g, category, j.shops) {
		j.write(before, `"`, m.key, `": `)
		before = ", "
		switch {
		case m.value != "":
			j.write(m.value)
		case m.list != nil:
			j.write("[")
			for i, s := range m.list {
				j.write(comma(i), s)
			}
			j.write("]")
		default:
			j.write("{")
			for i, p := range m.pairs {
				j.write(comma(i), p[0], ": ", p[1])
			}
			j.write("}")
		}
	}
	j.write("}")
	return j.failed
}

// comma stands before the i-th element of a list on one line.
func comma(i int) string {
	if i == 0 {
		return ""
	}
	return ", "
}

func (j *jsonWriter) Close() error {
	j.write("\n]\n}\n")
	return j.end()
}
