package api

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
	"zakup/internal/platform/client"
	"zakup/internal/platform/limit"
)

// unlimited are the paths of those who watch over the service.
var unlimited = map[string]bool{healthPath: true, readyPath: true}

// often counts the request of the address; the fault is limit.TooMany. It is the
// first thing that is done with a request.
func (a *API) often(w http.ResponseWriter, r *http.Request, from netip.Addr) error {
	if unlimited[r.URL.Path] {
		return nil
	}
	return a.Requests.Address.Allow(w, r, client.Network(from))
}

// oftenBy counts the request of the person, whatever their address.
func (a *API) oftenBy(ctx huma.Context, who account.User) error {
	if who.ID == 0 {
		return nil
	}
	r, w := humago.Unwrap(ctx)
	return a.Requests.Account.Allow(w, r, strconv.FormatInt(int64(who.ID), 10))
}

// holdOff answers whoever comes too often: 1C in its words.
func (a *API) holdOff(w http.ResponseWriter, r *http.Request, err error) {
	if r.URL.Path != exchangePath {
		a.answer(w, r, err)
		return
	}
	f := a.tell(infoOf(r.Context()), err)
	w.Header().Set("Content-Type", exchangeMedia)
	_, _ = w.Write(exchangeLines("failure", fmt.Sprint(f.body["Error"]))) // the client may have gone
}

// guess counts a try at an operation that takes a mailed secret, or lets any
// other one pass. The address alone counts: nobody can guess whose a secret is.
func (a *API) guess(ctx context.Context, o op) (*limit.Try, error) {
	if !o.secret {
		return nil, nil //nolint:nilnil // a try that is not counted
	}
	return a.Guard.Try(ctx, limit.Count{
		Rule: a.Guard.Rules().Token, Of: limit.Key("token", client.Network(client.From(ctx))),
	})
}

// keep counts an answer that is kept for somebody who has not signed in.
func (a *API) keep(ctx context.Context) error {
	if callerOf(ctx).ID != 0 {
		return nil
	}
	_, err := a.Guard.Try(ctx, limit.Count{
		Rule: a.Guard.Rules().Key, Of: limit.Key("key", client.Network(client.From(ctx))),
	})
	return err
}

// limitHeaders describes those of the answer to whoever comes too often.
func limitHeaders() map[string]*huma.Header {
	all := header("Retry-After", "In how many seconds to try again", huma.TypeInteger)
	maps.Copy(all, header("RateLimit-Policy", "How many requests (q) in how many seconds (w), of the address and of the account", huma.TypeString))
	maps.Copy(all, header("RateLimit", "How many of them are left (r), and if none is, in how many seconds there is one (t)", huma.TypeString))
	return all
}
