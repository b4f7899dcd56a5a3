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
	"zakup/internal/feature/partner"
	"zakup/internal/platform/money"
)

const tagOrders = "basket and orders"

// orderJSON is a basket or a placed order: the specification has one shape.
type orderJSON struct {
	ID       order.ID    `json:"id"`
	Number   string      `json:"number,omitempty" example:"2026-000123" doc:"Of a placed order, for people"`
	Lines    []lineJSON  `json:"ordered_items" nullable:"false"`
	State    order.State `json:"state" enum:"basket,new,confirmed,assembled,sent,delivered,canceled"`
	Version  int64       `json:"version,omitempty" doc:"Of a placed order: what a change of it must name; for a supplier, of its part"`
	At       time.Time   `json:"dt" doc:"When the basket was made, or the order placed"`
	TotalSum *amount     `json:"total_sum" nullable:"true" doc:"null when there are no items"`
	Contact  *contact    `json:"contact" doc:"null in a basket"`
	Parts    []partJSON  `json:"parts,omitempty" doc:"Of a placed order: one for each shop"`
	Buyer    *buyerJSON  `json:"buyer,omitempty" doc:"Of a placed order: who placed it, for administrators"`
	Lacks    []lackJSON  `json:"lacks,omitempty" nullable:"false" doc:"Of a basket: conditions of suppliers that stand in the way of ordering"`
}

// lackJSON is a condition of a supplier that the basket does not meet.
type lackJSON struct {
	Code string         `json:"code" enum:"min_quantity,multiple,min_order"`
	Line basket.LineID  `json:"id,omitempty" doc:"Of the line; absent when it is about all of the shop's"`
	Shop partner.ShopID `json:"shop_id"`
	Need int64          `json:"quantity,omitempty" doc:"That would do"`
	Sum  *amount        `json:"sum,omitempty" doc:"That is missing"`
	Text string         `json:"text"`
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
	Ordered  *int64        `json:"ordered,omitempty" doc:"In an order: what was ordered, when less will come"`
	Decision string        `json:"decision,omitempty" enum:"pending,accepted,canceled" doc:"In an order: what the buyer said about a shortage"`
	Reason   string        `json:"reason,omitempty" doc:"In an order: why the supplier has less"`
	PriceWas *amount       `json:"price_was,omitempty" doc:"In a basket: the price when it was added, if it is another now"`
	Changed  []string      `json:"changed,omitempty" enum:"price,stock,gone" doc:"In a basket: what changed since it was added, or stands in the way of ordering"`
}

type partJSON struct {
	N       int           `json:"part" example:"1" doc:"Names the part in its order"`
	Number  string        `json:"number" example:"2026-000123/1" doc:"For people"`
	Shop    shopRef       `json:"shop"`
	State   order.State   `json:"state" enum:"new,confirmed,assembled,sent,delivered,canceled"`
	Version int64         `json:"version"`
	Sum     amount        `json:"sum"`
	Steps   []order.State `json:"steps" nullable:"false" doc:"The states to which the caller may take it"`
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
func basketJSON(k basket.Basket, lang string) orderJSON {
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
	for _, l := range basket.Lacks(k.Lines) {
		lack := lackJSON{Code: l.Code, Line: l.Line, Shop: l.Shop, Need: l.Need, Text: l.Text.In(lang)}
		if l.Line == 0 {
			lack.Need, lack.Sum = 0, new(amount(l.Need))
		}
		o.Lacks = append(o.Lacks, lack)
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
		method: http.MethodGet, path: path, id: "get-basket", tag: tagOrders, access: SignedIn, scope: account.OrdersRead,
		summary: "The person's basket at the prices of now: an array of one, or of none before the first item",
	}, func(ctx context.Context, who account.User, _ *none) (*basketOut, error) {
		k, found, err := a.Baskets.Of(ctx, who.ID)
		if err != nil || !found {
			return &basketOut{[]orderJSON{}}, err
		}
		return &basketOut{[]orderJSON{basketJSON(k, infoOf(ctx).lang)}}, nil
	})
	add(a, op{
		method: http.MethodPost, path: path, id: "add-to-basket", tag: tagOrders, access: SignedIn, scope: account.OrdersWrite,
		fails:   []int{http.StatusNotFound},
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
		method: http.MethodPut, path: path, id: "edit-basket", tag: tagOrders, access: SignedIn, scope: account.OrdersWrite,
		fails:   []int{http.StatusNotFound},
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
		method: http.MethodDelete, path: path, id: "remove-from-basket", tag: tagOrders, access: SignedIn, scope: account.OrdersWrite,
		fails:   []int{http.StatusNotFound},
		summary: "Remove lines",
	}, func(ctx context.Context, who account.User, in *idsIn) (*deletedOut, error) {
		n, err := a.Baskets.Remove(ctx, who.ID, idsOf[basket.LineID](in.Body.Items))
		return deleted(n), err
	})
}

func shopOf(p order.Part) shopRef { return shopRef{p.Shop, p.ShopName} }
