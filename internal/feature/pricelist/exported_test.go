package pricelist_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// export asks for an export; nobody works on it yet.
func export(t *testing.T, m *markettest.Market, who account.ID, shop partner.ShopID, format writing.Format) pricelist.ExportID {
	t.Helper()
	id, err := m.Lists.Export(t.Context(), who, shop, format)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// ready works on an export, which becomes ready, and returns its file.
func ready(t *testing.T, m *markettest.Market, who account.ID, id pricelist.ExportID) (pricelist.Export, []byte) {
	t.Helper()
	if err := m.Lists.WorkExport(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	e, err := m.Lists.GetExport(t.Context(), who, id)
	if err != nil || e.State != pricelist.ExportReady {
		t.Fatalf("%+v, %v", e, err)
	}
	secret, err := m.Lists.ExportLink(t.Context(), who, id)
	if err != nil {
		t.Fatal(err)
	}
	return e, download(t, m.Lists, secret, e)
}

func download(t *testing.T, lists *pricelist.Lists, secret string, want pricelist.Export) []byte {
	t.Helper()
	e, file, err := lists.Exported(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	data, err := io.ReadAll(file)
	if err != nil || int64(len(data)) != e.Size || len(data) == 0 {
		t.Fatalf("%d bytes of %d, %v", len(data), e.Size, err)
	}
	if diff := cmp.Diff(want, e); diff != "" {
		t.Errorf("the record of the link (-own +linked)\n%s", diff)
	}
	return data
}

// told are the external ids of a list, in its order.
func told(t *testing.T, data []byte) string {
	t.Helper()
	r, err := reading.Open(bytes.NewReader(data), reading.Options{})
	if err != nil {
		t.Fatalf("%v\n%.500s", err, data)
	}
	var all []string
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row.ExternalID)
	}
	if r.Failed() {
		t.Fatalf("%+v", r.Problems())
	}
	return strings.Join(all, " ")
}

func TestExports(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		m.Sell(t, shop, markettest.Goods(5, 100, 5)...)
		m.Sell(t, shop, markettest.Goods(3, 100, 5)...) // 4 and 5 are withdrawn
		m.Sell(t, other, markettest.Good("7", 200, 1))
		m.Accept(t, other, false) // a closed shop is the administrator's too
		for _, format := range writing.Formats {
			id := export(t, m, shop.Owner, shop.ID, format)
			queued, err := m.Lists.GetExport(t.Context(), shop.Owner, id)
			want := pricelist.Export{
				ID: id, Shop: shop.ID, Format: format, State: pricelist.ExportQueued,
				CreatedAt: markettest.Now, ExpiresAt: markettest.Now.Add(pricelist.ExportLife),
			}
			if diff := cmp.Diff(want, queued); diff != "" || err != nil {
				t.Fatalf("%s: before (-want +got)\n%s %v", format, diff, err)
			}
			e, data := ready(t, m, shop.Owner, id)
			now := markettest.Now
			want.State, want.Rows, want.Size, want.FinishedAt = pricelist.ExportReady, 3, int64(len(data)), &now
			if diff := cmp.Diff(want, e); diff != "" {
				t.Errorf("%s: (-want +got)\n%s", format, diff)
			}
			if got := told(t, data); got != "1 2 3" {
				t.Errorf("%s: %s", format, got)
			}
			all, data := ready(t, m, shop.Owner, export(t, m, shop.Owner, 0, format))
			if all.Rows != 4 || all.Shop != 0 {
				t.Errorf("%s: all shops: %+v", format, all)
			}
			if format != writing.XLSX && (!bytes.Contains(data, []byte(other.Name)) || !bytes.Contains(data, []byte("Товар 7"))) {
				t.Errorf("%s: nothing of the other shop:\n%s", format, data)
			}
		}
		if _, err := m.Lists.Export(t.Context(), shop.Owner, 999, writing.YAML); markettest.Code(t, err) != "not_found" {
			t.Errorf("of no shop: %v", err)
		}
	})
}

func TestNamesOfExports(t *testing.T) {
	e := pricelist.Export{Shop: 7, Format: writing.YML, CreatedAt: markettest.Now}
	if got := e.FileName(); got != "price-list-7-2026-05-04.xml" {
		t.Error(got)
	}
	e.Shop, e.Format = 0, writing.CSV
	if got := e.FileName(); got != "price-lists-2026-05-04.csv" {
		t.Error(got)
	}
}

// What another has asked for is not there.
func TestExportsOfOthers(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		m.Sell(t, shop, markettest.Good("1", 100, 5))
		id := export(t, m, shop.Owner, shop.ID, writing.JSON)
		_, err := m.Lists.ExportLink(t.Context(), shop.Owner, id)
		if markettest.Code(t, err) != "not_found" {
			t.Errorf("a link to what is not ready: %v", err)
		}
		ready(t, m, shop.Owner, id)
		if _, err := m.Lists.GetExport(t.Context(), other.Owner, id); markettest.Code(t, err) != "not_found" {
			t.Errorf("the record: %v", err)
		}
		if _, err := m.Lists.ExportLink(t.Context(), other.Owner, id); markettest.Code(t, err) != "not_found" {
			t.Errorf("a link: %v", err)
		}
		if _, _, err := m.Lists.Exported(t.Context(), "secret"); markettest.Code(t, err) != "not_found" {
			t.Errorf("a wrong secret: %v", err)
		}
		// Only the hash of a secret is kept.
		secret, err := m.Lists.ExportLink(t.Context(), shop.Owner, id)
		if err != nil {
			t.Fatal(err)
		}
		for table, rows := range m.Tables(t) {
			if strings.Contains(strings.Join(rows, "\n"), secret) {
				t.Errorf("%s holds the secret", table)
			}
		}
	})
}

// A link leads nowhere while who made it is blocked.
func TestALinkOfSomebodyBlocked(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Good("1", 100, 5))
		id := export(t, m, shop.Owner, shop.ID, writing.JSON)
		e, _ := ready(t, m, shop.Owner, id)
		secret, err := m.Lists.ExportLink(t.Context(), shop.Owner, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.Shops.Block(t.Context(), shop.Owner); err != nil {
			t.Fatal(err)
		}
		if _, _, err := m.Lists.Exported(t.Context(), secret); markettest.Code(t, err) != "not_found" {
			t.Errorf("blocked: %v", err)
		}
		if _, err := m.Shops.Unblock(t.Context(), shop.Owner); err != nil {
			t.Fatal(err)
		}
		download(t, m.Lists, secret, e)
	})
}

// Of many links the newest work.
func TestLinksAreBounded(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Good("1", 100, 5))
		id := export(t, m, shop.Owner, shop.ID, writing.JSON)
		e, _ := ready(t, m, shop.Owner, id)
		var secrets []string
		for range 21 {
			secret, err := m.Lists.ExportLink(t.Context(), shop.Owner, id)
			if err != nil {
				t.Fatal(err)
			}
			secrets = append(secrets, secret)
		}
		for _, secret := range secrets[1:] {
			download(t, m.Lists, secret, e)
		}
		if _, _, err := m.Lists.Exported(t.Context(), secrets[0]); markettest.Code(t, err) != "not_found" {
			t.Errorf("the first of 21: %v", err)
		}
		if n := m.Number(t, `select count(*) from export_links`); n != 20 {
			t.Errorf("%d links", n)
		}
	})
}

// One that is being made is not made twice.
func TestRaceOfTheSameExport(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, other := m.Shop(t, "shop"), m.Shop(t, "other")
		const n = 20
		ids := make([]pricelist.ExportID, n)
		markettest.Codes(t, markettest.AtOnce(n, func(i int) (err error) {
			ids[i], err = m.Lists.Export(t.Context(), shop.Owner, shop.ID, writing.CSV)
			return err
		}))
		for _, id := range ids {
			if id != ids[0] {
				t.Fatalf("ids %v", ids)
			}
		}
		if n := m.Number(t, `select count(*) from river_job where kind = 'export'`); n != 1 {
			t.Errorf("%d jobs", n)
		}
		different := map[pricelist.ExportID]bool{
			ids[0]: true,
			export(t, m, shop.Owner, shop.ID, writing.JSON):  true,
			export(t, m, other.Owner, other.ID, writing.CSV): true,
			export(t, m, shop.Owner, 0, writing.CSV):         true,
		}
		if len(different) != 4 {
			t.Errorf("others are taken for the same: %v", different)
		}
		ready(t, m, shop.Owner, ids[0])
		if again := export(t, m, shop.Owner, shop.ID, writing.CSV); again == ids[0] {
			t.Error("one that is ready is old")
		}
	})
}

func TestAnExportThroughTheQueue(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Goods(3, 100, 5)...)
		id := export(t, m, shop.Owner, shop.ID, writing.YAML)
		if e, err := m.Lists.WaitExport(t.Context(), shop.Owner, id, time.Millisecond, nil); err != nil || e.State != pricelist.ExportQueued {
			t.Errorf("nobody works: %+v, %v", e, err)
		}
		m.Work(t)
		if e, err := m.Lists.WaitExport(t.Context(), shop.Owner, id, patience, nil); err != nil || e.State != pricelist.ExportReady || e.Rows != 3 {
			t.Errorf("%+v, %v", e, err)
		}
	})
}

// later is the feature at another time.
func later(t *testing.T, m *markettest.Market, by time.Duration) *pricelist.Lists {
	t.Helper()
	q, err := jobs.New(m.DB, slog.New(slog.DiscardHandler), nil)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return markettest.Now.Add(by) }
	return pricelist.New(m.DB, q, fetch.New(nil), mail.New(m.DB, q, m.Outbox, m.Trail, now), m.Trail, now)
}

func TestExportsExpire(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Good("1", 100, 5))
		id := export(t, m, shop.Owner, shop.ID, writing.CSV)
		e, _ := ready(t, m, shop.Owner, id)
		secret, err := m.Lists.ExportLink(t.Context(), shop.Owner, id)
		if err != nil {
			t.Fatal(err)
		}
		download(t, later(t, m, pricelist.ExportLife-time.Microsecond), secret, e)
		lists := later(t, m, pricelist.ExportLife)
		if _, _, err := lists.Exported(t.Context(), secret); markettest.Code(t, err) != "not_found" {
			t.Errorf("the file after its time: %v", err)
		}
		if _, err := lists.GetExport(t.Context(), shop.Owner, id); markettest.Code(t, err) != "not_found" {
			t.Errorf("the record after its time: %v", err)
		}
		if _, err := lists.ExportLink(t.Context(), shop.Owner, id); markettest.Code(t, err) != "not_found" {
			t.Errorf("a link after its time: %v", err)
		}
		next, err := lists.Export(t.Context(), shop.Owner, shop.ID, writing.CSV)
		if err == nil {
			err = lists.WorkExport(t.Context(), next)
		}
		if err == nil {
			err = lists.DropExpired(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		for query, want := range map[string]int64{
			`select min(id) from exports`: int64(next), `select min(export_id) from export_chunks`: int64(next),
			`select count(*) from export_links`: 0,
		} {
			if n := m.Number(t, query); n != want {
				t.Errorf("%s: %d, want %d", query, n, want)
			}
		}
		if err := lists.WorkExport(t.Context(), id); err != nil {
			t.Errorf("the job of one that is deleted: %v", err)
		}
	})
}

// A run that ends at any statement leaves nothing, and the next one makes the
// file whole.
func TestAnExportThatCrashes(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Goods(3, 100, 5)...)
		_, want := ready(t, m, shop.Owner, export(t, m, shop.Owner, shop.ID, writing.JSON))
		for n := int64(1); ; n++ {
			id := export(t, m, shop.Owner, shop.ID, writing.JSON)
			ctx := m.Dying(t, n)
			err := m.Lists.WorkExport(ctx, id)
			if ctx.Err() == nil {
				if err != nil || n < 8 {
					t.Fatalf("ended after fewer than %d statements: %v", n, err)
				}
				return
			}
			if err == nil || !errors.Is(err, context.Canceled) {
				t.Fatalf("statement %d: %v", n, err)
			}
			e, err := m.Lists.GetExport(t.Context(), shop.Owner, id)
			if err != nil || e.State != pricelist.ExportQueued || m.Number(t, `select count(*) from export_chunks where export_id = $1`, id) != 0 {
				t.Fatalf("statement %d: %+v, %v", n, e, err)
			}
			if _, got := ready(t, m, shop.Owner, id); !bytes.Equal(got, want) {
				t.Fatalf("statement %d: another file:\n%s", n, got)
			}
		}
	})
}

// Two processes may work on one export.
func TestRaceOfRunsOfOneExport(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop := m.Shop(t, "shop")
		m.Sell(t, shop, markettest.Goods(50, 100, 5)...)
		for range 5 {
			id := export(t, m, shop.Owner, shop.ID, writing.XLSX)
			for _, err := range markettest.AtOnce(3, func(int) error { return m.Lists.WorkExport(t.Context(), id) }) {
				if err != nil {
					t.Fatal(err)
				}
			}
			ready(t, m, shop.Owner, id)
		}
	})
}

// What a format can't hold is told, and other formats are not spoilt by it.
func TestAnExportThatFails(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, good := m.Shop(t, "shop"), markettest.Good("1", 100, 5)
		for i := range 50 {
			good.Pictures = append(good.Pictures, fmt.Sprintf("https://example.com/%d%s", i, strings.Repeat("x", 1900)))
		}
		m.Sell(t, shop, good)
		id := export(t, m, shop.Owner, shop.ID, writing.XLSX)
		if err := m.Lists.WorkExport(t.Context(), id); err != nil {
			t.Fatal(err)
		}
		e, err := m.Lists.GetExport(t.Context(), shop.Owner, id)
		if err != nil || e.State != pricelist.ExportFailed || e.Code != writing.TooLongText.Code || e.Reason != writing.TooLongText.Text || e.FinishedAt == nil {
			t.Errorf("%+v, %v", e, err)
		}
		ready(t, m, shop.Owner, export(t, m, shop.Owner, shop.ID, writing.CSV))
	})
}
