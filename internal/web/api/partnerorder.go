package api

import (
	"context"
	"net/http"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/order"
)

type supplyItem struct {
	Line     basket.LineID `json:"id" doc:"Of the line"`
	Quantity int64         `json:"quantity" doc:"What there is: up to what was ordered; 0: none"`
	Reason   string        `json:"reason,omitempty" maxLength:"500" doc:"Obligatory when there is none"`
}

// StepFields is a step of an order or of a part.
type StepFields struct {
	State   order.State  `json:"state" enum:"new,confirmed,assembled,sent,delivered,canceled"`
	Version *int64       `json:"version,omitempty" doc:"As you have seen it: of the order, for a supplier of its part"`
	Reason  string       `json:"reason,omitempty" maxLength:"500" doc:"Obligatory for a step back"`
	Items   []supplyItem `json:"items,omitempty" nullable:"false" doc:"With confirmed, of a new part: the lines of which there is less than was ordered. An array, or a string that holds it as JSON"`
}

func (b StepFields) step(v Versioned) (order.Step, error) {
	version, err := v.on(b.Version)
	s := order.Step{To: b.State, Version: version, Reason: b.Reason}
	for _, item := range b.Items {
		s.Supply = append(s.Supply, order.Supply(item))
	}
	return s, err
}

type stepIn struct {
	ID order.ID `path:"id"`
	Versioned
	Body StepFields
}

// supplierOrder shows a part to its supplier: its own lines and sum, and of the
// buyer what delivery needs.
func supplierOrder(o order.Order) orderJSON {
	out := placedJSON(o, account.Shop)
	out.Contact.Email = ""
	return out
}

// partnerOrders are what a supplier does with its parts of orders.
func (a *API) partnerOrders() {
	const path = "partner/orders"
	add(a, op{
		method: http.MethodGet, path: path, id: "list-partner-orders", tag: tagPartner, access: ShopOnly, scope: account.OrdersRead,
		summary: "The orders that the shop has a part in, newest first: its own lines, state and sum",
	}, func(ctx context.Context, who account.User, in *OrdersIn) (*ordersOut, error) {
		before, filter, err := in.read()
		if err != nil {
			return nil, err
		}
		list, err := a.Orders.OfShop(ctx, who.Owner, filter, order.PartID(before), in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(o order.Order) order.PartID { return o.Parts[0].ID })
		out := &ordersOut{Link: next(a, in.Keyset, last), Body: make([]orderJSON, len(list))}
		for i, o := range list {
			out.Body[i] = supplierOrder(o)
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodGet, path: path + "/{id}", id: "get-partner-order", tag: tagPartner, access: ShopOnly, scope: account.OrdersRead,
		summary: "The shop's own part of an order",
	}, func(ctx context.Context, who account.User, in *orderIn) (*orderOut, error) {
		o, err := a.Orders.PartOf(ctx, who.Owner, in.ID)
		if err != nil {
			return nil, err
		}
		return orderAnswer(supplierOrder(o)), nil
	})
	add(a, op{
		method: http.MethodPost, path: path + "/{id}/state", id: "set-partner-order-state", tag: tagPartner, access: ShopOnly, scope: account.OrdersWrite,
		summary: "Take the shop's own part forward, or confirm it line by line",
	}, func(ctx context.Context, who account.User, in *stepIn) (*orderOut, error) {
		s, err := in.Body.step(in.Versioned)
		if err != nil {
			return nil, err
		}
		o, err := a.Orders.Advance(ctx, who, in.ID, s)
		if err != nil {
			return nil, current(err, func() (orderJSON, error) {
				o, err := a.Orders.PartOf(ctx, who.Owner, in.ID)
				if err != nil {
					return orderJSON{}, err
				}
				return supplierOrder(o), nil
			})
		}
		return orderAnswer(supplierOrder(o)), nil
	})
	add(a, op{
		method: http.MethodGet, path: path + "/{id}/history", id: "partner-order-history", tag: tagPartner, access: ShopOnly, scope: account.OrdersRead,
		summary: "What happened to the shop's own part of an order",
	}, func(ctx context.Context, who account.User, in *orderIn) (*historyOut, error) {
		return historyOf(a.Orders.PartHistory(ctx, who.Owner, in.ID))
	})
}
