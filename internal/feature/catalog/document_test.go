package catalog_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/money"
)

// hostile texts have been the end of some JSON or HTML.
var hostile = []string{
	"", " ", `"`, `\`, `\"`, `'`, "`", "</script><script>alert(1)</script>", "<!--", "&amp;&lt;", "{{.}}", "${x}", "%s%d",
	"\u2028", "\u2029", "\u0085", "\u0001", "\u001f", "\u007f", "\t", "\r\n", "\ufeff", "\ufffd", "\U0010ffff",
	"😀", "👩‍👩‍👧‍👦", "é", "ёЁ", "шт.\u00a0", "\u202egnp.exe", "null", "true", "-0", "1e999", `{"id":1}`, `],"x":[`, "--", "';drop table offers",
}

// text draws what a price list may say: any valid text without NUL.
func text() *rapid.Generator[string] {
	piece := rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringMatching(`[ -~а-яё]{0,8}`), rapid.String())
	return rapid.Custom(func(t *rapid.T) string {
		s := strings.Join(rapid.SliceOfN(piece, 0, 4).Draw(t, "pieces"), "")
		return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "?")
	})
}

func listing() *rapid.Generator[catalog.Listing] {
	return rapid.Custom(func(t *rapid.T) catalog.Listing {
		draw := func(what string) string { return text().Draw(t, what) }
		price := rapid.Int64Range(0, int64(money.MaxPrice))
		l := catalog.Listing{
			Line: 1, ExternalID: draw("id"), Category: draw("category"), Name: draw("name"), Model: draw("model"),
			Price: money.Kopecks(price.Draw(t, "price")), Quantity: rapid.Int64Range(0, 1_000_000_000).Draw(t, "quantity"),
			Description: draw("description"), URL: draw("url"),
			Pictures: rapid.SliceOfN(text(), 0, 3).Draw(t, "pictures"),
			UnitCode: draw("unit"), UnitName: draw("unit's name"), VAT: draw("vat"), Vendor: draw("vendor"), VendorCode: draw("code"),
			Barcodes: rapid.SliceOfN(text(), 0, 3).Draw(t, "barcodes"), AtLeast: rapid.Bool().Draw(t, "at least"),
			MinQuantity: rapid.Int64Range(0, 1000).Draw(t, "min"), Multiple: rapid.Int64Range(0, 1000).Draw(t, "multiple"),
		}
		if rapid.Bool().Draw(t, "has rrc") {
			rrc := money.Kopecks(price.Draw(t, "rrc"))
			l.PriceRRC = &rrc
		}
		for range rapid.IntRange(0, 3).Draw(t, "parameters") {
			l.Parameters = append(l.Parameters, catalog.Parameter{Name: draw("parameter"), Value: draw("value")})
		}
		return l
	})
}

// asJSON is the object that the contract promises for a listing.
func asJSON(l catalog.Listing, id catalog.OfferID, shop partner.ShopID) map[string]any {
	number := func(v any) json.Number { return json.Number(fmt.Sprint(v)) }
	parameters := []any{}
	for _, p := range l.Parameters {
		parameters = append(parameters, map[string]any{"parameter": p.Name, "value": p.Value})
	}
	object := map[string]any{
		"id": number(id), "quantity": number(l.Quantity), "model": l.Model, "shop": number(shop),
		"product": map[string]any{"name": l.Name, "category": l.Category},
		"price":   number(l.Price), "price_rrc": nil, "external_id": l.ExternalID, "product_parameters": parameters,
	}
	if l.PriceRRC != nil {
		object["price_rrc"] = number(*l.PriceRRC)
	}
	return object
}

func decode[T any](t *rapid.T, body []byte) (v T) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
	return v
}

func TestDocumentsAreJSONWhateverTheTexts(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "Чайная")
		rapid.Check(t, func(r *rapid.T) {
			list := rapid.SliceOfNDistinct(listing(), 1, 4, func(l catalog.Listing) string { return l.ExternalID }).Draw(r, "list")
			m.Sell(t, shop, list...)
			offers := m.Offers(t, shop)
			want := map[string]map[string]any{}
			for _, l := range list {
				id := offers[l.ExternalID].ID
				want[fmt.Sprint(id)] = asJSON(l, id, shop.ID)
			}
			page, err := m.Catalog.Page(t.Context(), catalog.Filter{Limit: 10})
			if err != nil {
				r.Fatal(err)
			}
			got := map[string]map[string]any{}
			for _, o := range decode[[]map[string]any](r, page.Body) {
				got[fmt.Sprint(o["id"])] = o
			}
			if diff := cmp.Diff(want, got); diff != "" {
				r.Fatalf("(-want +got)\n%s", diff)
			}
			for _, l := range list {
				card, err := m.Catalog.Card(t.Context(), offers[l.ExternalID].ID)
				if err != nil {
					r.Fatal(err)
				}
				pictures := []any{}
				for _, p := range l.Pictures {
					pictures = append(pictures, p)
				}
				barcodes := []any{}
				for _, b := range l.Barcodes {
					barcodes = append(barcodes, b)
				}
				more := map[string]any{
					"description": l.Description, "url": l.URL, "pictures": pictures,
					"vendor": l.Vendor, "vendor_code": l.VendorCode, "barcodes": barcodes, "vat": l.VAT,
					"unit":         map[string]any{"code": l.UnitCode, "name": l.UnitName},
					"min_quantity": json.Number(fmt.Sprint(max(1, l.MinQuantity))), "multiple": json.Number(fmt.Sprint(max(1, l.Multiple))),
					"quantity_at_least": l.AtLeast,
				}
				if diff := cmp.Diff(more, decode[map[string]any](r, []byte("{"+card.Details+"}"))); diff != "" {
					r.Fatalf("the card (-want +got)\n%s", diff)
				}
			}
		})
	})
}

func TestMoreIsNotAvailableThanNone(t *testing.T) {
	t.Parallel()
	got := string((&catalog.Shown{ID: 7, Available: -3, Price: 150, Document: `"model":""`}).AppendJSON([]byte("x")))
	if want := `x{"id":7,"quantity":0,"price":1.50,"price_rrc":null,"model":""}`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
