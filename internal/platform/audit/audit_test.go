package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 23, 12, 0, 0, 123456000, time.UTC)

// trail is a log on a database, with a clock that goes on by a second with every
// record.
type trail struct {
	*audit.Log
	d *db.DB
}

func open(d *db.DB) trail {
	at := noon.Add(-time.Second)
	return trail{audit.New(d, func() time.Time {
		at = at.Add(time.Second)
		return at
	}), d}
}

func (l trail) record(t *testing.T, ctx context.Context, e audit.Entry) { //nolint:revive // t is first in tests
	t.Helper()
	if err := l.d.InTx(ctx, func(tx db.Tx) error { return l.Record(ctx, tx, e) }); err != nil {
		t.Fatal(err)
	}
}

func (l trail) list(t *testing.T, f audit.Filter, before audit.ID, limit int) []audit.Record {
	t.Helper()
	list, err := l.List(t.Context(), f, before, limit)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestRecord(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(d)
		anna := audit.Actor{User: 7, Address: "203.0.113.5", Request: "ABC"}
		approve := audit.Entry{Action: "shop.approve", Subject: "shop/12", Details: "Чай"}
		l.record(t, audit.With(t.Context(), anna), approve)
		l.record(t, t.Context(), audit.Entry{Action: "user.block", Subject: "user/3", Details: strings.Repeat("ж", 1001)})
		got := l.list(t, audit.Filter{}, 0, 10)
		want := []audit.Record{
			{ID: got[0].ID, At: noon.Add(time.Second), Entry: audit.Entry{Action: "user.block", Subject: "user/3", Details: strings.Repeat("ж", 1000)}},
			{ID: got[1].ID, At: noon, Actor: anna, Entry: approve},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}

// What was not done is not in the log.
func TestARecordIsOfItsTransaction(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l, failed := open(d), errors.New("the act failed")
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			if err := l.Record(t.Context(), tx, audit.Entry{Action: "shop.close", Subject: "shop/1"}); err != nil {
				return err
			}
			return failed
		})
		if !errors.Is(err, failed) {
			t.Fatal(err)
		}
		if got := l.list(t, audit.Filter{}, 0, 10); len(got) != 0 {
			t.Errorf("recorded: %+v", got)
		}
	})
}

func TestList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		l := open(d)
		for i := range 6 { // user 1 or 2; shops, users and one shopping; one a second
			kind := []string{"shop", "user", "shopping"}[i%3]
			e := audit.Entry{Action: []string{"shop.approve", "user.block"}[i%2], Subject: fmt.Sprintf("%s/%d", kind, 1+i*5), Details: fmt.Sprint(i)}
			l.record(t, audit.With(t.Context(), audit.Actor{User: int64(1 + i/3)}), e)
		}
		for _, c := range []struct {
			name   string
			filter audit.Filter
			want   string
		}{
			{"all", audit.Filter{}, "543210"},
			{"a person", audit.Filter{User: 1}, "210"},
			{"an action", audit.Filter{Action: "user.block"}, "531"},
			{"a kind", audit.Filter{Subject: "shop/"}, "30"},
			{"one thing", audit.Filter{Subject: "shop/1"}, "0"},
			{"no thing", audit.Filter{Subject: "shop"}, ""},
			{"since", audit.Filter{Since: noon.Add(4 * time.Second)}, "54"},
			{"until", audit.Filter{Until: noon.Add(4 * time.Second)}, "3210"},
			{"all at once", audit.Filter{User: 2, Action: "user.block", Subject: "shop/", Since: noon, Until: noon.Add(time.Hour)}, "3"},
			{"nothing", audit.Filter{Subject: "%/"}, ""},
		} {
			for _, page := range []int{1, 2, 10} {
				got, before := "", audit.ID(0)
				for {
					list := l.list(t, c.filter, before, page)
					for _, r := range list {
						got += r.Details
						before = r.ID
					}
					if len(list) < page {
						break
					}
				}
				if got != c.want {
					t.Errorf("%s, %d a page: %q, want %q", c.name, page, got, c.want)
				}
			}
		}
	})
}
