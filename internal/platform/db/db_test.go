package db_test

import (
	"errors"
	"fmt"
	"iter"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

type name string

func TestValuesComeBackAsTheyWere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		at := time.Date(2026, 3, 29, 2, 30, 0, 123456000, time.FixedZone("", 3*3600))
		err := d.InTx(ctx, func(tx db.Tx) error {
			_, err := tx.Exec(ctx, `insert into letters (key, kind, ref, recipient, state, tries, error, created_at, sent_at)
				values ($1, $2, $3, $1, 'queued', 0, '', $4, $5)`, name("k"), "kind", int32(7), at, (*time.Time)(nil))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Key  name
			Ref  int64
			At   time.Time
			Sent *time.Time
		}
		row := d.QueryRow(ctx, `select key, ref, created_at, sent_at from letters where key = $1`, name("k"))
		if err := row.Scan(&got.Key, &got.Ref, &got.At, &got.Sent); err != nil {
			t.Fatal(err)
		}
		if got.Key != "k" || got.Ref != 7 || got.Sent != nil || !got.At.Equal(at) || got.At.Location() != time.UTC {
			t.Errorf("got %+v", got)
		}
		if err := d.QueryRow(ctx, `select ref from letters where key = $1`, "none").Scan(&got.Ref); !errors.Is(err, db.ErrNoRows) {
			t.Errorf("no row: %v", err)
		}
	})
}

func TestAFailedTransactionLeavesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		boom := errors.New("boom")
		err := d.InTx(ctx, func(tx db.Tx) error {
			if _, err := tx.Exec(ctx, `insert into order_numbers (year, last) values (2026, 1)`); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Fatal(err)
		}
		var n int
		if err := d.QueryRow(ctx, `select count(*) from order_numbers`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func TestLostRacesAreRunAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		step := func(tx db.Tx, year int) error {
			_, err := tx.Exec(ctx, `insert into order_numbers (year, last) values ($1, 1)
				on conflict (year) do update set last = order_numbers.last + 1`, year)
			return err
		}
		// Two orders of locking: on PostgreSQL some of these deadlock.
		var wg sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			wg.Go(func() {
				errs[i] = d.InTx(ctx, func(tx db.Tx) error {
					a, b := 1+i%2, 2-i%2
					return errors.Join(step(tx, a), step(tx, b))
				})
			})
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		var a, b int
		err := d.QueryRow(ctx, `select sum(case when year = 1 then last end), sum(case when year = 2 then last end)
			from order_numbers`).Scan(&a, &b)
		if err != nil || a != len(errs) || b != len(errs) {
			t.Errorf("%d and %d of %d, %v", a, b, len(errs), err)
		}
	})
}

func TestCopyIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := t.Context()
		rows := func(n int, end error) iter.Seq2[[]any, error] {
			return func(yield func([]any, error) bool) {
				for i := range n {
					if !yield([]any{i + 3000, i}, nil) {
						return
					}
				}
				if end != nil {
					yield(nil, end)
				}
			}
		}
		for _, n := range []int{0, 1, 199, 200, 401} {
			t.Run(fmt.Sprint(n), func(t *testing.T) {
				var copied int64
				err := d.InTx(ctx, func(tx db.Tx) (err error) {
					if _, err := tx.Exec(ctx, `delete from order_numbers`); err != nil {
						return err
					}
					copied, err = tx.CopyIn(ctx, "order_numbers", []string{"year", "last"}, rows(n, nil))
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				got, err := ints(d.Query(ctx, `select last from order_numbers order by year`))
				if err != nil || len(got) != n || copied != int64(n) {
					t.Fatalf("copied %d, found %d, %v", copied, len(got), err)
				}
			})
		}
		broken := errors.New("broken")
		err := d.InTx(ctx, func(tx db.Tx) error {
			if _, err := tx.Exec(ctx, `delete from order_numbers`); err != nil {
				return err
			}
			_, err := tx.CopyIn(ctx, "order_numbers", []string{"year", "last"}, rows(250, broken))
			return err
		})
		if !errors.Is(err, broken) {
			t.Errorf("the error of the rows: %v", err)
		}
	})
}

func ints(rows db.Rows, err error) ([]int64, error) {
	return db.Collect(rows, err, func(r db.Row) (n int64, err error) { return n, r.Scan(&n) })
}

func TestIn(t *testing.T) {
	t.Parallel()
	list, args := db.In([]any{"a"}, []int64{5, 6})
	if diff := cmp.Diff("$2,$3", list); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]any{"a", int64(5), int64(6)}, args); diff != "" {
		t.Error(diff)
	}
}

func TestReadersCanNotWrite(t *testing.T) {
	d, err := db.Open(t.Context(), dbtest.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	var n int
	err = d.QueryRow(t.Context(), `insert into order_numbers (year, last) values (1, 1) returning last`).Scan(&n)
	if err == nil {
		t.Error("a write went past InTx")
	}
}
