package api

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"zakup/internal/feature/account"
	"zakup/internal/feature/order"
	"zakup/internal/platform/fault"
)

// maxBulk is how many orders one request may change.
const maxBulk = 100

type adminOrdersIn struct {
	ShopOrdersIn
	Buyer string `query:"buyer" doc:"Id or e-mail address of the buyer"`
}

// buyerJSON is who placed an order.
type buyerJSON struct {
	ID        account.ID `json:"id"`
	Email     string     `json:"email"`
	FirstName string     `json:"first_name"`
	LastName  string     `json:"last_name"`
	Company   string     `json:"company"`
}

func adminOrder(p order.Placed) orderJSON {
	u := p.Buyer
	out := placedJSON(p.Order, account.Admin)
	out.Buyer = &buyerJSON{u.ID, u.Email, u.FirstName, u.LastName, u.Company}
	return out
}

type adminStepIn struct {
	ID order.ID `path:"id"`
	Versioned
	Body struct {
		StepFields
		Part int `json:"part,omitempty" doc:"One part of the order; absent: all that are not canceled"`
	}
}

type bulkItem struct {
	ID      order.ID    `json:"id"`
	Part    int         `json:"part,omitempty" doc:"One part of the order; absent: all that are not canceled"`
	State   order.State `json:"state" enum:"new,confirmed,assembled,sent,delivered,canceled"`
	Version int64       `json:"version" doc:"Of the order, as you have seen it"`
	Reason  string      `json:"reason,omitempty" maxLength:"500"`
}

type bulkIn struct {
	Body struct {
		Items []bulkItem `json:"items" nullable:"false" doc:"At most 100. An array, or a string that holds it as JSON"`
	}
}

type bulkResult struct {
	ID      order.ID    `json:"id"`
	Status  bool        `json:"Status"`
	State   order.State `json:"state,omitempty" doc:"Of the order, after it"`
	Version int64       `json:"version,omitempty"`
	Code    any         `json:"Code,omitempty" doc:"Why it was refused"`
	Error   any         `json:"Error,omitempty"`
	Errors  any         `json:"Errors,omitempty" doc:"The same sentence, or the messages of single arguments by name"`
	Legal   any         `json:"Legal,omitempty" doc:"The legal steps, where another was asked for"`
}

type bulkOut struct {
	Body struct {
		Status  bool         `json:"Status" doc:"Whether all were changed"`
		Results []bulkResult `json:"results" nullable:"false" doc:"In the order of the items"`
	}
}

// adminOrders are orders in an administrator's hands.
func (a *API) adminOrders() {
	const path = "admin/orders"
	add(a, op{
		method: http.MethodGet, path: path, id: "list-all-orders", tag: tagAdmin, access: AdminOnly, scope: account.OrdersRead,
		summary: "All orders, newest first",
	}, a.listAllOrders)
	add(a, op{
		method: http.MethodGet, path: path + "/{id}", id: "get-any-order", tag: tagAdmin, access: AdminOnly, scope: account.OrdersRead,
		summary: "Any order",
	}, func(ctx context.Context, _ account.User, in *orderIn) (*orderOut, error) {
		o, err := a.Orders.Any(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return orderAnswer(adminOrder(o)), nil
	})
	add(a, op{
		method: http.MethodPost, path: path + "/{id}/state", id: "set-order-state", tag: tagAdmin, access: AdminOnly, scope: account.OrdersWrite,
		summary: "Take an order, or one part of it, to any legal state",
	}, func(ctx context.Context, who account.User, in *adminStepIn) (*orderOut, error) {
		s, err := in.Body.step(in.Versioned)
		if err != nil {
			return nil, err
		}
		o, err := a.Orders.Set(ctx, who, in.ID, in.Body.Part, s)
		if err != nil {
			return nil, current(err, func() (orderJSON, error) {
				o, err := a.Orders.Any(ctx, in.ID)
				return adminOrder(o), err
			})
		}
		return orderAnswer(adminOrder(o)), nil
	})
	add(a, op{
		method: http.MethodPost, path: path, id: "set-order-states", tag: tagAdmin, access: AdminOnly, scope: account.OrdersWrite,
		summary: "Take many orders to a state: each on its own, with a result for each",
	}, a.setOrderStates)
	add(a, op{
		method: http.MethodGet, path: path + "/{id}/history", id: "any-order-history", tag: tagAdmin, access: AdminOnly, scope: account.OrdersRead,
		summary: "What happened to any order, and who did it",
	}, func(ctx context.Context, _ account.User, in *orderIn) (*historyOut, error) {
		return historyOf(a.Orders.AllHistory(ctx, in.ID))
	})
}

func (a *API) listAllOrders(ctx context.Context, _ account.User, in *adminOrdersIn) (*ordersOut, error) {
	before, filter, err := in.read()
	if err != nil {
		return nil, err
	}
	if buyer := strings.TrimSpace(in.Buyer); buyer != "" {
		filter.Buyer, err = a.buyerOf(ctx, buyer)
		if errors.Is(err, fault.Absent) {
			return &ordersOut{Body: []orderJSON{}}, nil
		}
		if err != nil {
			return nil, err
		}
	}
	list, err := a.Orders.All(ctx, filter, order.Seq(before), in.Limit+1)
	if err != nil {
		return nil, err
	}
	list, last := cut(list, in.Limit, func(p order.Placed) order.Seq { return p.Seq })
	out := &ordersOut{Link: next(a, in.Keyset, last), Body: make([]orderJSON, len(list))}
	for i, p := range list {
		out.Body[i] = adminOrder(p)
	}
	return out, nil
}

// buyerOf reads who is meant by an id or an address.
func (a *API) buyerOf(ctx context.Context, text string) (account.ID, error) {
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil && !strings.ContainsRune(text, 0) { // PostgreSQL takes no text with it
		u, err := a.Accounts.ByEmail(ctx, text)
		return u.ID, err
	}
	if err != nil || id < 1 {
		return 0, fault.Absent
	}
	return account.ID(id), nil
}

func (a *API) setOrderStates(ctx context.Context, who account.User, in *bulkIn) (*bulkOut, error) {
	if len(in.Body.Items) > maxBulk {
		return nil, fault.BadArguments.With("items", "Не больше 100 заказов.", "No more than 100 orders.")
	}
	out := &bulkOut{}
	out.Body.Status, out.Body.Results = true, make([]bulkResult, len(in.Body.Items))
	for i, item := range in.Body.Items {
		r := &out.Body.Results[i]
		r.ID = item.ID
		o, err := a.Orders.Set(ctx, who, item.ID, item.Part, order.Step{To: item.State, Version: item.Version, Reason: item.Reason})
		if err != nil { // what was done of the others stays done, and is told
			out.Body.Status = false
			why := a.tell(infoOf(ctx), err).body
			r.Code, r.Error, r.Errors, r.Legal = why["Code"], why["Error"], why["Errors"], why["Legal"]
			continue
		}
		r.Status, r.State, r.Version = true, o.State, o.Version
	}
	return out, nil
}
