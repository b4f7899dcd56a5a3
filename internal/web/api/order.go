package api

import (
	"context"
	"encoding/json"
	"net/http"

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

type orderOut struct{ Body orderJSON }

// placedJSON shows a placed order as its buyer sees it.
func placedJSON(o order.Order) orderJSON {
	shops := map[order.PartID]shopRef{}
	out := orderJSON{
		ID: o.ID, Number: o.Number, State: o.State, At: o.PlacedAt, TotalSum: new(amount(o.Total)),
		Contact: new(contactOf(o.Contact)), Lines: []lineJSON{},
	}
	for _, p := range o.Parts {
		shops[p.ID] = shopOf(p)
		out.Parts = append(out.Parts, partJSON{
			Number: order.PartNumber(o.Number, p.N), Shop: shopOf(p), State: p.State, Sum: amount(p.Total),
		})
	}
	for _, l := range o.Lines {
		out.Lines = append(out.Lines, lineJSON{
			ID: l.ID, Product: offerJSON{json.RawMessage(l.Document)}, Quantity: l.Quantity,
			Sum: amount(l.Total), Shop: shops[l.Part],
		})
	}
	return out
}

func (a *API) orders() {
	add(a, op{
		method: http.MethodGet, path: "order", id: "list-orders", tag: tagOrders, access: SignedIn,
		summary: "The person's placed orders, newest first",
	}, func(ctx context.Context, who account.User, in *Keyset) (*ordersOut, error) {
		before, err := cursorOf[order.ID](*in)
		if err != nil {
			return nil, err
		}
		list, err := a.Orders.List(ctx, who.ID, before, in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(o order.Order) order.ID { return o.ID })
		out := &ordersOut{Link: next(a, *in, last), Body: make([]orderJSON, len(list))}
		for i, o := range list {
			out.Body[i] = placedJSON(o)
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodPost, path: "order", id: "place-order", tag: tagOrders, access: SignedIn,
		summary: "Make an order of the basket: takes the stock, and writes to the buyer, the suppliers and the administrator",
	}, func(ctx context.Context, who account.User, in *placeIn) (*placedOut, error) {
		o, err := a.Orders.Place(ctx, who, in.Body.ID, in.Body.Contact)
		out := &placedOut{}
		out.Body.Status, out.Body.ID, out.Body.Number, out.Body.TotalSum = true, o.ID, o.Number, amount(o.Total)
		return out, err
	})
	add(a, op{
		method: http.MethodGet, path: "order/{id}", id: "get-order", tag: tagOrders, access: SignedIn,
		summary: "One placed order of the person",
	}, func(ctx context.Context, who account.User, in *orderIn) (*orderOut, error) {
		o, err := a.Orders.Get(ctx, who.ID, in.ID)
		if err != nil {
			return nil, err
		}
		return &orderOut{placedJSON(o)}, nil
	})
}
