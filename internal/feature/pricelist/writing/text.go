package writing

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"zakup/internal/feature/pricelist/reading"
)

// text is a list that declares its categories and is written as text.
type text struct {
	to         *bufio.Writer
	categories map[string]int // their numbers, from 1
	shops      bool
	some       bool // a good is written
	failed     error
}

func newText(w io.Writer, head Head) text {
	t := text{to: bufio.NewWriter(w), categories: make(map[string]int, len(head.Categories)), shops: head.Shops}
	for i, name := range head.Categories {
		t.categories[name] = i + 1
	}
	return t
}

func (t *text) write(texts ...string) {
	for _, s := range texts {
		if t.failed == nil {
			_, t.failed = t.to.WriteString(s)
		}
	}
}

// category returns the number of a declared category.
func (t *text) category(name string) (int, error) {
	id, declared := t.categories[name]
	if !declared && t.failed == nil {
		t.failed = fmt.Errorf("writing: the category %q is not declared", name)
	}
	return id, t.failed
}

func (t *text) end() error {
	if t.failed != nil {
		return t.failed
	}
	return t.to.Flush()
}

// quantityText is a quantity as people write it: "50", or ">50" when there may
// be more.
func quantityText(r reading.Row) string {
	n := strconv.FormatInt(r.Quantity, 10)
	if r.AtLeast {
		return ">" + n
	}
	return n
}

// positive is a number, "" when it is not said.
func positive(n int64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatInt(n, 10)
}
