package api

import (
	"context"
	"encoding/json"
	"net/http"
	"reflect"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/order"
	"zakup/internal/platform/money"
)

const tagOrders = "basket and orders"

// orderJSON is a basket or a placed order: the specification has one shape.
type orderJSON struct {
	ID       order.ID    `json:"id"`
	Number   string      `json:"number,omitempty" example:"2026-000123" doc:"Of a placed order, for people"`
	Lines    []lineJSON  `json:"ordered_items" nullable:"false"`
	State    order.State `json:"state" enum:"basket,new,confirmed,assembled,sent,delivered,canceled"`
	At       time.Time   `json:"dt" doc:"When the basket was made, or the order placed"`
	TotalSum *amount     `json:"total_sum" nullable:"true" doc:"null when there are no items"`
	Contact  *contact    `json:"contact" doc:"null in a basket"`
	Parts    []partJSON  `json:"parts,omitempty" doc:"Of a placed order: one for each shop"`
}

// TransformSchema says, for huma, that the contact may be null.
func (orderJSON) TransformSchema(r huma.Registry, s *huma.Schema) *huma.Schema {
	contact := r.Schema(reflect.TypeFor[contact](), true, "")
	s.Properties["contact"] = &huma.Schema{
		AnyOf: []*huma.Schema{contact, {Type: "null"}}, Description: s.Properties["contact"].Description,
	}
	return s
}

type lineJSON struct {
	ID       basket.LineID `json:"id"`
	Product  offerJSON     `json:"product_info"`
	Quantity int64         `json:"quantity"`
	Sum      amount        `json:"sum"`
	Shop     shopRef       `json:"shop"`
	PriceWas *amount       `json:"price_was,omitempty" doc:"In a basket: the price when it was added, if it is another now"`
	Changed  []string      `json:"changed,omitempty" enum:"price,stock,gone" doc:"In a basket: what changed since it was added, or stands in the way of ordering"`
}

type partJSON struct {
	Number string      `json:"number" example:"2026-000123/1"`
	Shop   shopRef     `json:"shop"`
	State  order.State `json:"state"`
	Sum    amount      `json:"sum"`
}

// offerJSON is the catalogue's own document.
type offerJSON struct{ json.RawMessage }

// Schema describes it, for huma.
func (offerJSON) Schema(r huma.Registry) *huma.Schema { return productSchema(r) }

type ordersOut struct {
	Link string      `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body []orderJSON `nullable:"false"`
}

type basketOut struct {
	Body []orderJSON `nullable:"false" doc:"The basket, or nothing before the first item"`
}

// basketJSON shows a basket at the prices of now.
func basketJSON(k basket.Basket) orderJSON {
	o := orderJSON{ID: order.ID(k.ID), State: "basket", At: k.CreatedAt, Lines: []lineJSON{}}
	var total money.Kopecks
	for _, l := range k.Lines {
		sum := saturated(l.Offer.Price.Times(l.Quantity))
		total = saturated(total.Add(sum))
		line := lineJSON{
			ID: l.ID, Product: offerJSON{l.Offer.AppendJSON(nil)},
			Quantity: l.Quantity, Sum: amount(sum), Shop: shopRef{l.Shop, l.ShopName},
		}
		if l.Offer.Price != l.PriceWas {
			line.PriceWas, line.Changed = new(amount(l.PriceWas)), append(line.Changed, "price")
		}
		switch {
		case l.Gone:
			line.Changed = append(line.Changed, "gone")
		case l.Short():
			line.Changed = append(line.Changed, "stock")
		}
		o.Lines = append(o.Lines, line)
	}
	if len(o.Lines) > 0 {
		o.TotalSum = new(amount(total))
	}
	return o
}

// saturated shows a sum that does not fit as the largest one; such a basket
// can't be ordered.
func saturated(k money.Kopecks, fits bool) money.Kopecks {
	if !fits {
		return 1<<63 - 1
	}
	return k
}

type newLine struct {
	Offer    catalog.OfferID `json:"product_info" doc:"Of the offer, as the list of products has it"`
	Quantity int64           `json:"quantity" minimum:"1" maximum:"100000"`
}

type changedLine struct {
	ID       basket.LineID `json:"id" doc:"Of the line in the basket"`
	Quantity int64         `json:"quantity" minimum:"1" maximum:"100000"`
}

type addIn struct {
	Body struct {
		Items []newLine `json:"items" nullable:"false" doc:"An array, or a string that holds it as JSON"`
	}
}

type addedOut struct {
	Body struct {
		Status  bool `json:"Status" example:"true"`
		Created int  `json:"Создано объектов"`
	}
}

type setIn struct {
	Body struct {
		Items []changedLine `json:"items" nullable:"false" doc:"An array, or a string that holds it as JSON"`
	}
}

type setOut struct {
	Body struct {
		Status  bool `json:"Status" example:"true"`
		Updated int  `json:"Обновлено объектов"`
	}
}

func (a *API) basket() {
	const path = "basket"
	add(a, op{
		method: http.MethodGet, path: path, id: "get-basket", tag: tagOrders, access: SignedIn,
		summary: "The person's basket at the prices of now: an array of one, or of none before the first item",
	}, func(ctx context.Context, who account.User, _ *none) (*basketOut, error) {
		k, found, err := a.Baskets.Of(ctx, who.ID)
		if err != nil || !found {
			return &basketOut{[]orderJSON{}}, err
		}
		return &basketOut{[]orderJSON{basketJSON(k)}}, nil
	})
	add(a, op{
		method: http.MethodPost, path: path, id: "add-to-basket", tag: tagOrders, access: SignedIn,
		summary: "Put products into the basket; one that is there already gets more",
	}, func(ctx context.Context, who account.User, in *addIn) (*addedOut, error) {
		wants := make([]catalog.Want, len(in.Body.Items))
		for i, item := range in.Body.Items {
			wants[i] = catalog.Want(item)
		}
		n, err := a.Baskets.Add(ctx, who.ID, wants)
		out := &addedOut{}
		out.Body.Status, out.Body.Created = true, n
		return out, err
	})
	add(a, op{
		method: http.MethodPut, path: path, id: "edit-basket", tag: tagOrders, access: SignedIn,
		summary: "Change quantities of lines",
	}, func(ctx context.Context, who account.User, in *setIn) (*setOut, error) {
		list := make([]basket.Quantity, len(in.Body.Items))
		for i, item := range in.Body.Items {
			list[i] = basket.Quantity{Line: item.ID, Quantity: item.Quantity}
		}
		n, err := a.Baskets.Set(ctx, who.ID, list)
		out := &setOut{}
		out.Body.Status, out.Body.Updated = true, n
		return out, err
	})
	add(a, op{
		method: http.MethodDelete, path: path, id: "remove-from-basket", tag: tagOrders, access: SignedIn,
		summary: "Remove lines",
	}, func(ctx context.Context, who account.User, in *idsIn) (*deletedOut, error) {
		n, err := a.Baskets.Remove(ctx, who.ID, idsOf[basket.LineID](in.Body.Items))
		return deleted(n), err
	})
}

func shopOf(p order.Part) shopRef { return shopRef{p.Shop, p.ShopName} }
