package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/order"
)

type placeIn struct {
	Body struct {
		ID      basket.ID         `json:"id" doc:"Of the basket"`
		Contact account.ContactID `json:"contact" doc:"Where to deliver: one of the person's own contacts"`
	}
}

type placedOut struct {
	Body struct {
		Status   bool     `json:"Status" example:"true"`
		ID       order.ID `json:"id" doc:"Of the order: the same as the basket's"`
		Number   string   `json:"number" example:"2026-000123"`
		TotalSum amount   `json:"total_sum"`
	}
}

type orderIn struct {
	ID order.ID `path:"id"`
}

// orderOut is one order; its version is its ETag.
type orderOut struct {
	ETag string `header:"ETag" doc:"The version: send it as If-Match with a change"`
	Body orderJSON
}

func orderAnswer(o orderJSON) *orderOut {
	return &orderOut{ETag: fmt.Sprintf("%q", strconv.FormatInt(o.Version, 10)), Body: o}
}

// placedJSON shows a placed order as somebody of that type sees it.
func placedJSON(o order.Order, to account.Type) orderJSON {
	parts := map[order.PartID]order.Part{}
	out := orderJSON{
		ID: o.ID, Number: o.Number, State: o.State, Version: o.Version, At: o.PlacedAt, TotalSum: new(amount(o.Total)),
		Contact: new(contactOf(o.Contact)), Lines: []lineJSON{},
	}
	for _, p := range o.Parts {
		parts[p.ID] = p
		out.Parts = append(out.Parts, partJSON{
			N: p.N, Number: order.PartNumber(o.Number, p.N), Shop: shopOf(p), State: p.State, Version: p.Version,
			Sum: amount(p.Total), Steps: o.Steps(p, to),
		})
	}
	for _, l := range o.Lines {
		line := lineJSON{
			ID: l.ID, Product: offerJSON{json.RawMessage(l.Document)}, Quantity: l.Quantity,
			Sum: amount(l.Total), Shop: shopOf(parts[l.Part]), Decision: string(l.Decision), Reason: l.Reason,
		}
		if parts[l.Part].State == order.Canceled && l.Decision == order.Pending {
			line.Decision = "" // nobody waits for it any more
		}
		if l.Quantity != l.Ordered {
			line.Ordered = &l.Ordered
		}
		out.Lines = append(out.Lines, line)
	}
	return out
}

func (a *API) orders() {
	add(a, op{
		method: http.MethodGet, path: "order", id: "list-orders", tag: tagOrders, access: SignedIn, scope: account.OrdersRead,
		summary: "The person's placed orders, newest first",
	}, func(ctx context.Context, who account.User, in *ShopOrdersIn) (*ordersOut, error) {
		before, filter, err := in.read()
		if err != nil {
			return nil, err
		}
		list, err := a.Orders.List(ctx, who.ID, filter, order.ID(before), in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(o order.Order) order.ID { return o.ID })
		out := &ordersOut{Link: next(a, in.Keyset, last), Body: make([]orderJSON, len(list))}
		for i, o := range list {
			out.Body[i] = placedJSON(o, account.Buyer)
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodPost, path: "order", id: "place-order", tag: tagOrders, access: SignedIn, scope: account.OrdersWrite,
		fails:   []int{http.StatusNotFound},
		summary: "Make an order of the basket: takes the stock, and writes to the buyer, the suppliers and the administrator",
	}, func(ctx context.Context, who account.User, in *placeIn) (*placedOut, error) {
		o, err := a.Orders.Place(ctx, who, in.Body.ID, in.Body.Contact)
		out := &placedOut{}
		out.Body.Status, out.Body.ID, out.Body.Number, out.Body.TotalSum = true, o.ID, o.Number, amount(o.Total)
		return out, err
	})
	add(a, op{
		method: http.MethodGet, path: "order/{id}", id: "get-order", tag: tagOrders, access: SignedIn, scope: account.OrdersRead,
		summary: "One placed order of the person",
	}, func(ctx context.Context, who account.User, in *orderIn) (*orderOut, error) {
		o, err := a.Orders.Get(ctx, who.ID, in.ID)
		if err != nil {
			return nil, err
		}
		return orderAnswer(placedJSON(o, account.Buyer)), nil
	})
}
