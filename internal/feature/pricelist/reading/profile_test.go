package reading

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/fault"
)

func TestProfileValidate(t *testing.T) {
	t.Parallel()
	good := Profile{
		Sheet: "Прайс*", HeaderRow: 7, Currency: "RUB", RestParameters: true,
		Columns: []Column{{Header: "Код", Field: FieldID}, {Index: 2, Field: FieldName}, {Index: 3, Field: FieldQuantity}, {Index: 4, Field: FieldQuantity}},
	}
	if err := good.Validate(); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		change func(*Profile)
		field  string
	}{
		"header row":    {func(p *Profile) { p.HeaderRow = -2 }, "header_row"},
		"far header":    {func(p *Profile) { p.HeaderRow = sampleRows + 1 }, "header_row"},
		"currency":      {func(p *Profile) { p.Currency = "рубль" }, "currency"},
		"field":         {func(p *Profile) { p.Columns[0].Field = "colour" }, "columns[0].field"},
		"no place":      {func(p *Profile) { p.Columns[1].Index = 0 }, "columns[1].index"},
		"far place":     {func(p *Profile) { p.Columns[1].Index = 201 }, "columns[1].index"},
		"place twice":   {func(p *Profile) { p.Columns[2].Index = 2 }, "columns[2]"},
		"header twice":  {func(p *Profile) { p.Columns = append(p.Columns, Column{Header: " КОД. ", Field: FieldIgnore}) }, "columns[4]"},
		"field twice":   {func(p *Profile) { p.Columns[0].Field = FieldName }, "columns[1].field"},
		"long sheet":    {func(p *Profile) { p.Sheet = string(make([]byte, 101)) }, "sheet"},
		"many columns":  {func(p *Profile) { p.Columns = make([]Column, 201) }, "columns"},
		"NUL in header": {func(p *Profile) { p.Columns[0].Header = "Код\x00" }, "columns[0].header"},
	} {
		p := good
		p.Columns = append([]Column(nil), good.Columns...)
		c.change(&p)
		err := p.Validate()
		if f := fault.As(err); !errors.Is(err, BadProfile) || f.Fields[0].Name != c.field || f.Fields[0].Text.RU == "" || f.Fields[0].Text.EN == "" {
			t.Errorf("%s: %v, want %s", name, err, c.field)
		}
	}
}

func TestProfileIsStored(t *testing.T) {
	t.Parallel()
	p := Profile{Sheet: "Лист1", HeaderRow: NoHeader, Columns: []Column{{Header: "Код", Field: FieldID}}, Currency: "USD"}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var back Profile
	if err := json.Unmarshal(data, &back); err != nil || !cmp.Equal(p, back) {
		t.Errorf("%v %s", err, data)
	}
}

func TestSheetPatterns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"", "Лист1", true},
		{"лист1", "Лист1", true},
		{"Лист1", "Лист12", false},
		{"Прайс*", "прайс на март", true},
		{"*март", "Прайс на март", true},
		{"*на*", "Прайс на март", true},
		{"П*на*т", "Прайс на март", true},
		{"П*на*т", "Прайс март", false},
		{"*аба*ба", "аба", false},
		{"*", "что угодно", true},
	} {
		if got := (Profile{Sheet: c.pattern}).sheetMatches(c.name); got != c.want {
			t.Errorf("%q reads %q: %v", c.pattern, c.name, got)
		}
	}
}
