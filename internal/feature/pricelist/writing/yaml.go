package writing

import (
	"io"
	"strconv"
)

// yamlWriter writes the base form, in block style. Every text is in double
// quotes, so that no reader takes it for a number, a date or a yes.
type yamlWriter struct{ text }

func newYAML(w io.Writer, head Head) (Writer, error) {
	y := &yamlWriter{newText(w, head)}
	if head.Shop != "" {
		y.write("shop: ", quoted(head.Shop), "\n")
	}
	if head.URL != "" {
		y.write("url: ", quoted(head.URL), "\n")
	}
	y.write("categories:")
	if len(head.Categories) == 0 {
		y.write(" []")
	}
	y.write("\n")
	for i, name := range head.Categories {
		y.write("  - id: ", strconv.Itoa(i+1), "\n    name: ", quoted(name), "\n")
	}
	y.write("goods:")
	return y, y.failed
}

func (y *yamlWriter) Write(g Good) error {
	category, err := y.category(g.Category)
	if err != nil {
		return err
	}
	if !y.some {
		y.some = true
		y.write("\n")
	}
	before := "  - "
	for _, m := range members(g, category, y.shops) {
		y.write(before, m.key, ":")
		before = "    "
		switch {
		case m.value != "":
			y.write(" ", m.value)
		default:
			for _, s := range m.list {
				y.write("\n      - ", s)
			}
			for _, p := range m.pairs {
				y.write("\n      ", p[0], ": ", p[1])
			}
		}
		y.write("\n")
	}
	return y.failed
}

func (y *yamlWriter) Close() error {
	if !y.some {
		y.write(" []\n")
	}
	return y.end()
}
