package api

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/mail"
)

// ownData is all that the service has of a person. It is written member by
// member, never held as a whole.
type ownData struct {
	Details    person          `json:"details"`
	Requisites requisites      `json:"requisites"`
	Shop       *ownShop        `json:"shop,omitempty" doc:"Of a supplier; its offers are in partner/export"`
	Basket     []orderJSON     `json:"basket" nullable:"false"`
	Tokens     []tokenJSON     `json:"tokens" nullable:"false" doc:"Sign-ins and keys, newest first, without their secrets"`
	Orders     []orderJSON     `json:"orders" nullable:"false" doc:"That the person placed, newest first"`
	Letters    []ownLetterJSON `json:"letters" nullable:"false" doc:"To the address of now, newest first"`
	Acts       []auditRecord   `json:"acts" nullable:"false" doc:"What the log keeps of the person's own acts, newest first"`
}

// ownLetterJSON is a letter as its recipient sees it in a list.
type ownLetterJSON struct {
	Kind     string     `json:"kind" example:"order"`
	To       string     `json:"recipient"`
	Language string     `json:"language" enum:"ru,en"`
	At       time.Time  `json:"created_at"`
	SentAt   *time.Time `json:"sent_at"`
}

// ownPage is how many orders, letters or records one statement reads.
const ownPage = 100

func (a *API) ownData() {
	add(a, op{
		method: http.MethodGet, path: "user/export", id: "export-own-data", tag: tagUser, access: SignedIn,
		summary: "All that the service has of the signed-in person, as one document", answer: ownData{},
	}, func(ctx context.Context, who account.User, _ *none) (*huma.StreamResponse, error) {
		// What may fail before the first byte fails as any request does.
		head, err := a.ownHead(ctx, who)
		if err != nil {
			return nil, err
		}
		return &huma.StreamResponse{Body: func(ctx huma.Context) {
			_, w := humago.Unwrap(ctx)
			w.Header().Set("Content-Type", "application/json")
			if err := a.writeOwn(ctx.Context(), w, who, head); err != nil {
				a.Log.Info("own data not sent whole", "user", who.ID, "error", err)
				panic(http.ErrAbortHandler) // what was sent is not to be taken for the whole
			}
		}}, nil
	})
}

type leaveIn struct {
	Body struct {
		Password string `json:"password" doc:"Of the person, once more"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"Of the second factor, where it is on"`
	}
}

// leaving is how an account is deleted.
func (a *API) leaving() {
	add(a, op{
		method: http.MethodDelete, path: "user/details", id: "delete-account", tag: tagUser, access: SignedIn,
		summary: "Delete the account of the signed-in person: all that is theirs goes, placed orders and their documents stay",
	}, func(ctx context.Context, who account.User, in *leaveIn) (*done, error) {
		stamp, err := a.Accounts.Prove(ctx, who, in.Body.Password, in.Body.Code)
		if err != nil {
			return nil, err
		}
		return ok(), a.Orders.Leave(ctx, who.ID, stamp)
	})
}

// ownHead is what there is a bounded number of.
func (a *API) ownHead(ctx context.Context, who account.User) (head ownData, err error) {
	if head.Details, err = a.selfOf(ctx, who); err != nil {
		return head, err
	}
	r, err := a.Accounts.Requisites(ctx, who.ID)
	if err != nil {
		return head, err
	}
	head.Requisites = requisites(r)
	shop, err := a.Shops.Of(ctx, who.ID)
	switch {
	case err == nil:
		head.Shop = new(ownShopOf(shop))
	case !errors.Is(err, partner.NoShop):
		return head, err
	}
	basket, has, err := a.Baskets.Of(ctx, who.ID)
	head.Basket = []orderJSON{}
	if has {
		head.Basket = append(head.Basket, basketJSON(basket, infoOf(ctx).lang))
	}
	return head, err
}

// writeOwn writes the document.
func (a *API) writeOwn(ctx context.Context, to http.ResponseWriter, who account.User, head ownData) error {
	w := newMembers(to)
	w.member("details", head.Details)
	w.member("requisites", head.Requisites)
	if head.Shop != nil {
		w.member("shop", head.Shop)
	}
	w.member("basket", head.Basket)
	this := signInOf(ctx).Token
	list(w, "tokens", func(before account.TokenID) ([]account.Token, error) {
		return a.Accounts.Tokens(ctx, who.ID, before, ownPage)
	}, func(t account.Token) (account.TokenID, tokenJSON) { return t.ID, shownToken(t, this) })
	list(w, "orders", func(before order.ID) ([]order.Order, error) {
		return a.Orders.List(ctx, who.ID, order.Filter{}, before, ownPage)
	}, func(o order.Order) (order.ID, orderJSON) { return o.ID, placedJSON(o, account.Buyer) })
	list(w, "letters", func(before int64) ([]mail.Record, error) {
		return a.Letters.List(ctx, mail.Filter{To: who.Email}, before, ownPage)
	}, func(r mail.Record) (int64, ownLetterJSON) {
		return r.ID, ownLetterJSON{r.Kind, r.To, r.Lang, r.Created, r.Sent}
	})
	list(w, "acts", func(before audit.ID) ([]audit.Record, error) {
		return a.Trail.List(ctx, audit.Filter{User: int64(who.ID)}, before, ownPage)
	}, func(r audit.Record) (audit.ID, auditRecord) { return r.ID, auditRecordOf(r) })
	return w.end()
}

// members writes one JSON object, member by member. After an error it writes
// nothing more.
type members struct {
	out   *bufio.Writer
	json  *json.Encoder
	conn  *http.ResponseController
	comma string
	err   error
}

func newMembers(to http.ResponseWriter) *members {
	w := &members{out: bufio.NewWriter(to), conn: http.NewResponseController(to), comma: "{"}
	w.json = json.NewEncoder(w.out)
	w.json.SetEscapeHTML(false)
	return w
}

func (w *members) text(s string) {
	if w.err == nil {
		_, w.err = w.out.WriteString(s)
	}
}

func (w *members) value(v any) {
	if w.err == nil {
		w.err = w.json.Encode(v)
	}
}

func (w *members) name(name string) {
	w.text(w.comma + `"` + name + `":`)
	w.comma = ","
}

func (w *members) member(name string, v any) {
	w.name(name)
	w.value(v)
}

// send hands over what is there: the client has so long for each piece.
func (w *members) send() {
	if w.err != nil {
		return
	}
	// Not every writer can (a recorder in a test): then the server's own holds.
	_ = w.conn.SetWriteDeadline(time.Now().Add(pieceTime))
	if w.err = w.out.Flush(); w.err == nil {
		if err := w.conn.Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
			w.err = err
		}
	}
}

func (w *members) end() error {
	w.text("}\n")
	w.send()
	return w.err
}

// list writes an array page by page, each page read when the one before was sent.
func list[T, J any, ID ~int64](w *members, name string, page func(before ID) ([]T, error), show func(T) (ID, J)) {
	w.name(name)
	comma, before := "[", ID(0)
	for w.err == nil {
		rows, err := page(before)
		if err != nil {
			w.err = err
			return
		}
		for _, row := range rows {
			var shown J
			before, shown = show(row)
			w.text(comma)
			w.value(shown)
			comma = ","
		}
		w.send()
		if len(rows) < ownPage {
			break
		}
	}
	if comma == "[" {
		w.text(comma)
	}
	w.text("]")
}
