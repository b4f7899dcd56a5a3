package api

import (
	"context"
	"net/http"

	"zakup/internal/feature/account"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fetch"
)

const tagPartner = "partner"

// ownShop is a shop as its supplier and the administrator see it.
type ownShop struct {
	ID       partner.ShopID `json:"id"`
	Name     string         `json:"name"`
	State    bool           `json:"state" doc:"Whether orders are accepted: approved and switched on"`
	Approved bool           `json:"approved" doc:"By an administrator"`
	URL      string         `json:"url"`
}

func ownShopOf(s partner.Shop) ownShop {
	return ownShop{ID: s.ID, Name: s.Name, State: s.Open, Approved: s.Approved, URL: s.URL}
}

type ownShopOut struct{ Body ownShop }

type stateIn struct {
	Body struct {
		State bool `json:"state" doc:"on or off; also yes, true, 1 and the like"`
	}
}

type shopIn struct {
	Body struct {
		Name *string `json:"name,omitempty" maxLength:"100"`
		URL  *string `json:"url,omitempty" doc:"Of the shop's site"`
	}
}

// supplierOrder shows a part to its supplier: its own lines and sum, and of the
// buyer what delivery needs.
func supplierOrder(o order.Order) orderJSON {
	out := placedJSON(o)
	out.Contact.Email = ""
	return out
}

func (a *API) partner() {
	show := func(ctx context.Context, who account.User, _ *none) (*ownShopOut, error) {
		s, err := a.Shops.Of(ctx, who.ID)
		return &ownShopOut{ownShopOf(s)}, err
	}
	add(a, op{
		method: http.MethodGet, path: "partner/state", id: "get-partner-state", tag: tagPartner, access: ShopOnly,
		summary: "Whether the shop accepts orders",
	}, show)
	add(a, op{
		method: http.MethodPost, path: "partner/state", id: "set-partner-state", tag: tagPartner, access: ShopOnly,
		summary: "Switch the acceptance of orders on or off",
	}, func(ctx context.Context, who account.User, in *stateIn) (*done, error) {
		return ok(), a.Shops.Accept(ctx, who.ID, in.Body.State)
	})
	add(a, op{
		method: http.MethodGet, path: "partner/shop", id: "get-shop", tag: tagPartner, access: ShopOnly,
		summary: "The supplier's shop",
	}, show)
	add(a, op{
		method: http.MethodPut, path: "partner/shop", id: "edit-shop", tag: tagPartner, access: ShopOnly,
		summary: "Change the name of the shop or the address of its site",
	}, func(ctx context.Context, who account.User, in *shopIn) (*done, error) {
		if u := in.Body.URL; u != nil && *u != "" {
			if err := fetch.CheckURL(*u); err != nil {
				return nil, err
			}
		}
		return ok(), a.Shops.Describe(ctx, who.ID, in.Body.Name, in.Body.URL)
	})
	add(a, op{
		method: http.MethodGet, path: "partner/orders", id: "list-partner-orders", tag: tagPartner, access: ShopOnly,
		summary: "The orders that the shop has a part in, newest first: its own lines, state and sum",
	}, func(ctx context.Context, who account.User, in *Keyset) (*ordersOut, error) {
		before, err := cursorOf[order.PartID](*in)
		if err != nil {
			return nil, err
		}
		list, err := a.Orders.OfShop(ctx, who.ID, before, in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(o order.Order) order.PartID { return o.Parts[0].ID })
		out := &ordersOut{Link: next(a, *in, last), Body: make([]orderJSON, len(list))}
		for i, o := range list {
			out.Body[i] = supplierOrder(o)
		}
		return out, nil
	})
}
