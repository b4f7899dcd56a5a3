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

// Who waits longest to read is the next: nobody waits for ever behind those that
// came later, and whatever ends a result lets the next one in.
func TestReadsComeInTurn(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
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
					var one int
					if err := d.QueryRow(ctx, `select 1`).Scan(&one); err != nil {
						t.Error(err)
					}
					came <- i
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
