package pricelist_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/pricelist"
)

// patience is how long the queue may take.
const patience = 30 * time.Second

func TestAFileThroughTheQueue(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, text := m.Shop(t, "shop"), list("Чайная", 3, 100.5)
		id, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, `C:\прайсы\май.yaml`, strings.NewReader(text), pricelist.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := pricelist.Import{
			ID: id, Shop: shop.ID, Kind: pricelist.List, FileName: "май.yaml", State: pricelist.Received,
			Size: int64(len(text)), CreatedAt: markettest.Now,
		}
		if diff := cmp.Diff(want, get(t, m, shop, id), public); diff != "" {
			t.Errorf("before (-want +got)\n%s", diff)
		}
		m.Work(t)
		got, err := m.Lists.Wait(t.Context(), shop.Owner, id, patience, nil)
		if err != nil {
			t.Fatal(err)
		}
		end := markettest.Now
		want.State, want.Format, want.Rows, want.Created, want.FinishedAt = pricelist.Applied, "yaml", 3, 3, &end
		want.Done = got.Done // counts with the reader's buffer
		want.Difference = &catalog.Difference{Staged: 3, New: 3, Median: 1}
		if diff := cmp.Diff(want, got, public); diff != "" || got.Done == 0 || got.Done > got.Size {
			t.Errorf("after (-want +got)\n%s", diff)
		}
		if got := sold(t, m, shop); got != ofList(3, "100.50") {
			t.Errorf("sold: %s", got)
		}
	})
}

func TestAnAddressThroughTheQueue(t *testing.T) {
	texts := make(chan string, 2)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="../list.json"`)
		_, _ = fmt.Fprint(w, <-texts)
	}))
	defer server.Close()
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Work(t)
		text := `{"shop": "Чайная", "categories": [{"id": 1, "name": "Чай"}],
			"goods": [{"id": 1, "category": 1, "name": "Товар 1", "price": 100.5, "quantity": 1}]}`
		texts <- text
		id, err := m.Lists.FromURL(t.Context(), shop.Owner, shop.ID, server.URL+"/x?key=1", pricelist.Options{})
		if err != nil {
			t.Fatal(err)
		}
		got, err := m.Lists.Wait(t.Context(), shop.Owner, id, patience, nil)
		if err != nil {
			t.Fatal(err)
		}
		end := markettest.Now
		want := pricelist.Import{
			ID: id, Shop: shop.ID, Kind: pricelist.List, URL: server.URL + "/x?key=1", FileName: "list.json", Format: "json",
			State: pricelist.Applied, Size: int64(len(text)), Done: got.Done, Rows: 1, Created: 1,
			Difference: &catalog.Difference{Staged: 1, New: 1, Median: 1}, CreatedAt: markettest.Now, FinishedAt: &end,
		}
		if diff := cmp.Diff(want, got, public); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if got := sold(t, m, shop); got != "1@100.50" {
			t.Errorf("sold: %s", got)
		}
	})
}

// counts are the numbers of an import.
func counts(i pricelist.Import) string {
	return fmt.Sprintf("%s rows %d created %d updated %d unchanged %d withdrawn %d errors %d warnings %d",
		i.State, i.Rows, i.Created, i.Updated, i.Unchanged, i.Withdrawn, i.Errors, i.Warnings)
}

func TestRecordsCount(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		steps := []struct{ text, want string }{
			{list("shop", 4, 100), "applied rows 4 created 4 updated 0 unchanged 0 withdrawn 0 errors 0 warnings 0"},
			{list("shop", 4, 100) + "# again\n", "applied rows 4 created 0 updated 0 unchanged 4 withdrawn 0 errors 0 warnings 0"},
			{list("shop", 2, 100), "applied rows 2 created 0 updated 0 unchanged 2 withdrawn 2 errors 0 warnings 0"},
			{list("shop", 5, 101), "applied rows 5 created 1 updated 4 unchanged 0 withdrawn 0 errors 0 warnings 0"},
			{list("shop", 2, "дорого"), "refused rows 0 created 0 updated 0 unchanged 0 withdrawn 0 errors 2 warnings 0"},
		}
		var ids []pricelist.ID
		for n, s := range steps {
			i := load(t, m, shop, s.text)
			if got := counts(i); got != s.want {
				t.Errorf("list %d: %s\nwant %s", n, got, s.want)
			}
			ids = append([]pricelist.ID{i.ID}, ids...)
		}
		other := m.Shop(t, "other")
		mine := load(t, m, other, list("other", 1, 1))
		if _, err := m.Lists.Get(t.Context(), shop.Owner, mine.ID); markettest.Code(t, err) != "not_found" {
			t.Errorf("another's record: %v", err)
		}
		var got []pricelist.ID
		for before := pricelist.ID(0); ; {
			page, err := m.Lists.History(t.Context(), shop.Owner, before, 2)
			if err != nil {
				t.Fatal(err)
			}
			if len(page) == 0 {
				break
			}
			for _, i := range page {
				got, before = append(got, i.ID), i.ID
			}
		}
		if diff := cmp.Diff(ids, got); diff != "" {
			t.Errorf("history, newest first (-want +got)\n%s", diff)
		}
	})
}

// Wait returns when its time is over, with the import as it is.
func TestWaitIsNotForEver(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		id := receive(t, m, shop, list("shop", 1, 1))
		i, err := m.Lists.Wait(t.Context(), shop.Owner, id, time.Millisecond, nil)
		if err != nil || i.State != pricelist.Received {
			t.Errorf("%s, %v", i.State, err)
		}
		if _, err := m.Lists.Wait(t.Context(), shop.Owner, id+1, patience, nil); markettest.Code(t, err) != "not_found" {
			t.Errorf("an unknown import: %v", err)
		}
	})
}

func TestNamesOfShops(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "default")
		name := func() string {
			s, err := m.Shops.Of(t.Context(), shop.Owner)
			if err != nil {
				t.Fatal(err)
			}
			return s.Name
		}
		steps := []struct{ said, want, warning string }{
			{"", "default", ""},
			{"Первый", "Первый", ""},           // the first list that names the shop
			{"ПЕРВЫЙ", "Первый", ""},           // much the same
			{"Второй", "Первый", "other_shop"}, // is only told
			{"", "Первый", ""},
		}
		step := func(said, want, warning string) {
			t.Helper()
			i := load(t, m, shop, list(`"`+said+`"`, 1, 1))
			if i.State != pricelist.Applied || name() != want {
				t.Errorf("%q: %s, the name is %q, want %q", said, i.State, name(), want)
			}
			problems, err := m.Lists.Problems(t.Context(), i.ID)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, p := range problems {
				if p.Field == "shop" && p.Severity == "warning" {
					got += strings.TrimSuffix(p.Code, "_name")
				}
			}
			if got != warning || i.Warnings != int64(len(problems)) {
				t.Errorf("%q: %d warnings, %v", said, i.Warnings, problems)
			}
		}
		for _, s := range steps {
			step(s.said, s.want, s.warning)
		}
		named := "Наш"
		if err := m.Shops.Describe(t.Context(), shop.Owner, &named, nil, nil); err != nil {
			t.Fatal(err)
		}
		step("Первый", "Наш", "other_shop")
	})
}

// The bytes of the last list are kept, those of earlier ones are not.
func TestBytesOfEarlierListsAreForgotten(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		elsewhere := load(t, m, other, list("other", 1, 1))
		kept := func(id pricelist.ID) bool {
			return m.Number(t, `select count(*) from import_chunks where import_id = $1`, id) > 0
		}
		one := load(t, m, shop, list("shop", 1, 1))
		two := load(t, m, shop, list("shop", 2, 2))
		three := receive(t, m, shop, list("shop", 3, 3))
		if kept(one.ID) || !kept(two.ID) || !kept(three) {
			t.Errorf("kept: %v %v %v", kept(one.ID), kept(two.ID), kept(three))
		}
		work(t, m, shop, three)
		four := load(t, m, shop, list("shop", 1, "bad"))
		if kept(two.ID) || kept(three) || !kept(four.ID) || !kept(elsewhere.ID) {
			t.Errorf("kept: %v %v %v, of another shop %v", kept(two.ID), kept(three), kept(four.ID), kept(elsewhere.ID))
		}
	})
}
