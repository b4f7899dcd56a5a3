package pricelist_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
)

// rich writes a list whose goods have everything that a list can say, each
// version with other words; the first good is gone in each later version.
func rich(version, goods int) string {
	var b strings.Builder
	b.WriteString("categories: [{id: 1, name: Чай}, {id: 2, name: Кофе}]\ngoods:\n")
	for i := version; i < version+goods; i++ {
		fmt.Fprintf(&b, `- id: %[1]d
  category: %[3]d
  name: Товар %[1]d версии %[2]d
  model: m/%[1]d/%[2]d
  price: %[4]d
  price_rrc: %[5]d
  quantity: %[2]d
  unit: %[6]s
  vat: %[7]d
  barcode: "%[8]d"
  vendor: Завод %[2]d
  vendor_code: V-%[2]d
  min_quantity: %[2]d
  multiple: %[2]d
  description: Описание %[2]d
  url: https://example.com/%[2]d
  pictures: ["https://example.com/%[2]d.jpg"]
  parameters: {Цвет: "%[2]d"}
`, i, version, 1+version%2, 1000+version, 2000+version, []string{"шт", "кг"}[version%2], []int{10, 22}[version%2], 4600000000000+int64(version))
	}
	return b.String()
}

// offers are the rows of the shop's offers, as texts, by the first column.
func offers(t *testing.T, m *markettest.Market) []string { return m.Tables(t, "offers")["offers"] }

func rollBack(t *testing.T, m *markettest.Market, shop partner.Shop, id pricelist.ID) pricelist.Import {
	t.Helper()
	back, err := m.Lists.Roll(t.Context(), shop.Owner, id)
	if err != nil {
		t.Fatal(err)
	}
	return get(t, m, shop, back)
}

// cannot checks that the import can't be rolled back, and that nothing came of it.
func cannot(t *testing.T, m *markettest.Market, shop partner.Shop, id pricelist.ID, want string) {
	t.Helper()
	before := m.Tables(t)
	_, err := m.Lists.Roll(t.Context(), shop.Owner, id)
	if code := markettest.Code(t, err); code != want {
		t.Errorf("rolling %d back: %q, want %q", id, code, want)
	}
	if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
		t.Errorf("(-before +after)\n%s", diff)
	}
}

// restored checks that the offers there were are again what they were, and that
// none that came since is for sale.
func restored(t *testing.T, m *markettest.Market, before []string) {
	t.Helper()
	var now []string
	id := func(row string) string { return row[:strings.Index(row, " ")] }
	for _, row := range offers(t, m) {
		if slices.ContainsFunc(before, func(b string) bool { return id(b) == id(row) }) {
			now = append(now, row)
		} else if !strings.Contains(row, "withdrawn=true") && !strings.Contains(row, "withdrawn=1") {
			t.Errorf("it is still for sale: %s", row)
		}
	}
	if diff := cmp.Diff(before, now); diff != "" {
		t.Errorf("the offers (-before +after)\n%s", diff)
	}
}

func TestRollbackRestoresEverything(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		load(t, m, other, rich(1, 3))
		states, lists := [][]string{offers(t, m)}, []pricelist.Import{{}}
		texts := []string{"", rich(1, 5), rich(2, 5), "partial: true\n" + rich(3, 2) + "- {id: 6, price: 1500, quantity: 77}\n"}
		for n := 1; n < len(texts); n++ {
			i := load(t, m, shop, texts[n])
			if i.State != pricelist.Applied {
				t.Fatalf("list %d: %+v", n, i)
			}
			states, lists = append(states, offers(t, m)), append(lists, i)
		}
		cannot(t, m, shop, lists[1].ID, "not_the_current_version")
		cannot(t, m, shop, lists[2].ID, "not_the_current_version")
		for n := len(lists) - 1; n > 0; n-- {
			back := rollBack(t, m, shop, lists[n].ID)
			restored(t, m, states[n-1])
			was := get(t, m, shop, lists[n].ID)
			if was.State != pricelist.Applied || was.RolledBackAt == nil || !was.RolledBackAt.Equal(markettest.Now) {
				t.Errorf("list %d: %+v", n, was)
			}
			want := []any{pricelist.Rollback, pricelist.Applied, true, lists[n].ID, lists[n].Updated + lists[n].Withdrawn, lists[n].Created}
			got := []any{back.Kind, back.State, back.Final(), back.Repeats, back.Updated, back.Withdrawn}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the record of %d (-want +got)\n%s", n, diff)
			}
			cannot(t, m, shop, lists[n].ID, "not_the_current_version")
			cannot(t, m, shop, back.ID, "not_the_current_version")
		}
		if n := m.Number(t, `select count(*) from offers where shop_id = $1 and not withdrawn`, shop.ID); n != 0 {
			t.Errorf("%d offers are for sale, and there is no list", n)
		}
		// The same file again is a new list.
		again := load(t, m, shop, texts[1])
		if again.ID == lists[1].ID || again.State != pricelist.Applied || again.Updated != 5 {
			t.Errorf("%+v", again)
		}
		rollBack(t, m, shop, again.ID)
	})
}

// What was never applied can't be taken back.
func TestOnlyAppliedListsAreRolledBack(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		first := load(t, m, shop, list("shop", 3, 1000))
		refused := load(t, m, shop, list("shop", 3, "bad"))
		cannot(t, m, shop, refused.ID, "not_the_current_version")
		waiting := try(t, m, shop, list("shop", 3, 3000))
		cannot(t, m, shop, waiting.ID, "not_the_current_version")
		cannot(t, m, shop, waiting.ID+1, "not_found")
		dry, err := m.Lists.FromFile(t.Context(), shop.Owner, shop.ID, "x", strings.NewReader(list("shop", 2, 1000)), pricelist.Options{DryRun: true})
		if err != nil {
			t.Fatal(err)
		}
		cannot(t, m, shop, dry, "not_the_current_version")
		work(t, m, shop, dry)
		cannot(t, m, shop, dry, "not_the_current_version")
		rollBack(t, m, shop, first.ID) // none of those stands in the way
		if got := sold(t, m, shop); got != "" {
			t.Errorf("sold %s", got)
		}
	})
}

func TestOldVersionsAreForgotten(t *testing.T) {
	const lists, kept = 12, 10
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		load(t, m, other, list("other", 2, 1))
		elsewhere := load(t, m, other, list("other", 2, 1.5))
		var ids []pricelist.ID
		for n := range lists {
			ids = append(ids, load(t, m, shop, list("shop", 2, 1000+n)).ID)
		}
		for n, id := range ids {
			want := int64(2)
			if n < lists-kept || n == 0 { // the first changed no offer
				want = 0
			}
			if got := m.Number(t, `select count(*) from offer_versions where import_id = $1`, id); got != want {
				t.Errorf("list %d: %d versions are kept, want %d", n, got, want)
			}
		}
		for n := lists - 1; n >= lists-kept; n-- {
			rollBack(t, m, shop, ids[n])
			if got, want := sold(t, m, shop), ofList(2, 1000+n-1); got != want {
				t.Errorf("list %d: sold %s, want %s", n, got, want)
			}
		}
		cannot(t, m, shop, ids[1], "version_forgotten")
		rollBack(t, m, other, elsewhere.ID)
	})
}

// Orders are contracts: neither a list nor its rollback changes one, and what
// they have reserved stays so.
func TestRollbackKeepsOrders(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 3, 1000))
		second := load(t, m, shop, list("shop", 4, 1100))
		buyer := m.Buyer(t, "buyer")
		basket := m.Fill(t, buyer, m.Want(t, shop, "1", 4), m.Want(t, shop, "4", 3))
		if _, err := m.Orders.Place(t.Context(), buyer, basket.ID, m.Contact(t, buyer)); err != nil {
			t.Fatal(err)
		}
		placed := func() map[string][]string {
			return m.Tables(t, "orders", "order_parts", "order_lines")
		}
		before := placed()
		rollBack(t, m, shop, second.ID)
		if diff := cmp.Diff(before, placed()); diff != "" {
			t.Errorf("an order was changed (-before +after)\n%s", diff)
		}
		got := m.Offers(t, shop)
		if got["1"].Reserved != 4 || got["1"].OnHand != 10 || got["1"].Price != 100_000 || got["4"].Reserved != 3 || !got["4"].Withdrawn {
			t.Errorf("%+v", got)
		}
	})
}

// Orders and a rollback at once do not lose each other's work.
func TestRaceOfARollbackAndOrders(t *testing.T) {
	const buyers = 8
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		load(t, m, shop, list("shop", 2, 1000))
		second := load(t, m, shop, list("shop", 2, 1100))
		type cart struct{ place func() error }
		var carts []cart
		for _, b := range m.Buyers(t, buyers) {
			basket, contact := m.Fill(t, b, m.Want(t, shop, "1", 1)), m.Contact(t, b)
			carts = append(carts, cart{func() error {
				_, err := m.Orders.Place(t.Context(), b, basket.ID, contact)
				return err
			}})
		}
		got := markettest.Codes(t, markettest.AtOnce(buyers+1, func(i int) error {
			if i == buyers {
				_, err := m.Lists.Roll(t.Context(), shop.Owner, second.ID)
				return err
			}
			return carts[i].place()
		}))
		reserved := m.Offers(t, shop)["1"].Reserved
		if want := m.Number(t, `select coalesce(sum(quantity), 0) from order_lines`); reserved != want || reserved != int64(got[""]-1) {
			t.Errorf("%d reserved, %d ordered: %v", reserved, want, got)
		}
		if got := sold(t, m, shop); got != ofList(2, "1000") {
			t.Errorf("sold %s", got)
		}
	})
}

// A decision that dies at any statement has changed nothing.
func TestDecisionsAreAllOrNothing(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		dies := func(name string, decide func(ctx context.Context) error) {
			t.Helper()
			for n := int64(1); ; n++ {
				before, ctx := m.Tables(t), m.Dying(t, n)
				err := decide(ctx)
				if err == nil {
					if n < 4 {
						t.Errorf("%s: it took fewer than %d statements", name, n)
					}
					return
				}
				if !errors.Is(err, context.Canceled) {
					t.Fatalf("%s, statement %d: %v", name, n, err)
				}
				if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
					t.Fatalf("%s, statement %d (-before +after)\n%s", name, n, diff)
				}
			}
		}
		load(t, m, shop, list("shop", 3, 1000))
		last := load(t, m, shop, list("shop", 4, 1100))
		dies("roll", func(ctx context.Context) error { _, err := m.Lists.Roll(ctx, shop.Owner, last.ID); return err })
		if got := sold(t, m, shop); got != ofList(3, "1000") {
			t.Errorf("sold %s", got)
		}
		one := try(t, m, shop, list("shop", 3, 3000))
		dies("discard", func(ctx context.Context) error { return m.Lists.Discard(ctx, shop.Owner, one.ID) })
		two := try(t, m, shop, list("shop", 3, 4000))
		dies("apply", func(ctx context.Context) error { return m.Lists.Apply(ctx, shop.Owner, two.ID) })
		if i := work(t, m, shop, two.ID); i.State != pricelist.Applied || sold(t, m, shop) != ofList(3, "4000") {
			t.Errorf("%+v", i)
		}
	})
}
