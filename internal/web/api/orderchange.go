package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/order"
	"zakup/internal/platform/fault"
)

// Versioned is the version that a change was made on, by either way.
type Versioned struct {
	IfMatch string `header:"If-Match" example:"\"3\"" doc:"The version that the change was made on: the ETag of the order. Or version in the body"`
}

// on returns the version that the change was made on.
func (v Versioned) on(body *int64) (int64, error) {
	if body != nil {
		return *body, nil
	}
	if v.IfMatch == "" {
		return 0, fault.Missing.With("version",
			"Укажите версию заказа, которую вы видели: в поле version или в заголовке If-Match.",
			"Say which version of the order you have seen: in version or in the header If-Match.")
	}
	n, err := strconv.ParseInt(strings.Trim(strings.TrimPrefix(v.IfMatch, "W/"), `"`), 10, 64)
	if err != nil {
		return 0, fault.BadArguments.With("If-Match", "Здесь ожидается версия заказа, например \"3\".", `The version of an order is expected, such as "3".`)
	}
	return n, nil
}

// current adds to a refusal for a stale version the order as it is.
func current(err error, read func() (orderJSON, error)) error {
	if !errors.Is(err, order.Stale) {
		return err
	}
	now, readErr := read()
	if readErr != nil {
		return err
	}
	return fault.As(err).Fact("Order", now)
}

type cancelIn struct {
	ID order.ID `path:"id"`
	Versioned
	Body struct {
		Version *int64 `json:"version,omitempty" doc:"Of the order, as you have seen it"`
		Part    int    `json:"part,omitempty" doc:"One part of the order; absent: all"`
		Reason  string `json:"reason,omitempty" maxLength:"500"`
	}
}

type choiceItem struct {
	Line   basket.LineID `json:"id" doc:"Of the line"`
	Accept bool          `json:"accept" doc:"Less will do; else the line is left out"`
}

type choicesIn struct {
	ID order.ID `path:"id"`
	Versioned
	Body struct {
		Version *int64       `json:"version,omitempty" doc:"Of the order, as you have seen it"`
		Items   []choiceItem `json:"items" nullable:"false" doc:"An array, or a string that holds it as JSON"`
	}
}

type pastJSON struct {
	At      time.Time     `json:"dt"`
	Version int64         `json:"version" doc:"Of the order, after it"`
	Part    int           `json:"part,omitempty" doc:"Absent: the order as a whole"`
	Line    basket.LineID `json:"id,omitempty" doc:"Of the line"`
	Name    string        `json:"name,omitempty" doc:"Of the product of the line"`
	Role    account.Type  `json:"role" enum:"buyer,shop,admin" doc:"Who did it"`
	Email   string        `json:"email,omitempty" doc:"Of who did it: for administrators"`
	From    order.State   `json:"from"`
	To      order.State   `json:"to"`
	Had     *int64        `json:"quantity_was,omitempty"`
	Has     *int64        `json:"quantity,omitempty" doc:"Of the line"`
	Reason  string        `json:"reason,omitempty"`
}

type historyOut struct {
	Body []pastJSON `nullable:"false"`
}

func historyOf(list []order.Past, err error) (*historyOut, error) {
	if err != nil {
		return nil, err
	}
	out := &historyOut{make([]pastJSON, len(list))}
	for i, p := range list {
		out.Body[i] = pastJSON{
			At: p.At, Version: p.Version, Part: p.PartN, Line: p.Line, Name: p.LineName, Role: p.As, Email: p.Email,
			From: p.From, To: p.To, Reason: p.Reason,
		}
		if p.Line != 0 {
			out.Body[i].Had, out.Body[i].Has = &p.Had, &p.Has
		}
	}
	return out, nil
}

type againJSON struct {
	Line     basket.LineID `json:"id" doc:"Of the line in the order"`
	Name     string        `json:"name"`
	Ordered  int64         `json:"ordered"`
	Added    int64         `json:"quantity" doc:"That went into the basket"`
	Price    *amount       `json:"price,omitempty" doc:"Of now"`
	PriceWas amount        `json:"price_was"`
	Changed  []string      `json:"changed" nullable:"false" enum:"gone,stock,quantity,dearer,cheaper" doc:"quantity: the supplier does not sell that little"`
}

type againOut struct {
	Body struct {
		Status bool        `json:"Status" example:"true"`
		Items  []againJSON `json:"items" nullable:"false" doc:"What became of each line"`
	}
}

func againOf(list []order.Again) *againOut {
	out := &againOut{}
	out.Body.Status, out.Body.Items = true, make([]againJSON, len(list))
	for i, l := range list {
		item := againJSON{Line: l.ID, Name: l.Name, Ordered: l.Ordered, Added: l.Added, PriceWas: amount(l.Line.Price), Changed: []string{}}
		if l.Gone {
			item.Changed = append(item.Changed, "gone")
		} else {
			item.Price = new(amount(l.Price))
		}
		if l.Short {
			item.Changed = append(item.Changed, "stock")
		}
		if l.More {
			item.Changed = append(item.Changed, "quantity")
		}
		switch {
		case !l.Gone && l.Price > l.Line.Price:
			item.Changed = append(item.Changed, "dearer")
		case !l.Gone && l.Price < l.Line.Price:
			item.Changed = append(item.Changed, "cheaper")
		}
		out.Body.Items[i] = item
	}
	return out
}

// orderChanges are what a buyer does with a placed order.
func (a *API) orderChanges() {
	mine := func(ctx context.Context, who account.User, id order.ID) func() (orderJSON, error) {
		return func() (orderJSON, error) {
			o, err := a.Orders.Get(ctx, who.ID, id)
			return placedJSON(o, account.Buyer), err
		}
	}
	add(a, op{
		method: http.MethodPost, path: "order/{id}/cancel", id: "cancel-order", tag: tagOrders, access: SignedIn, scope: account.OrdersWrite,
		summary: "Cancel a new order of the person, or one part of it; the goods are for sale again",
	}, func(ctx context.Context, who account.User, in *cancelIn) (*orderOut, error) {
		version, err := in.on(in.Body.Version)
		if err != nil {
			return nil, err
		}
		o, err := a.Orders.Cancel(ctx, who, in.ID, in.Body.Part, version, in.Body.Reason)
		if err != nil {
			return nil, current(err, mine(ctx, who, in.ID))
		}
		return orderAnswer(placedJSON(o, account.Buyer)), nil
	})
	add(a, op{
		method: http.MethodPost, path: "order/{id}/lines", id: "decide-lines", tag: tagOrders, access: SignedIn, scope: account.OrdersWrite,
		summary: "Accept or leave out the lines of which a supplier has less than was ordered",
	}, func(ctx context.Context, who account.User, in *choicesIn) (*orderOut, error) {
		version, err := in.on(in.Body.Version)
		if err != nil {
			return nil, err
		}
		list := make([]order.Choice, len(in.Body.Items))
		for i, c := range in.Body.Items {
			list[i] = order.Choice(c)
		}
		o, err := a.Orders.Decide(ctx, who, in.ID, version, list)
		if err != nil {
			return nil, current(err, mine(ctx, who, in.ID))
		}
		return orderAnswer(placedJSON(o, account.Buyer)), nil
	})
	add(a, op{
		method: http.MethodGet, path: "order/{id}/history", id: "order-history", tag: tagOrders, access: SignedIn, scope: account.OrdersRead,
		summary: "What happened to the person's order: when, in which role, from, to, why",
	}, func(ctx context.Context, who account.User, in *orderIn) (*historyOut, error) {
		return historyOf(a.Orders.History(ctx, who.ID, in.ID))
	})
	add(a, op{
		method: http.MethodPost, path: "order/{id}/repeat", id: "repeat-order", tag: tagOrders, access: SignedIn, scope: account.OrdersWrite,
		summary: "Put what the order held into the basket, as far as it is there, and tell what is gone, short or dearer",
	}, func(ctx context.Context, who account.User, in *orderIn) (*againOut, error) {
		list, err := a.Orders.Repeat(ctx, who.ID, in.ID)
		if err != nil {
			return nil, err
		}
		return againOf(list), nil
	})
}
