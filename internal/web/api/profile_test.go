package api_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
)

// What a supplier says of its lists stays said, and what makes no sense changes
// nothing.
func TestProfile(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, _ := w.open(t)
	p := w.people[shop].Person
	put := func(body string) apptest.Answer {
		return a.Do(t, p, "PUT", "partner/profile", apptest.JSON(body))
	}
	first := a.Get(t, p, "partner/profile").Want(t, 200).Object(t)
	want := put(`{"sheet": "Прайс*", "header_row": 3, "columns": [{"header": "Цена", "field": "price"}, {"index": 2, "field": "name"}],
		"currency": "USD", "withdrawn_percent": 20, "errors": "good_rows"}`).Want(t, 200).Object(t)
	if first["price_percent"] != want["price_percent"] || want["withdrawn_percent"] != 20.0 || want["errors"] != "good_rows" || want["sheet"] != "Прайс*" {
		t.Errorf("%v", want)
	}
	for _, bad := range []string{
		`{"withdrawn_percent": -1}`, `{"withdrawn_percent": 101}`, `{"price_percent": 100}`, `{"price_percent": 100001}`,
		`{"header_row": -2}`, `{"header_row": 9223372036854775807}`, `{"errors": "some"}`,
		`{"columns": [{"header": "Цена", "field": "cost"}]}`, `{"columns": [{"field": "price"}]}`, `{"columns": [{"header": "Цена"}]}`,
		`{"columns": [{"header": [5], "field": "price"}]}`, `{"columns": [{"index": -1, "field": "price"}]}`, `{"columns": [null]}`, `{"columns": ["price"]}`,
		`{"columns": [{"header": "Цена", "field": "price"}, {"header": "Цена опт", "field": "price"}]}`,
		`{"currency": "доллар"}`,
	} {
		checkRefused(t, bad, put(bad), 400)
	}
	got := a.Get(t, p, "partner/profile").Want(t, 200).Object(t)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	put(`{"columns": []}`).Want(t, 200)
	if got := a.Get(t, p, "partner/profile").Want(t, 200).Object(t); len(array(got["columns"])) != 0 || got["header_row"] != 3.0 {
		t.Errorf("%v", got)
	}
}
