package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/text/encoding/charmap"

	"zakup/internal/feature/account"
	"zakup/internal/feature/order"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/fault"
)

// exchangePath is where 1C exchanges price lists and orders with us, by the
// protocol that it has for shops: lines of text, the first of which is success,
// progress or failure, under the HTTP status 200. Only what is no answer of the
// protocol has another status. Pictures are taken and dropped.
const exchangePath = Prefix + "/partner/exchange/1c"

const (
	// exchangeMedia is what most answers are.
	exchangeMedia = "text/plain; charset=utf-8"
	// exchangeCookie is the cookie of a session.
	exchangeCookie = "zakup_exchange"
	// exchangePart is how long the parts are that 1C is asked to send, in bytes.
	exchangePart = 10 << 20
	// exchangePatience is how long a request waits for an import: 1C gives up
	// after 30 seconds or more, and asks again after "progress".
	exchangePatience = 20 * time.Second
	// exchangeProblems is how many problems of a list 1C is told.
	exchangeProblems = 5
)

var (
	noExchangeMode = fault.New(fault.Invalid, "exchange_mode",
		"Неизвестная команда обмена: поддерживаются type=catalog и type=sale, mode=checkauth, init, file, import, query, success, deactivate, complete",
		"Unknown command of the exchange: type=catalog and type=sale with mode=checkauth, init, file, import, query, success, deactivate, complete are known")
	exchangePost = fault.New(fault.NotAllowed, "exchange_post",
		"Файл передаётся методом POST", "A file is sent by POST")
	noExchangeStates = fault.New(fault.Invalid, "exchange_states",
		"Изменения заказов из 1С пока не принимаются: выключите в узле обмена загрузку заказов на сайт",
		"Changes of orders from 1C are not taken yet: switch the sending of orders off in the exchange node")
)

// exchangeIn is a request of 1C, whose body the handler reads as it comes.
type exchangeIn struct{ upload upload }

// Resolve notes the request.
func (in *exchangeIn) Resolve(ctx huma.Context) []error {
	in.upload = uploadOf(ctx)
	return nil
}

type exchangeOut struct {
	Status      int
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *API) exchange() {
	path := strings.TrimPrefix(exchangePath, Prefix+"/")
	add(a, op{
		method: http.MethodGet, path: path, id: "exchange-1c", tag: tagPartner, access: PublicMute, raw: true,
		summary: "The exchange of 1C with shops: price lists in, orders out; it signs in by Basic, with the e-mail and the password or a key of prices:write and orders:read", more: describeExchange,
	}, a.exchangeOf)
	add(a, op{
		method: http.MethodPost, path: path, id: "exchange-1c-send", tag: tagPartner, access: PublicMute, raw: true,
		summary: "The exchange of 1C with shops: a file of a price list", more: describeExchange,
	}, a.exchangeOf)
}

// exchangeOf answers one request in the words of the protocol.
func (a *API) exchangeOf(ctx context.Context, _ account.User, in *exchangeIn) (*exchangeOut, error) {
	out := &exchangeOut{Status: http.StatusOK, ContentType: exchangeMedia}
	var err error
	if out.Body, err = a.exchangeAnswer(ctx, in.upload); err != nil {
		f := a.tell(infoOf(ctx), err)
		if f.status >= http.StatusInternalServerError && fault.As(err) == nil {
			out.Status = f.status
		}
		out.Body = exchangeLines("failure", fmt.Sprint(f.body["Error"]))
	} else if bytes.HasPrefix(out.Body, []byte("<?xml")) {
		out.ContentType = "application/xml; charset=utf-8"
	}
	return out, nil
}

func exchangeLines(lines ...string) []byte { return []byte(strings.Join(lines, "\n") + "\n") }

// exchangeAnswer does what the type and the mode say.
func (a *API) exchangeAnswer(ctx context.Context, u upload) ([]byte, error) {
	q := u.r.URL.Query()
	kind, mode := q.Get("type"), q.Get("mode")
	if kind != "catalog" && kind != "sale" {
		return nil, noExchangeMode
	}
	if mode == "checkauth" {
		return a.exchangeSignIn(ctx, u.r)
	}
	x, secret, err := a.exchangeSession(ctx, u.r)
	if err != nil {
		return nil, err
	}
	ctx = audit.As(ctx, int64(x.User))
	switch kind + " " + mode {
	case "catalog init":
		err = a.Lists.InitExchange(ctx, x)
		fallthrough
	case "sale init":
		return exchangeLines("zip=yes", fmt.Sprint("file_limit=", exchangePart), "sessid="+exchangeSessID(secret), "version=3.1"), err
	case "catalog file":
		err = a.exchangeFile(ctx, u, x, q.Get("filename"))
	case "catalog import":
		return a.exchangeImport(ctx, x, q.Get("filename"))
	case "sale query":
		return a.exchangeOrders(ctx, x)
	case "sale success":
		_, err = a.Orders.TakeExchange(ctx, x)
	case "sale file", "sale import":
		err = noExchangeStates
	case "catalog deactivate", "catalog complete", "sale deactivate", "sale complete":
	default:
		err = noExchangeMode
	}
	return exchangeLines("success"), err
}

// exchangeNeeds are the scopes without which a key is no password of 1C's: it
// sends price lists and takes orders in one session.
var exchangeNeeds = []account.Scope{account.PricesWrite, account.OrdersRead}

// exchangeSignIn opens a session for a supplier's e-mail and password, or a key
// in its place.
func (a *API) exchangeSignIn(ctx context.Context, r *http.Request) ([]byte, error) {
	email, password, _ := r.BasicAuth()
	s, stamp, err := a.Accounts.Check(ctx, exchangeText(email), exchangeText(password))
	if err != nil {
		return nil, err
	}
	for _, scope := range exchangeNeeds {
		if !s.May(scope) {
			return nil, lacksScope(scope)
		}
	}
	if err := (op{access: ShopOnly, least: account.Manager}).admit(account.SignIn{User: s.User}); err != nil {
		return nil, err
	}
	secret, err := a.Lists.OpenExchange(ctx, s.User.ID, stamp)
	return exchangeLines("success", exchangeCookie, secret, "sessid="+exchangeSessID(secret), fmt.Sprint("timestamp=", time.Now().Unix())), err
}

// exchangeText reads what older versions of 1C write in Windows-1251.
func exchangeText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	text, err := charmap.Windows1251.NewDecoder().String(s)
	if err != nil {
		return s
	}
	return text
}

// exchangeSession is the session of the cookie; the sessid, if there is one,
// must be its too.
func (a *API) exchangeSession(ctx context.Context, r *http.Request) (x pricelist.Exchange, secret string, err error) {
	cookie, err := r.Cookie(exchangeCookie)
	if err != nil {
		return x, "", pricelist.BadExchange
	}
	if given := r.URL.Query().Get("sessid"); given != "" &&
		subtle.ConstantTimeCompare([]byte(given), []byte(exchangeSessID(cookie.Value))) != 1 {
		return x, "", pricelist.BadExchange
	}
	x, err = a.Lists.ExchangeOf(ctx, cookie.Value)
	return x, cookie.Value, err
}

// exchangeSessID proves that whoever made the address knows the session.
func exchangeSessID(secret string) string {
	sum := sha256.Sum256([]byte("sessid " + secret))
	return hex.EncodeToString(sum[:16])
}

func (a *API) exchangeFile(ctx context.Context, u upload, x pricelist.Exchange, name string) error {
	if u.r.Method != http.MethodPost {
		return exchangePost
	}
	uploadDeadlines(u.w, u.r)
	err := a.Lists.AddToExchange(ctx, x, name, http.MaxBytesReader(u.w, u.r.Body, pricelist.MaxBytes+1))
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return reading.TooLarge
	}
	return err
}

// exchangeImport begins an import, or tells how the one that was begun goes.
func (a *API) exchangeImport(ctx context.Context, x pricelist.Exchange, name string) ([]byte, error) {
	id, err := a.Lists.ImportExchange(ctx, x, name)
	if err != nil {
		return nil, err
	}
	i, err := a.Lists.Wait(ctx, x.User, id, exchangePatience, a.Stopping)
	if err != nil {
		return nil, err
	}
	lang := infoOf(ctx).lang
	switch i.State {
	case pricelist.Applied:
		return exchangeLines("success"), nil
	case pricelist.Held:
		return exchangeLines("failure", i.WhyHeld().In(lang), fault.Text{
			RU: fmt.Sprintf("Список ждёт решения: POST %s/partner/imports/%d/apply применит его, /discard отклонит", Prefix, id),
			EN: fmt.Sprintf("The list waits for a decision: POST %s/partner/imports/%d/apply applies it, /discard refuses it", Prefix, id),
		}.In(lang)), nil
	case pricelist.Refused:
		return a.exchangeRefusal(ctx, x, i)
	}
	return exchangeLines("progress", fault.Text{
		RU: fmt.Sprintf("Прочитано товаров: %d", i.Rows), EN: fmt.Sprintf("Goods read: %d", i.Rows),
	}.In(lang)), nil
}

// exchangeRefusal tells why a list was refused. One whose prices are still to
// come was not: its files are kept for the next.
func (a *API) exchangeRefusal(ctx context.Context, x pricelist.Exchange, i pricelist.Import) ([]byte, error) {
	if kept, err := a.Lists.KeepForLater(ctx, x, i.ID); kept || err != nil {
		return exchangeLines("success"), err
	}
	problems, err := a.Lists.Problems(ctx, i.ID)
	if err != nil {
		return nil, err
	}
	lang := infoOf(ctx).lang
	lines := []string{"failure", i.Reason.In(lang)}
	for _, p := range problems {
		if len(lines) < 2+exchangeProblems && p.Severity == reading.Error.String() {
			lines = append(lines, fmt.Sprintf("%d: %s", p.Line, strings.Join(strings.Fields(p.Text.In(lang)), " ")))
		}
	}
	return exchangeLines(lines...), nil
}

// exchangeOrders is the document of the orders that 1C has not taken yet.
func (a *API) exchangeOrders(ctx context.Context, x pricelist.Exchange) ([]byte, error) {
	list, err := a.Orders.QueryExchange(ctx, x)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = order.WriteExchange(&b, list, time.Now())
	return b.Bytes(), err
}

func describeExchange(h *huma.Operation) {
	param := func(name, doc string, required bool, values ...any) *huma.Param {
		return &huma.Param{Name: name, In: "query", Description: doc, Required: required, Schema: &huma.Schema{Type: huma.TypeString, Enum: values}}
	}
	h.Parameters = []*huma.Param{
		param("type", "Price lists or orders", true, "catalog", "sale"),
		param("mode", "What to do", true, "checkauth", "init", "file", "import", "query", "success", "deactivate", "complete"),
		param("filename", "Of a file and an import", false),
		param("sessid", "As checkauth and init gave it", false),
	}
	h.Responses = map[string]*huma.Response{"200": {
		Description: "Lines of text, the first of which is success, progress or failure; of query a document of CommerceML",
		Content:     map[string]*huma.MediaType{"text/plain": {Schema: &huma.Schema{Type: huma.TypeString}}},
	}}
	if h.Method == http.MethodPost {
		h.RequestBody = &huma.RequestBody{
			Description: "Of a file: its bytes, or a part of them",
			Content: map[string]*huma.MediaType{
				"application/octet-stream": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}},
			},
		}
	}
}
