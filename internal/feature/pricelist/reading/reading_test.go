package reading

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// drain reads a list to its end.
func drain(data []byte, options Options) ([]Row, *Reader, error) {
	r, err := Open(bytes.NewReader(data), options)
	if err != nil {
		return nil, nil, err
	}
	rows, err := rest(r)
	return rows, r, err
}

func rest(r *Reader) ([]Row, error) {
	var rows []Row
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

// brief writes problems so that a table can hold them.
func brief(problems []Problem) []string {
	var lines []string
	for _, p := range problems {
		s := fmt.Sprintf("%d %s", p.Line, p.Code)
		if p.Severity == Warning {
			s = fmt.Sprintf("%d (%s)", p.Line, p.Code)
		}
		if p.Field != "" {
			s += " " + p.Field
		}
		lines = append(lines, s)
	}
	return lines
}

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestGoodLists(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]struct {
		head     Head
		rows     []Row
		problems []string
	}{
		"official.yaml": {
			head: Head{Shop: "Ромашка", URL: "https://romashka.example/price"},
			rows: []Row{
				{
					Line: 12, ExternalID: "501", Category: "Чайники", Name: "Чайник «Весна» 1,7 л", Model: "vesna/1700",
					Price: 199000, HasPrice: true, PriceRRC: 249050, HasRRC: true, Quantity: 12, HasQuantity: true,
					Parameters: []Parameter{{"Объём (л)", "1.7"}, {"Цвет", "белый"}},
				},
				{Line: 23, ExternalID: "502", Category: "Лампы", Name: "Лампа «Луч» 7 Вт", Model: "luch/7", Price: 8990, HasPrice: true, HasQuantity: true},
			},
		},
		"by_name.yaml": {
			rows: []Row{{Line: 5, ExternalID: "AS-0017", Category: "Лампы", Name: "Лампа «Луч»", Price: 9990, HasPrice: true, Quantity: 3, HasQuantity: true}},
		},
		"types.yaml": {
			head: Head{Shop: "Типы"},
			rows: []Row{
				{
					Line: 5, ExternalID: "0123", Category: "Разное", Name: "2020-01-01", Model: "1_000", Price: 1, HasPrice: true, Quantity: 5, HasQuantity: true,
					Parameters: []Parameter{
						{"Умный", "да"},
						{"Складной", "нет"},
						{"Да словом", "yes"},
						{"В кавычках", "true"},
						{"Формат", "16:9"},
						{"Вес", "6.50"},
						{"Код", "0x1F"},
						{"Цвета", "белый, да, 2"},
						{"Много строк", "одна две"},
						{"2024", "год"},
						{"Явно", "010"},
					},
				},
				{Line: 27, ExternalID: "-7", Category: "Правда", Name: "Имя в две строки", Price: 211036, HasPrice: true, Quantity: 3, HasQuantity: true},
				{
					Line: 35, ExternalID: "6F9619FF-8B86-D011-B42D-00CF4FC964FF", Category: "Разное", Name: "Третий",
					Description: "первая\nвторая", URL: "https://romashka.example/3", Pictures: []string{"https://romashka.example/1.jpg"},
					HasPrice: true, HasQuantity: true,
				},
			},
			problems: []string{
				"19 (parameter_empty) parameters", "20 (parameter_empty) parameters",
				"33 (quantity_fraction) quantity", "39 (quantity_negative) quantity", "43 (bad_picture) pictures",
			},
		},
		"odd_quotes.yaml": {
			head: Head{Shop: "Ромашка и братья"},
			rows: []Row{
				{Line: 7, ExternalID: "1", Category: "Чайники - и лампы", Name: "Чайник - белый goods: shop: да", Price: 500, HasPrice: true, Quantity: 1, HasQuantity: true},
				{Line: 15, ExternalID: "2", Category: "Чайники - и лампы", Name: "Второй", Price: 600, HasPrice: true, Quantity: 2, HasQuantity: true},
			},
		},
		"goods_first.yaml": {
			head: Head{Shop: "Потом"},
			rows: []Row{
				{Line: 4, ExternalID: "1", Category: "Пятая", Name: "Первый", Price: 100, HasPrice: true, Quantity: 1, HasQuantity: true},
				{Line: 10, ExternalID: "2", Category: "Пятая", Name: "Второй", Price: 200, HasPrice: true, Quantity: 2, HasQuantity: true},
			},
		},
		"flow.yaml": {
			head: Head{Shop: "Поток"},
			rows: []Row{
				{Line: 2, ExternalID: "a", Category: "Одна", Name: "А", Price: 100, HasPrice: true, Quantity: 1, HasQuantity: true},
				{Line: 3, ExternalID: "b", Category: "Одна", Name: "Б", Price: 200, HasPrice: true, Quantity: 2, HasQuantity: true},
			},
		},
		"root_list.yaml": {
			head: Head{Shop: "Список"},
			rows: []Row{{Line: 6, ExternalID: "1", Category: "Одна", Name: "Первый", Price: 1000, HasPrice: true, Quantity: 1, HasQuantity: true}},
		},
		"official.json": {
			head: Head{Shop: "Ромашка"},
			rows: []Row{
				{
					Line: 8, ExternalID: "501", Category: "Чайники", Name: "Чайник «Весна» 1,7 л", Price: 199000, HasPrice: true, Quantity: 12, HasQuantity: true,
					Parameters: []Parameter{{"Объём (л)", "1.70"}, {"Умный", "да"}, {"Цвета", "белый, синий"}},
				},
				{
					Line: 22, ExternalID: "00-502", Category: "Чайники", Name: "Второй", Price: 120050, HasPrice: true, Quantity: 1, HasQuantity: true,
					Pictures: []string{"https://romashka.example/1.jpg"},
				},
			},
			problems: []string{"19 (parameter_empty) parameters", "22 (unknown_key) brand"},
		},
		"root_list.json": {
			head: Head{Shop: "Список"},
			rows: []Row{{
				Line: 2, ExternalID: "1", Category: "Третья", Name: "Первый", Price: 150, HasPrice: true, Quantity: 1, HasQuantity: true,
				Parameters: []Parameter{{"Цвет", "белый"}},
			}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, r, err := drain(fixture(t, "good/"+name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want.rows, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(want.problems, brief(r.Problems())); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if r.Head() != want.head {
				t.Errorf("head = %+v, want %+v", r.Head(), want.head)
			}
			if r.Failed() {
				t.Error("the list counts as failed")
			}
			if format := filepath.Ext(name)[1:]; r.Format() != format {
				t.Errorf("format = %s, want %s", r.Format(), format)
			}
		})
	}
}

func TestBadLists(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"python_tag.yaml":     {"8 tag"},
		"own_tag.yaml":        {"1 tag"},
		"alias_bomb.yaml":     {"2 alias"},
		"alias_in_goods.yaml": {"10 alias"},
		"merge_key.yaml":      {"6 merge_key"},
		"deep.yaml":           {"6 too_deep"},
		"deep.json":           {"3 too_deep"},
		"tab.yaml":            {"6 syntax"},
		"indent.yaml":         {"7 syntax"},
		"truncated.yaml":      {"7 syntax"},
		"truncated.json":      {"3 syntax"},
		"syntax.json":         {"3 syntax"},
		"trailing.json":       {"4 syntax"},
		"documents.yaml":      {"6 several_documents"},
		"nested.yaml":         {"4 nested_goods categories"},
		"no_goods.json":       {"1 no_goods goods"},
		"null_goods.yaml":     {"4 no_goods goods"},
		"text_goods.json":     {"2 goods_not_list goods"},
		"object_goods.yaml":   {"4 goods_not_list goods"},
		"bare_list.json":      {"3 root_not_object"},
		"text.yaml":           {"1 root_not_object"},
		"duplicate_root.yaml": {"5 duplicate_key shop"},
		"duplicate_keys.json": {"3 duplicate_key price", "4 duplicate_key goods"},
		"duplicate_keys.yaml": {"8 duplicate_key name", "13 duplicate_parameter parameters"},
		"nul.json": {
			"3 nul_character id", "3 nul_character name", "4 nul_character parameters",
			"5 nul_character parameters",
		},
		"categories.yaml": {
			"2 category_not_object categories", "4 blank categories", "5 required categories",
			"6 not_text categories", "10 duplicate_category categories",
		},
		"category_text.yaml": {"1 categories_not_list categories"},
		"goods.yaml": {
			"5 good_not_object",
			"6 required category", "6 required name", "6 required price", "6 (quantity_absent) quantity",
			"7 duplicate_id id", "8 category_undeclared category", "9 blank name", "10 bad_price price",
			"11 bad_price price_rrc", "12 (quantity_unknown) quantity",
			"13 bad_id id", "16 not_text model", "17 price_negative price", "18 quantity_too_high quantity",
			"19 null id", "22 price_too_high price", "23 bad_quantity quantity", "24 duplicate_parameter parameters",
			"24 parameter_no_name parameters", "24 bad_parameter_value parameters", "24 bad_parameters parameters",
			"30 (unknown_key) qantity", "29 (rrc_below_price) price_rrc", "25 (quantity_absent) quantity",
			"31 parameter_no_name parameters",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rows, r, err := drain(fixture(t, "bad/"+name), Options{})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, brief(r.Problems())); diff != "" {
				t.Errorf("problems (-want +got):\n%s", diff)
			}
			if !r.Failed() {
				t.Error("the list does not count as failed")
			}
			for _, p := range r.Problems() {
				if p.Text.RU == "" || p.Text.EN == "" || p.Text.RU == p.Text.EN {
					t.Errorf("%s: not in two languages: %+v", p.Code, p.Text)
				}
			}
			for _, row := range rows {
				if row.ExternalID != "1" && row.ExternalID != "2" && row.ExternalID != "лучший" {
					t.Errorf("a row with errors was yielded: %+v", row)
				}
			}
		})
	}
}

// TestEmptyLists: a list that says itself that it has no goods is held by the
// pipeline, not refused here.
func TestEmptyLists(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"empty_goods.json", "empty_goods.yaml", "empty.yml", "empty_offers.yml", "empty.xml", "deleted.xml"} {
		rows, r, err := drain(fixture(t, "good/"+name), Options{})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if last := r.Problems()[len(r.Problems())-1]; len(rows) > 0 || r.Failed() || last.Code != "empty_list" {
			t.Errorf("%s: %d rows, %v", name, len(rows), brief(r.Problems()))
		}
	}
}

func TestBadListsYieldTheirGoodRows(t *testing.T) {
	t.Parallel()
	for name, want := range map[string][]string{
		"goods.yaml":          {"лучший"},
		"duplicate_keys.yaml": {"2"},
		"truncated.json":      {"1"},
		"categories.yaml":     nil,
	} {
		rows, _, err := drain(fixture(t, "bad/"+name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, row := range rows {
			ids = append(ids, row.ExternalID)
		}
		if diff := cmp.Diff(want, ids); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReasonsAreTranslated(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"tab.yaml":       "Ошибка разметки: табуляция в отступе: нужны пробелы",
		"truncated.yaml": "Ошибка разметки: не закрыта кавычка",
		"indent.yaml":    "Ошибка разметки: двоеточие в неожиданном месте: возьмите текст в кавычки или проверьте отступ",
		"truncated.json": "Ошибка разметки: файл обрывается",
		"syntax.json":    "Ошибка разметки: лишний символ '\"' после значения: ожидается запятая или }",
	} {
		_, r, err := drain(fixture(t, "bad/"+name), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Problems()[0].Text.RU; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestProblemsNameTheGood(t *testing.T) {
	t.Parallel()
	_, r, err := drain(fixture(t, "bad/goods.yaml"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range r.Problems() {
		if p.Code == "duplicate_id" {
			if p.ExternalID != "1" || p.Text.EN != "A good with the id 1 is already in line 6" {
				t.Errorf("%+v", p)
			}
			return
		}
	}
	t.Error("no duplicate_id")
}

type failing struct{ Source }

var errDisk = errors.New("the disk is gone")

func (f failing) Read([]byte) (int, error) { return 0, errDisk }

func TestFailureOfTheSource(t *testing.T) {
	t.Parallel()
	if _, err := Open(failing{bytes.NewReader(nil)}, Options{}); !errors.Is(err, errDisk) {
		t.Errorf("err = %v", err)
	}
}
