package partner_test

import (
	"errors"
	"fmt"
	"testing"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

func TestMinOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := open(d, auto)
		who, shop := m.supplier(t, "tea", vouched)
		for _, step := range []struct {
			say  *money.Kopecks
			want money.Kopecks
		}{{nil, 0}, {new(money.Kopecks(150_050)), 150_050}, {nil, 150_050}, {new(money.Kopecks(1e12)), 1e12}, {new(money.Kopecks(0)), 0}, {new(money.Kopecks(7)), 7}} {
			if err := m.Describe(t.Context(), who, nil, nil, step.say); err != nil {
				t.Fatal(err)
			}
			if got := m.of(t, who).MinOrder; got != step.want {
				t.Errorf("%d, want %d", got, step.want)
			}
		}
		for bad, text := range map[money.Kopecks]fault.Text{-1: fault.TooSmall(0), 1e12 + 1: fault.TooBig(1e10)} {
			err := m.Describe(t.Context(), who, new("Чай"), nil, &bad)
			e := fault.As(err)
			if !errors.Is(err, fault.BadArguments) || len(e.Fields) != 1 || e.Fields[0].Name != "min_order" || e.Fields[0].Text != text {
				t.Errorf("%d: %v", bad, err)
			}
		}
		if got := m.of(t, who); got.MinOrder != 7 || got.Name != "tea" {
			t.Errorf("a refused change was kept: %+v", got)
		}
		err := d.InTx(t.Context(), func(tx db.Tx) error {
			held, err := partner.Hold(t.Context(), tx, []partner.ShopID{shop.ID})
			if err == nil && held[shop.ID].MinOrder != 7 {
				err = fmt.Errorf("held as %+v", held)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
