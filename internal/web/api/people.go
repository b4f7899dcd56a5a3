package api

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fault"
)

// knownPerson is a user as administrators see them.
type knownPerson struct {
	ID        account.ID   `json:"id"`
	FirstName string       `json:"first_name"`
	LastName  string       `json:"last_name"`
	Email     string       `json:"email"`
	Company   string       `json:"company"`
	Position  string       `json:"position"`
	Type      account.Type `json:"type" enum:"buyer,shop,admin"`
	Language  string       `json:"language" enum:"ru,en" doc:"Of letters"`
	Shortages bool         `json:"accept_shortages"`
	Active    bool         `json:"active" doc:"The address was confirmed"`
	Blocked   bool         `json:"blocked"`
	At        time.Time    `json:"created_at"`
	Member    *membership  `json:"member,omitempty" doc:"Of who acts for the shop of somebody else"`
	Shop      *ownShop     `json:"shop,omitempty" doc:"Of who is a supplier, or was one; not in lists"`
}

func knownOf(k account.Known) knownPerson {
	return knownPerson{
		ID: k.ID, FirstName: k.FirstName, LastName: k.LastName, Email: k.Email, Company: k.Company, Position: k.Position,
		Type: k.Type, Language: k.Language, Shortages: k.AcceptShortages, Active: k.Active, Blocked: k.Blocked, At: k.CreatedAt,
		Member: membershipOf(k.User),
	}
}

func personOf(p partner.Person) knownPerson {
	out := knownOf(p.Known)
	if p.Shop != nil {
		out.Shop = new(ownShopOf(*p.Shop))
	}
	return out
}

// usersIn chooses people.
type usersIn struct {
	Keyset
	search account.Search
}

// Resolve reads the filters.
func (in *usersIn) Resolve(ctx huma.Context) []error {
	_ = in.Keyset.Resolve(ctx)
	if err := in.read(in.self.query); err != nil {
		return []error{err}
	}
	return nil
}

func (in *usersIn) read(q url.Values) *fault.Error {
	switch t := account.Type(q.Get("type")); t {
	case "", account.Buyer, account.Shop, account.Admin:
		in.search.Type = t
	default:
		return fault.BadArguments.WithText("type", fault.NotOneOf(userTypes))
	}
	in.search.Prefix = q.Get("search")
	var bad *fault.Error
	in.search.Blocked, bad = queryBoolean(q, "blocked")
	return bad
}

var userTypes = []any{string(account.Buyer), string(account.Shop), string(account.Admin)}

func describeUsers(h *huma.Operation) {
	kind := queryParam("type", huma.TypeString, "What they are", false)
	kind.Schema.Enum = userTypes
	h.Parameters = append(h.Parameters, kind,
		queryParam("blocked", huma.TypeBoolean, "Only who is blocked, or who is not", false),
		queryParam("search", huma.TypeString, "How the address or the name begins, in any letter case", false),
	)
}

type usersOut struct {
	Link string        `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body []knownPerson `nullable:"false"`
}

type userIDIn struct {
	ID account.ID `path:"id"`
}

type userOut struct{ Body knownPerson }

type roleIn struct {
	ID   account.ID `path:"id"`
	Body struct {
		Type string `json:"type" enum:"buyer,shop" doc:"An administrator is made on the command line only"`
	}
}

type administeredOut struct {
	Body struct {
		Status bool        `json:"Status" example:"true"`
		User   knownPerson `json:"user"`
		Note   string      `json:"note,omitempty" doc:"What is still to be done"`
	}
}

// closedNote says what a supplier lacks who may sign in.
var closedNote = fault.Text{
	RU: "Магазин закрыт, пока администратор его не одобрит: POST admin/shops/{id}/approve",
	EN: "The shop is closed until an administrator approves it: POST admin/shops/{id}/approve",
}

// administered shows what became of a person.
func administered(ctx context.Context, p partner.Person, err error) (*administeredOut, error) {
	if err != nil {
		return nil, err
	}
	out := &administeredOut{}
	out.Body.Status, out.Body.User = true, personOf(p)
	if p.Type == account.Shop && !p.Blocked && p.Shop != nil && !p.Shop.Approved {
		out.Body.Note = closedNote.In(infoOf(ctx).lang)
	}
	return out, nil
}

// people are the operations by which an administrator looks after users.
func (a *API) people() {
	add(a, op{
		method: http.MethodGet, path: "admin/users", id: "list-users", tag: tagAdmin, access: AdminOnly,
		summary: "People, newest first", more: describeUsers,
	}, func(ctx context.Context, _ account.User, in *usersIn) (*usersOut, error) {
		before, err := cursorOf[account.ID](in.Keyset)
		if err != nil {
			return nil, err
		}
		list, err := a.Accounts.People(ctx, in.search, before, in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(k account.Known) account.ID { return k.ID })
		out := &usersOut{Link: next(a, in.Keyset, last), Body: make([]knownPerson, len(list))}
		for i, k := range list {
			out.Body[i] = knownOf(k)
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodGet, path: "admin/users/{id}", id: "get-user", tag: tagAdmin, access: AdminOnly,
		summary: "One person",
	}, func(ctx context.Context, _ account.User, in *userIDIn) (*userOut, error) {
		p, err := a.Shops.Person(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &userOut{personOf(p)}, nil
	})
	add(a, op{
		method: http.MethodPost, path: "admin/users/{id}/block", id: "block-user", tag: tagAdmin, access: AdminOnly,
		summary: "End every sign-in of a person, refuse new ones, and close their shop",
	}, func(ctx context.Context, _ account.User, in *userIDIn) (*administeredOut, error) {
		p, err := a.Shops.Block(ctx, in.ID)
		return administered(ctx, p, err)
	})
	add(a, op{
		method: http.MethodPost, path: "admin/users/{id}/unblock", id: "unblock-user", tag: tagAdmin, access: AdminOnly,
		summary: "Let a person sign in again; their shop stays closed until it is approved",
	}, func(ctx context.Context, _ account.User, in *userIDIn) (*administeredOut, error) {
		p, err := a.Shops.Unblock(ctx, in.ID)
		return administered(ctx, p, err)
	})
	add(a, op{
		method: http.MethodPost, path: "admin/users/{id}/role", id: "change-role", tag: tagAdmin, access: AdminOnly,
		summary: "Make a buyer a supplier, or a supplier a buyer: it ends every sign-in",
	}, func(ctx context.Context, _ account.User, in *roleIn) (*administeredOut, error) {
		p, err := a.Shops.ChangeRole(ctx, in.ID, account.Type(in.Body.Type))
		return administered(ctx, p, err)
	})
}
