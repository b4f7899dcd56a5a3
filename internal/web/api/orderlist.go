package api

import (
	"time"

	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fault"
)

// OrdersIn are the arguments of a list of orders.
type OrdersIn struct {
	Keyset
	State  order.State `query:"state" enum:"new,confirmed,assembled,sent,delivered,canceled"`
	Since  string      `query:"since" example:"2026-11-01" doc:"Placed from this day of Moscow, or this time, on"`
	Until  string      `query:"until" example:"2026-11-30" doc:"Placed up to the end of this day of Moscow, or before this time"`
	Number string      `query:"number" example:"2026-000123" doc:"Of an order or of a part"`
}

// read returns where the page begins, and the filter.
func (in *OrdersIn) read() (before int64, f order.Filter, err error) {
	f = order.Filter{State: in.State, Number: in.Number}
	if before, err = cursorOf[int64](in.Keyset); err == nil {
		f.Since, err = dayOrTime("since", in.Since, 0)
	}
	if err == nil {
		f.Until, err = dayOrTime("until", in.Until, 1)
	}
	return before, f, err
}

// ShopOrdersIn are those of whoever may know of all parts of an order.
type ShopOrdersIn struct {
	OrdersIn
	Shop partner.ShopID `query:"shop_id" doc:"With a part of this shop"`
}

func (in *ShopOrdersIn) read() (int64, order.Filter, error) {
	before, f, err := in.OrdersIn.read()
	f.Shop = in.Shop
	return before, f, err
}

// dayOrTime reads a day, which so many days are added to, or a time.
func dayOrTime(name, text string, days int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	if day, err := time.ParseInLocation(time.DateOnly, text, order.Moscow); err == nil {
		return day.AddDate(0, 0, days), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fault.BadArguments.With(name,
			"Укажите день (2026-11-30) или время (2026-11-30T10:00:00+03:00).",
			"Give a day (2026-11-30) or a time (2026-11-30T10:00:00+03:00).")
	}
	return at, nil
}
