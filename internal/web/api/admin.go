package api

import (
	"context"
	"net/http"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
)

const tagAdmin = "administration"

type ownShopsOut struct {
	Link string    `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body []ownShop `nullable:"false"`
}

type shopIDIn struct {
	ID partner.ShopID `path:"id"`
}

func (a *API) admin() {
	add(a, op{
		method: http.MethodGet, path: "admin/shops", id: "list-all-shops", tag: tagAdmin, access: AdminOnly,
		summary: "All shops, open and closed, by id",
	}, func(ctx context.Context, _ account.User, in *Keyset) (*ownShopsOut, error) {
		after, err := cursorOf[partner.ShopID](*in)
		if err != nil {
			return nil, err
		}
		list, err := a.Shops.All(ctx, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(s partner.Shop) partner.ShopID { return s.ID })
		out := &ownShopsOut{Link: next(a, *in, last), Body: make([]ownShop, len(list))}
		for i, s := range list {
			out.Body[i] = ownShopOf(s)
		}
		return out, nil
	})
	for word, approved := range map[string]bool{"approve": true, "close": false} {
		summary := "Let a shop open"
		if !approved {
			summary = "Close a shop until it is approved again"
		}
		add(a, op{
			method: http.MethodPost, path: "admin/shops/{id}/" + word, id: word + "-shop", tag: tagAdmin, access: AdminOnly,
			summary: summary,
		}, func(ctx context.Context, _ account.User, in *shopIDIn) (*done, error) {
			return ok(), a.Shops.Approve(ctx, in.ID, approved)
		})
	}
}
