package db_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

func TestAlone(t *testing.T) {
	dbtest.EachURL(t, func(t *testing.T, url string) {
		var inside atomic.Int32
		var wg sync.WaitGroup
		done, boom := 0, errors.New("boom") // done is guarded by being alone
		for range 8 {
			wg.Go(func() {
				d, err := db.Open(t.Context(), url)
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = d.Close() }()
				err = d.Alone(t.Context(), func() error {
					if n := inside.Add(1); n != 1 {
						t.Errorf("%d are alone", n)
					}
					done++
					// The database itself is open to all.
					err := d.Ping(t.Context())
					inside.Add(-1)
					return errors.Join(err, boom)
				})
				if !errors.Is(err, boom) {
					t.Errorf("Alone: %v", err)
				}
			})
		}
		wg.Wait()
		if done != 8 {
			t.Errorf("%d of 8", done)
		}
	})
}
