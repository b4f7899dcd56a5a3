package api

import (
	"context"
	"net/http"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
)

// matchedProduct is a product with the evidence for its offers.
type matchedProduct struct {
	ID       catalog.ProductID `json:"id"`
	Category category          `json:"category"`
	Offers   []matchedOffer    `json:"offers" nullable:"false" doc:"Of all shops, also withdrawn ones; 1000 at most"`
	Keys     []productKey      `json:"keys" nullable:"false" doc:"By what lists find it; 1000 at most"`
	Changes  []productChange   `json:"changes" nullable:"false" doc:"Newest first, 100 at most"`
}

type matchedOffer struct {
	ID         catalog.OfferID `json:"id"`
	Shop       shopRef         `json:"shop"`
	ExternalID string          `json:"external_id"`
	Name       string          `json:"name" doc:"As the supplier writes it"`
	Barcode    string          `json:"barcode"`
	Vendor     string          `json:"vendor"`
	VendorCode string          `json:"vendor_code"`
	Price      amount          `json:"price"`
	Withdrawn  bool            `json:"withdrawn"`
	Match      catalog.Match   `json:"matched_by" enum:"barcode,vendor_code,name,hand"`
}

type productKey struct {
	Kind catalog.Match `json:"kind" enum:"barcode,vendor_code,name"`
	Key  string        `json:"key" doc:"A GTIN; the vendor, a tab and its code; the category's id, a slash and the name: all in small letters"`
}

type productChange struct {
	ID       int64             `json:"id"`
	Kind     string            `json:"kind" enum:"merge,split"`
	Product  catalog.ProductID `json:"product_id" doc:"Whose the offers became"`
	From     catalog.ProductID `json:"from_id" doc:"Whose they were"`
	Offers   int64             `json:"offers"`
	At       time.Time         `json:"at"`
	UndoneAt *time.Time        `json:"undone_at" nullable:"true"`
}

func matchedOf(p catalog.Product) matchedProduct {
	out := matchedProduct{
		ID: p.ID, Category: category(p.Category), Offers: make([]matchedOffer, len(p.Offers)),
		Keys: make([]productKey, len(p.Keys)), Changes: make([]productChange, len(p.Changes)),
	}
	for i, o := range p.Offers {
		out.Offers[i] = matchedOffer{
			o.ID, shopRef{o.Shop, o.ShopName}, o.ExternalID, o.Name, o.Barcode, o.Vendor, o.VendorCode, amount(o.Price), o.Withdrawn, o.Match,
		}
	}
	for i, k := range p.Keys {
		out.Keys[i] = productKey{k.Match, k.Key}
	}
	for i, h := range p.Changes {
		out.Changes[i] = productChange{h.ID, "merge", h.Product, h.From, h.Offers, h.At, h.UndoneAt}
		if h.Split {
			out.Changes[i].Kind = "split"
		}
	}
	return out
}

type matchedIn struct {
	ID catalog.ProductID `path:"id" doc:"Of the product, as a card has it"`
}

type mergeIn struct {
	ID   catalog.ProductID `path:"id" doc:"Of the product, as a card has it"`
	Body struct {
		From catalog.ProductID `json:"from_id" doc:"The product whose offers are to be this one's"`
	}
}

type splitIn struct {
	ID   catalog.ProductID `path:"id" doc:"Of the product, as a card has it"`
	Body struct {
		Offers []catalog.OfferID `json:"offers" nullable:"false" maxItems:"1000" doc:"Those that are another product"`
	}
}

type matchedOut struct{ Body matchedProduct }

// matching are the operations by which an administrator says which offers are of
// one product.
func (a *API) matching() {
	show := func(ctx context.Context, id catalog.ProductID, err error) (*matchedOut, error) {
		if err != nil {
			return nil, err
		}
		p, err := a.Catalog.Product(ctx, id)
		return &matchedOut{matchedOf(p)}, err
	}
	add(a, op{
		method: http.MethodGet, path: "admin/products/{id}", id: "get-matched-product", tag: tagAdmin, access: AdminOnly, scope: account.CatalogRead,
		summary: "A product: its offers, and by what they are of it",
	}, func(ctx context.Context, _ account.User, in *matchedIn) (*matchedOut, error) {
		return show(ctx, in.ID, nil)
	})
	add(a, op{
		method: http.MethodPost, path: "admin/products/{id}/merge", id: "merge-products", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "Make the offers of another product this one's; orders stay as they are", fails: []int{http.StatusNotFound},
	}, func(ctx context.Context, _ account.User, in *mergeIn) (*matchedOut, error) {
		return show(ctx, in.ID, a.Catalog.MergeProducts(ctx, in.ID, in.Body.From))
	})
	add(a, op{
		method: http.MethodPost, path: "admin/products/{id}/split", id: "split-product", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "Make some of the offers of a product a product of their own, which is answered", fails: []int{http.StatusConflict},
	}, func(ctx context.Context, _ account.User, in *splitIn) (*matchedOut, error) {
		made, err := a.Catalog.SplitProduct(ctx, in.ID, in.Body.Offers)
		return show(ctx, made, err)
	})
	add(a, op{
		method: http.MethodPost, path: "admin/products/{id}/undo", id: "undo-product", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "Take back the last merge or split that the product had a part in", fails: []int{http.StatusConflict},
	}, func(ctx context.Context, _ account.User, in *matchedIn) (*matchedOut, error) {
		return show(ctx, in.ID, a.Catalog.UndoProduct(ctx, in.ID))
	})
}
