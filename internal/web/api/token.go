package api

import (
	"context"
	"net/http"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/platform/fault"
)

// tokenJSON is a sign-in or a key of a person.
type tokenJSON struct {
	ID        account.TokenID   `json:"id"`
	Kind      account.TokenKind `json:"kind" enum:"session,key" doc:"The sign-in of a person, or the key of a machine"`
	Name      string            `json:"name" doc:"Of a key"`
	Scopes    []account.Scope   `json:"scopes" nullable:"false" doc:"Of a key: what it may do"`
	CreatedAt time.Time         `json:"created_at"`
	ExpiresAt time.Time         `json:"expires_at"`
	UsedAt    *time.Time        `json:"last_used_at" nullable:"true" doc:"To a minute or two; null: not yet"`
	Agent     string            `json:"agent" doc:"The program that made it, as it named itself"`
	Address   string            `json:"address" doc:"Of the client that made it"`
	Current   bool              `json:"current" doc:"Whether this request was made with it"`
}

type tokensOut struct {
	Link string      `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body []tokenJSON `nullable:"false"`
}

type keyIn struct {
	Body struct {
		Name   string   `json:"name" maxLength:"100" example:"1С на складе" doc:"For people, to tell it from others"`
		Scopes []string `json:"scopes" nullable:"false" enum:"catalog:read,prices:write,orders:read,orders:write" example:"[\"orders:read\"]" doc:"What it may do: an array, or a string with commas or spaces. None holds another"`
		Days   *int     `json:"days,omitempty" minimum:"1" maximum:"730" default:"365" doc:"Until it expires"`
	}
}

type keyOut struct {
	Body struct {
		Status    bool            `json:"Status" example:"true"`
		ID        account.TokenID `json:"id" doc:"To revoke it by"`
		Key       string          `json:"key" example:"zk_0123456789abcdef0123456789abcdef01234567" doc:"The key itself, which is shown here only"`
		ExpiresAt time.Time       `json:"expires_at"`
	}
}

type revokeIn struct {
	Body struct {
		Items  []int64 `json:"items,omitempty" nullable:"false" doc:"Ids: an array, or a string with commas"`
		Others *bool   `json:"others,omitempty" doc:"In place of items: everything but the sign-in of this request"`
	}
}

// shownToken shows a sign-in or a key to its person; this is that of the request.
func shownToken(t account.Token, this account.TokenID) tokenJSON {
	return tokenJSON{
		t.ID, t.Kind, t.Name, append([]account.Scope{}, t.Scopes...), t.CreatedAt, t.ExpiresAt, t.LastUsedAt, t.Agent, t.Address, t.ID == this,
	}
}

func (a *API) tokens() {
	const path = "user/tokens"
	add(a, op{
		method: http.MethodGet, path: path, id: "list-tokens", tag: tagUser, access: SignedIn,
		summary: "The person's sign-ins and keys, newest first",
	}, a.listTokens)
	add(a, op{
		method: http.MethodPost, path: path, id: "add-key", tag: tagUser, access: SignedIn,
		summary: "Make a key for a machine, which may do some of what the person may; at most twenty a person",
	}, func(ctx context.Context, _ account.User, in *keyIn) (*keyOut, error) {
		k := account.NewKey{Name: in.Body.Name, Days: in.Body.Days}
		for _, s := range in.Body.Scopes {
			k.Scopes = append(k.Scopes, account.Scope(s))
		}
		key, t, err := a.Accounts.AddKey(ctx, signInOf(ctx), k)
		out := &keyOut{}
		out.Body.Status, out.Body.ID, out.Body.Key, out.Body.ExpiresAt = true, t.ID, key, t.ExpiresAt
		return out, err
	})
	add(a, op{
		method: http.MethodDelete, path: path, id: "revoke-tokens", tag: tagUser, access: SignedIn,
		summary: "End sign-ins and keys: those named, or all but this sign-in",
	}, func(ctx context.Context, who account.User, in *revokeIn) (*deletedOut, error) {
		others := in.Body.Others != nil && *in.Body.Others
		var n int64
		var err error
		switch {
		case others && len(in.Body.Items) > 0:
			err = fault.BadArguments.With("others", "Либо items, либо others.", "Either items or others.")
		case others:
			n, err = a.Accounts.RevokeOthers(ctx, who.ID, signInOf(ctx).Token)
		case len(in.Body.Items) > 0:
			n, err = a.Accounts.Revoke(ctx, who.ID, idsOf[account.TokenID](in.Body.Items))
		default:
			err = fault.Missing.Fact("Missing", []string{"items"})
		}
		return deleted(n), err
	})
}

func (a *API) listTokens(ctx context.Context, who account.User, in *Keyset) (*tokensOut, error) {
	before, err := cursorOf[account.TokenID](*in)
	if err != nil {
		return nil, err
	}
	list, err := a.Accounts.Tokens(ctx, who.ID, before, in.Limit+1)
	if err != nil {
		return nil, err
	}
	list, last := cut(list, in.Limit, func(t account.Token) account.TokenID { return t.ID })
	this := signInOf(ctx).Token
	out := &tokensOut{Link: next(a, *in, last), Body: make([]tokenJSON, len(list))}
	for i, t := range list {
		out.Body[i] = shownToken(t, this)
	}
	return out, nil
}
