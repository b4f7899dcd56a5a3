package api

import (
	"context"
	"net/http"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/money"
)

const tagPartner = "partner"

// ownShop is a shop as its supplier and the administrator see it.
type ownShop struct {
	ID       partner.ShopID `json:"id"`
	Name     string         `json:"name"`
	State    bool           `json:"state" doc:"Whether orders are accepted: approved and switched on"`
	Approved bool           `json:"approved" doc:"By an administrator"`
	URL      string         `json:"url"`
	MinOrder *amount        `json:"min_order,omitempty" doc:"The least sum of what is ordered of it at once; absent: any"`
}

func ownShopOf(s partner.Shop) ownShop {
	return ownShop{ID: s.ID, Name: s.Name, State: s.Open, Approved: s.Approved, URL: s.URL, MinOrder: minOrderOf(s)}
}

// minOrderOf is nil when there is none.
func minOrderOf(s partner.Shop) *amount {
	if s.MinOrder == 0 {
		return nil
	}
	return new(amount(s.MinOrder))
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

		MinOrder *amount `json:"min_order,omitempty" doc:"The least sum of what is ordered at once, at most 10000000000; 0: any"`
	}
}

func (a *API) partner() {
	show := func(ctx context.Context, who account.User, _ *none) (*ownShopOut, error) {
		s, err := a.Shops.Of(ctx, who.Owner)
		return &ownShopOut{ownShopOf(s)}, err
	}
	add(a, op{
		method: http.MethodGet, path: "partner/state", id: "get-partner-state", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "Whether the shop accepts orders",
	}, show)
	add(a, op{
		method: http.MethodPost, path: "partner/state", id: "set-partner-state", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "Switch the acceptance of orders on or off",
	}, func(ctx context.Context, who account.User, in *stateIn) (*done, error) {
		return ok(), a.Shops.Accept(ctx, who.Owner, in.Body.State)
	})
	add(a, op{
		method: http.MethodGet, path: "partner/shop", id: "get-shop", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "The supplier's shop",
	}, show)
	add(a, op{
		method: http.MethodPut, path: "partner/shop", id: "edit-shop", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite, least: account.Owner,
		summary: "Change the name of the shop, the address of its site or its least order",
	}, func(ctx context.Context, who account.User, in *shopIn) (*done, error) {
		if u := in.Body.URL; u != nil && *u != "" {
			if err := fetch.CheckURL(*u); err != nil {
				return nil, err
			}
		}
		return ok(), a.Shops.Describe(ctx, who.Owner, in.Body.Name, in.Body.URL, (*money.Kopecks)(in.Body.MinOrder))
	})
}
