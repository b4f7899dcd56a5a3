package db_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// inBubble runs f where synctest.Wait tells when all others wait. The database is
// opened there too: its locks are of one bubble or of none.
func inBubble(t *testing.T, url string, f func(ctx context.Context, t *testing.T, d *db.DB)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		d, err := db.Open(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := d.Close(); err != nil {
				t.Error(err)
			}
		}()
		f(ctx, t, d)
	})
}

// Who waits longest to read is the next: nobody waits for ever behind those that
// came later, and whatever ends a result lets the next one in.
func TestReadsComeInTurn(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		inBubble(t, url, func(ctx context.Context, t *testing.T, d *db.DB) {
			held := make(chan db.Rows, 100)
			var inLine atomic.Int64
			for inLine.Load() == 0 {
				inLine.Add(1)
				go func() {
					rows, err := d.Query(ctx, `select 1`) //nolint:rowserrcheck // only that it has come
					if err != nil {
						t.Error(err)
					}
					inLine.Add(-1)
					held <- rows
				}()
				synctest.Wait() // until it has a result, or waits for its turn
			}
			if p := d.Pool(); p != nil && int(p.Stat().AcquiredConns()) > int(p.Stat().MaxConns())/2 {
				t.Errorf("reads have %d connections of %d", p.Stat().AcquiredConns(), p.Stat().MaxConns())
			}
			came := make(chan int, 20)
			var want []int
			for i := range cap(came) {
				want = append(want, i)
				go func() {
					rows, err := d.Query(ctx, `select 1`) //nolint:rowserrcheck // only that it has come
					if err != nil {
						t.Error(err)
					}
					came <- i // before the next one may
					rows.Close()
				}()
				synctest.Wait()
			}
			gone, leave := context.WithCancel(ctx)
			leave()
			if err := d.QueryRow(gone, `select 1`).Scan(new(int)); err == nil {
				t.Error("who has gone has got a result")
			}

			first := <-held
			first.Close() // the one in line before all others keeps this place
			first.Close()
			second := <-held
			for second.Next() {
				if len(came) > 0 {
					t.Error("somebody came before the end")
				}
			}
			if err := second.Err(); err != nil {
				t.Error(err)
			}
			var got []int
			for range want {
				got = append(got, <-came)
			}
			if !slices.Equal(got, want) {
				t.Errorf("they came as %v", got)
			}
			synctest.Wait()
			for len(held) > 0 {
				(<-held).Close()
			}
		})
	})
}

// So do those that write to SQLite; the job library, which has the connection itself,
// is not one of many who draw for it.
func TestWritesComeInTurn(t *testing.T) {
	inBubble(t, dbtest.SQLite(t), func(ctx context.Context, t *testing.T, d *db.DB) {
		came, goOn := make(chan int, 30), make(chan struct{})
		write := func(ctx context.Context, n int) error {
			return d.InTx(ctx, func(db.Tx) error {
				if n == 0 {
					<-goOn
				}
				came <- n
				return nil
			})
		}
		var want []int
		for n := range 20 {
			go func() {
				if err := write(ctx, n); err != nil {
					t.Error(err)
				}
			}()
			synctest.Wait() // until it writes, or waits for its turn
			want = append(want, n)
		}
		go func() {
			c, err := d.Writer().Conn(ctx)
			if err != nil {
				t.Error(err)
			}
			came <- -1
			if err := c.Close(); err != nil {
				t.Error(err)
			}
		}()
		synctest.Wait()
		gone, leave := context.WithCancel(ctx)
		leave()
		if err := write(gone, 99); err == nil {
			t.Error("who has gone has written")
		}
		close(goOn)
		synctest.Wait()
		var got []int
		for len(came) > 0 {
			got = append(got, <-came)
		}
		library := slices.Index(got, -1)
		got = slices.DeleteFunc(got, func(n int) bool { return n < 0 })
		if library < 0 || library > 3 || !slices.Equal(got, want) {
			t.Errorf("they came as %v, the library after %d of them", got, library)
		}
	})
}
