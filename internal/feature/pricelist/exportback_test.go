package pricelist_test

import (
	"bytes"
	"testing"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/money"
)

// richGood is a good that has all there is, and what formats may spoil.
func richGood() catalog.Listing {
	rrc := money.Kopecks(13_176_471)
	return catalog.Listing{
		ExternalID: "=007", Category: "Чай «Ёлка» & Ко", Name: "1984", Model: "", Price: 11_000_050, PriceRRC: &rrc,
		Quantity: 50, AtLeast: true,
		Parameters: []catalog.Parameter{
			{Name: "Цвет", Value: "синий; белый"}, {Name: "Ед. изм", Value: "шт"}, {Name: `Размер: \ см`, Value: "-5"},
		},
		Description: "Первая строка\n\n=вторая; \"третья\"", URL: "https://example.com/1?a=1&b=2",
		Pictures: []string{"https://example.com/1.jpg", "https://example.com/http://2.jpg"},
		UnitCode: "778", UnitName: "упак", VAT: "none", Barcodes: []string{"4601234567893", "46012341"},
		Vendor: "Завод", VendorCode: "1e5", MinQuantity: 12, Multiple: 6,
	}
}

// A list that the service has written and takes back changes nothing, though the
// supplier's own tables are laid out in another way.
func TestAnExportSentBack(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		goods := append(markettest.Goods(30, 100, 5), richGood())
		goods[3].Parameters = []catalog.Parameter{{Name: "Вес", Value: "5 кг"}, {Name: "Цвет", Value: "белый"}}
		goods[4].Parameters = []catalog.Parameter{{Name: "Цвет", Value: "белый"}, {Name: "Вес", Value: "5 кг"}}
		goods[5].Parameters = []catalog.Parameter{{Name: "Единица измерения", Value: "шт"}} // no unit of the good in YML
		m.Sell(t, shop, goods...)
		own, err := m.Lists.ProfileOf(t.Context(), shop.Owner)
		own.Layout = reading.Profile{
			Sheet: "Склад*", HeaderRow: 5, Currency: "USD",
			Columns: []reading.Column{{Header: "Цена", Field: reading.FieldPriceRRC}, {Header: "Опт", Field: reading.FieldPrice}},
		}
		if err == nil {
			_, err = m.Lists.SetProfile(t.Context(), shop.Owner, as(own))
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range writing.Formats {
			_, data := ready(t, m, shop.Owner, export(t, m, shop.Owner, shop.ID, format))
			id, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "", bytes.NewReader(data), pricelist.Options{})
			if err != nil {
				t.Fatal(err)
			}
			i := work(t, m, shop, id)
			problems, err := m.Lists.Problems(t.Context(), id)
			if err != nil || i.State != pricelist.Applied || i.Created+i.Updated+i.Withdrawn != 0 || i.Unchanged != 31 || i.Errors != 0 {
				t.Errorf("%s: %s: %d created, %d updated, %d unchanged, %d withdrawn, %+v, %v",
					format, i.State, i.Created, i.Updated, i.Unchanged, i.Withdrawn, problems, err)
			}
		}
	})
}

// meanwhile does something when the first bytes come.
type meanwhile struct {
	do   func()
	data bytes.Buffer
}

func (m *meanwhile) Write(p []byte) (int, error) {
	if m.do != nil {
		m.do()
		m.do = nil
	}
	return m.data.Write(p)
}

// What is written is one list, never half of one and half of the next.
func TestAListAppliedUnderAnExport(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 3, 10))
		to := &meanwhile{do: func() { load(t, m, shop, list("shop", 3, 11)) }}
		if _, err := m.Lists.WriteList(t.Context(), to, shop.ID, writing.JSON); err == nil {
			t.Errorf("nobody said so: %s", &to.data)
		}
		to = &meanwhile{}
		if n, err := m.Lists.WriteList(t.Context(), to, shop.ID, writing.JSON); n != 3 || err != nil || !bytes.Contains(to.data.Bytes(), []byte(`"price": 11`)) {
			t.Errorf("%d goods, %v: %s", n, err, &to.data)
		}
	})
}
