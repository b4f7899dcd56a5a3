package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
)

// reads tells how long a page of the catalogue takes while nothing else happens
// and while a list is imported.
func (o Importing) reads(ctx context.Context, p *place, out io.Writer) error {
	format := o.Formats[0]
	who, shop, err := supplier(ctx, p, "reads")
	if err != nil {
		return err
	}
	pages := func(until <-chan struct{}) []time.Duration {
		var took []time.Duration
		for n := 0; ; n++ {
			select {
			case <-until:
				return took
			default:
			}
			start := time.Now()
			answer := httptest.NewRecorder()
			p.API.ServeHTTP(answer, httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/products?limit=40&in_stock=true", nil))
			if answer.Code == http.StatusOK {
				took = append(took, time.Since(start))
			}
		}
	}
	quiet := make(chan struct{})
	time.AfterFunc(5*time.Second, func() { close(quiet) })
	alone := pages(quiet)
	for n, s := range steps {
		path := filepath.Join(o.Dir, fmt.Sprintf("%s-%d%s", format, n, format.Extension()))
		done, during := make(chan struct{}), make(chan []time.Duration)
		go func() { during <- pages(done) }()
		err := applyFile(ctx, p, who, shop, path)
		close(done)
		took := <-during
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "\npage of 40, median / p95: alone %s / %s; during the import of %s (%s) %s / %s: %.2f / %.2f times",
			at(alone, 50), at(alone, 95), format, s.name, at(took, 50), at(took, 95),
			float64(at(took, 50))/float64(at(alone, 50)), float64(at(took, 95))/float64(at(alone, 95)))
	}
	fmt.Fprintln(out)
	return nil
}

func applyFile(ctx context.Context, p *place, who account.ID, shop partner.ShopID, path string) error {
	f, err := os.Open(path) //nolint:gosec // a file of the benchmark's own folder
	if err != nil {
		return err
	}
	return errors.Join(apply(ctx, p, who, shop, f), f.Close())
}

func at(took []time.Duration, percent int) time.Duration {
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	return took[(len(took)-1)*percent/100].Round(time.Microsecond)
}
