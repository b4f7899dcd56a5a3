package main

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zakup/internal/platform/db/dbtest"
)

// The benchmark of the catalogue measures each request, and does not fill twice what
// it has filled.
func TestBenchCatalogue(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Parallel()
		keep, profile := t.TempDir(), filepath.Join(t.TempDir(), "cpu.out")
		args := []string{
			"bench", "catalogue", "--offers=2000", "--suppliers=10", "--categories=20", "--small=400", "--turn=20ms",
			"--database", url,
		}
		first := zakup(t, nil, append(slices.Clone(args), "--keep", keep, "--profile", profile)...).ok(t)
		for _, row := range []string{
			"first page", "far page: number 50", "page anywhere", "shop_id", "category_id", "shop_id, category_id",
			"price_min, price_max: one in three", "price_min, price_max: few", "in_stock", "all of them", "products/{id} with 10 offers",
		} {
			measured := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(row) + ` \| [1-9]\d* \| `)
			if !measured.MatchString(first.stdout) {
				t.Errorf("no figures of %q", row)
			}
		}
		for _, said := range []string{"2000 offers of 10 suppliers, 600 products, 20 categories", "filled in ", "| growth |"} {
			if !strings.Contains(first.stdout, said) {
				t.Errorf("it does not say %q", said)
			}
		}
		if !regexp.MustCompile(`memory of the serving process: [1-9]\d* MiB`).MatchString(first.stdout) {
			t.Error("it does not say how much memory was taken")
		}
		if i, err := os.Stat(profile); err != nil || i.Size() == 0 {
			t.Errorf("no profile: %v", err)
		}
		// The smaller catalogue is removed only when it is not to be kept.
		for _, run := range []struct {
			args         []string
			filledBefore int
		}{{append(slices.Clone(args), "--keep", keep), 2}, {args, 2}, {args, 1}} {
			again := zakup(t, nil, run.args...).ok(t)
			if n := strings.Count(again.stdout, "filled before"); n != run.filledBefore {
				t.Errorf("%d catalogues of %d were there", n, run.filledBefore)
			}
		}
		if e := zakup(t, nil, append(slices.Clone(args), "--small=0", "--seed=2")...); e.code != exitFailed || !strings.Contains(e.stderr, "give an empty one") {
			t.Errorf("another seed: %s", e)
		}
		if t.Failed() {
			t.Log(first.stdout)
		}
	})
}
