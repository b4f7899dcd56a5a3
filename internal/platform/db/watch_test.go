package db_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

func TestWatch(t *testing.T) {
	errStop := errors.New("stop")
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		var told []db.Change
		var visible int64
		d.Watch(func(c db.Change) {
			told = append(told, c)
			if err := d.QueryRow(t.Context(), `select count(*) from job_runners`).Scan(&visible); err != nil {
				t.Error(err)
			}
		}, "job_runners", "order_numbers")
		const insert = `insert into job_runners (id, seen_at) values ($1, $2)`
		for _, x := range []struct {
			name string
			f    func(ctx context.Context, tx db.Tx) error
			want []db.Change
			fail error
		}{
			{name: "nothing", f: func(context.Context, db.Tx) error { return nil }},
			{name: "reads", f: func(ctx context.Context, tx db.Tx) error {
				var n int64
				return tx.QueryRow(ctx, `select count(*) from job_runners`).Scan(&n)
			}},
			{name: "another table", f: func(ctx context.Context, tx db.Tx) error {
				_, err := tx.Exec(ctx, `delete from letters where id in (select 0 from job_runners)`)
				return err
			}},
			{name: "insert", want: []db.Change{{Any: true}}, f: func(ctx context.Context, tx db.Tx) error {
				_, err := tx.Exec(ctx, insert, "a", time.Now())
				return err
			}},
			{name: "about some", want: []db.Change{{Subjects: []int64{7, 8, 7}}}, f: func(ctx context.Context, tx db.Tx) error {
				for i, subject := range []int64{7, 8, 7, 0} {
					if _, err := db.About(tx, subject).Exec(ctx, insert, string(rune('b'+i)), time.Now()); err != nil {
						return err
					}
				}
				return nil
			}},
			{name: "about nobody", f: func(ctx context.Context, tx db.Tx) error {
				_, err := db.About(tx, 0).Exec(ctx, insert, "f", time.Now())
				return err
			}},
			{name: "a query that writes", want: []db.Change{{Any: true, Subjects: []int64{7}}}, f: func(ctx context.Context, tx db.Tx) error {
				if _, err := db.About(tx, 7).Exec(ctx, "UPDATE\n order_numbers set last = last"); err != nil {
					return err
				}
				var id string
				return tx.QueryRow(ctx, "delete\n\tfrom job_runners where id = $1 returning id", "a").Scan(&id)
			}},
			{name: "rolled back", want: []db.Change{{Any: true}}, fail: errStop, f: func(ctx context.Context, tx db.Tx) error {
				if _, err := tx.Exec(ctx, `delete from job_runners`); err != nil {
					return err
				}
				return errStop
			}},
		} {
			told = nil
			err := d.InTx(t.Context(), func(tx db.Tx) error { return x.f(t.Context(), tx) })
			if !errors.Is(err, x.fail) {
				t.Fatalf("%s: %v", x.name, err)
			}
			if diff := cmp.Diff(x.want, slices.Clone(told)); diff != "" {
				t.Errorf("%s (-want +got)\n%s", x.name, diff)
			}
			if x.name == "insert" && visible != 1 {
				t.Errorf("told before the commit: %d rows", visible)
			}
		}
	})
}
