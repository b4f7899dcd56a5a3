package reading

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTrade: what a purchaser's papers need has the same keys in every format.
func TestTrade(t *testing.T) {
	t.Parallel()
	want := Row{
		ExternalID: "1", Category: "Одна", Name: "Имя", Price: 1000, HasPrice: true, Quantity: 5, HasQuantity: true, AtLeast: true,
		Unit: Unit{"778", "упак"}, VAT: "10", Barcodes: []string{"4600000000015", "96385074"}, VendorCode: "0012", Vendor: "Заря",
		MinQuantity: 10, Multiple: 5,
	}
	for name, text := range map[string]string{
		"YAML": "currency: usd\ncategories:\n- name: Одна\ngoods:\n- id: 1\n  category: Одна\n  name: Имя\n  price: 10\n  quantity: '>5'\n" +
			"  unit: уп.\n  vat: 10%\n  barcode: [4600000000015, 96385074, 96385074]\n  vendor_code: 0012\n  vendor: Заря\n  min_quantity: 10 уп\n  multiple: 5\n",
		"JSON": `{"currency": "$", "categories": [{"name": "Одна"}], "goods": [{"id": 1, "category": "Одна", "name": "Имя", "price": 10, "quantity": "5+",` +
			`"unit": {"code": "778", "name": null}, "vat": "VAT_10", "barcode": "4600000000015, 96385074", "vendor_code": "0012", "vendor": "Заря",` +
			`"min_quantity": 10, "multiple": "5.0"}]}`,
	} {
		rows, r, err := drain([]byte(text), Options{})
		if err != nil || len(rows) != 1 {
			t.Errorf("%s: %v %v", name, rows, err)
			continue
		}
		rows[0].Line = 0
		if diff := cmp.Diff(want, rows[0]); diff != "" || r.Head().Currency != "USD" {
			t.Errorf("%s: currency %s, row (-want +got):\n%s", name, r.Head().Currency, diff)
		}
		if codes := strings.Join(brief(r.Problems()), ", "); !strings.HasSuffix(codes, "(quantity_at_least) quantity") || len(r.Problems()) != 1 {
			t.Errorf("%s: %s", name, codes)
		}
	}
}

// oneGood is a list of one good with further fields.
func oneGood(fields string) []byte {
	return []byte(`{"categories": [{"id": 1, "name": "Одна"}], "goods": [{"id": 1, "category": 1, "name": "Имя", "price": 1, "quantity": 1, ` + fields + `}]}`)
}

// TestTradeNeverKeepsAGoodOut: all that is wrong there is a warning.
func TestTradeNeverKeepsAGoodOut(t *testing.T) {
	t.Parallel()
	many := `"barcode": "` + strings.TrimSuffix(manyBarcodes(maxBarcodes+1), " ") + `"`
	for fields, code := range map[string]string{
		`"unit": 12`:                       "bad_unit",
		`"vat": "19%"`:                     "bad_vat",
		`"barcode": "4600000000016"`:       "barcode_check_digit",
		`"barcode": "12345"`:               "bad_barcode",
		`"barcode": ["4600000000015", {}]`: "bad_barcode",
		many:                               "too_many_barcodes",
		`"min_quantity": "много"`:          "bad_order_step",
		`"multiple": 2.5`:                  "bad_order_step",
		`"multiple": -1`:                   "bad_order_step",
	} {
		rows, r, err := drain(oneGood(fields), Options{})
		if err != nil || len(rows) != 1 || r.Failed() || len(r.Problems()) != 1 || r.Problems()[0].Code != code {
			t.Errorf("%.40s: %d rows, %v %v, want %s", fields, len(rows), err, brief(r.Problems()), code)
		}
	}
}

// manyBarcodes are different ones of a length that has no check digit.
func manyBarcodes(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString("1234567")
		b.WriteByte(byte('0' + i/10))
		b.WriteByte(byte('0' + i%10))
		b.WriteByte(' ')
	}
	return b.String()
}

func TestCurrencyOfAList(t *testing.T) {
	t.Parallel()
	good := func(id, price, more string) string {
		return `{"id": ` + id + `, "category": 1, "name": "Имя", "price": ` + price + `, "quantity": 1` + more + `}`
	}
	list := func(head string, goods ...string) []byte {
		return []byte(`{` + head + `"categories": [{"id": 1, "name": "Одна"}], "goods": [` + strings.Join(goods, ",\n") + `]}`)
	}
	const usd = `, "currency": "USD"`
	for name, c := range map[string]struct {
		data     []byte
		currency string
		rows     int
		problems []string
	}{
		"none":                  {list("", good("1", "1", "")), "", 1, nil},
		"of the list":           {list(`"currency": "тенге", `, good("1", "1", "")), "KZT", 1, nil},
		"of goods":              {list("", good("1", "1", usd), good("2", "1", usd)), "USD", 2, nil},
		"roubles":               {list("", good("1", `"1 руб."`, ""), good("2", "1", "")), "RUB", 2, nil},
		"a sign":                {list("", good("1", `"$1.5"`, ""), good("2", `"1 USD"`, "")), "USD", 2, nil},
		"a mixture":             {list("", good("1", "1", ""), good("2", "1", usd)), "RUB", 1, []string{"2 currency_mixed currency"}},
		"a mixture of signs":    {list("", good("1", `"1 ₽"`, ""), good("2", `"1 €"`, "")), "RUB", 1, []string{"2 currency_mixed price"}},
		"not that of the list":  {list(`"currency": "USD", `, good("1", "1", ""), good("2", `"1 ₽"`, "")), "USD", 1, []string{"2 currency_mixed price"}},
		"another of the РРЦ":    {list("", good("1", "1", `, "price_rrc": "2 $"`)), "", 0, []string{"1 currency_mixed price_rrc"}},
		"no currency of a good": {list("", good("1", "1", `, "currency": "у.е."`)), "", 0, []string{"1 currency currency"}},
		"no currency of a list": {list(`"currency": [], `, good("1", "1", "")), "", 0, []string{"1 currency currency"}},
	} {
		rows, r, err := drain(c.data, Options{})
		if err != nil || len(rows) != c.rows || r.Head().Currency != c.currency || !cmp.Equal(c.problems, brief(r.Problems())) {
			t.Errorf("%s: %d rows, currency %q, %v %v", name, len(rows), r.Head().Currency, err, brief(r.Problems()))
		}
	}
}

// TestPartialLists: with partial goods without a name have prices and stock alone.
func TestPartialLists(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"YAML": "partial: true\ngoods:\n- id: 1\n  price: 10\n- id: 2\n  quantity: 3\n- id: 3\n",
		"JSON": `{"partial": true, "goods": [{"id": 1, "price": 10},` + "\n" + `{"id": 2, "quantity": 3},` + "\n" + `{"id": 3}]}`,
	} {
		rows, r, err := drain([]byte(text), Options{})
		if err != nil || r.Failed() || !r.Partial() || len(rows) != 2 || !rows[0].Slim() || rows[0].HasQuantity || rows[1].HasPrice || rows[1].Quantity != 3 ||
			len(r.Problems()) != 1 || r.Problems()[0].Code != "nothing_to_change" {
			t.Errorf("%s: %+v %v %v", name, rows, err, r.Problems())
		}
	}
	for _, text := range []string{"goods:\n- id: 1\n  price: 10\n", "partial: false\ngoods:\n- id: 1\n  price: 10\n", "partial: maybe\ngoods:\n- id: 1\n"} {
		if rows, r, err := drain([]byte(text), Options{}); err != nil || !r.Failed() || len(rows) > 0 {
			t.Errorf("%q: %v %v", text, rows, err)
		}
	}
}
