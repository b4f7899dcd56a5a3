package api

import (
	"context"
	"net/http"
	"time"

	"zakup/internal/feature/account"
)

// memberJSON is somebody who acts for a supplier, or is invited to.
type memberJSON struct {
	ID        account.MemberID `json:"id" doc:"Of the membership, from its invitation to its end"`
	Role      account.Role     `json:"role" enum:"manager,viewer"`
	State     string           `json:"state" enum:"member,invited"`
	User      account.ID       `json:"user,omitempty" doc:"Of a member"`
	Email     string           `json:"email"`
	FirstName string           `json:"first_name,omitempty" doc:"Of a member"`
	LastName  string           `json:"last_name,omitempty" doc:"Of a member"`
	At        time.Time        `json:"created_at" doc:"Of the invitation"`
	Expires   *time.Time       `json:"expires_at,omitempty" doc:"Until when an invitation can be accepted"`
}

func memberOf(m account.Member) memberJSON {
	state := "member"
	if m.User == 0 {
		state = "invited"
	}
	return memberJSON{
		ID: m.ID, Role: m.Role, State: state, User: m.User, Email: m.Email, FirstName: m.FirstName, LastName: m.LastName,
		At: m.CreatedAt, Expires: m.ExpiresAt,
	}
}

type membersOut struct {
	Body []memberJSON `nullable:"false"`
}

type inviteIn struct {
	Body struct {
		Email    string  `json:"email" maxLength:"254" example:"manager@example.com"`
		Role     string  `json:"role" enum:"manager,viewer" doc:"A viewer reads, a manager does the daily work"`
		Language *string `json:"language,omitempty" enum:"ru,en" doc:"Of the letter; by default the owner's"`
	}
}

type invitedOut struct {
	Body struct {
		Status bool             `json:"Status" example:"true"`
		ID     account.MemberID `json:"id" doc:"The same whether the address has an account or not"`
	}
}

type memberRoleIn struct {
	ID   account.MemberID `path:"id"`
	Body struct {
		Role string `json:"role" enum:"manager,viewer"`
	}
}

type acceptIn struct {
	Body struct {
		Token string `json:"token" maxLength:"100" doc:"From the letter"`
	}
}

type joinIn struct {
	Body struct {
		Token     string  `json:"token" maxLength:"100" doc:"From the letter"`
		FirstName string  `json:"first_name" maxLength:"150" example:"Анна"`
		LastName  string  `json:"last_name" maxLength:"150" example:"Сомова"`
		Password  string  `json:"password" minLength:"8" example:"Vb7-dom.Karta"`
		Language  *string `json:"language,omitempty" enum:"ru,en" doc:"Of letters; by default en when Accept-Language prefers it, else ru"`
	}
}

// members are how a supplier shares the work with others.
func (a *API) members() {
	const path = "partner/members"
	add(a, op{
		method: http.MethodGet, path: path, id: "list-members", tag: tagPartner, access: ShopOnly,
		summary: "Who acts for the shop besides its owner, and who is invited to",
	}, func(ctx context.Context, who account.User, _ *none) (*membersOut, error) {
		list, err := a.Accounts.Members(ctx, who.Owner)
		out := &membersOut{Body: make([]memberJSON, len(list))}
		for i, m := range list {
			out.Body[i] = memberOf(m)
		}
		return out, err
	})
	add(a, op{
		method: http.MethodPost, path: path, id: "invite-member", tag: tagPartner, access: ShopOnly, least: account.Owner,
		summary: "Invite an address by letter, or invite it anew: for a week, 20 members and invitations at most",
	}, func(ctx context.Context, who account.User, in *inviteIn) (*invitedOut, error) {
		lang := who.Language
		if l := in.Body.Language; l != nil && *l != "" {
			lang = *l
		}
		id, err := a.Accounts.Invite(ctx, who.Owner, in.Body.Email, account.Role(in.Body.Role), lang)
		out := &invitedOut{}
		out.Body.Status, out.Body.ID = true, id
		return out, err
	})
	add(a, op{
		method: http.MethodPost, path: path + "/{id}/role", id: "set-member-role", tag: tagPartner, access: ShopOnly, least: account.Owner,
		summary: "Change what a member may do; it ends their sign-ins",
	}, func(ctx context.Context, who account.User, in *memberRoleIn) (*done, error) {
		return ok(), a.Accounts.SetRole(ctx, who.Owner, in.ID, account.Role(in.Body.Role))
	})
	add(a, op{
		method: http.MethodDelete, path: path, id: "end-members", tag: tagPartner, access: ShopOnly, least: account.Owner,
		summary: "End memberships, with every sign-in of theirs, or invitations",
	}, func(ctx context.Context, who account.User, in *idsIn) (*deletedOut, error) {
		n, err := a.Accounts.EndMembers(ctx, who.Owner, idsOf[account.MemberID](in.Body.Items))
		return deleted(int64(n)), err
	})
}

type joinedOut struct {
	Body struct {
		Status bool       `json:"Status" example:"true"`
		ID     account.ID `json:"id" doc:"The new person"`
	}
}

// invitations are the other side: who was invited joins and leaves.
func (a *API) invitations() {
	add(a, op{
		method: http.MethodPost, path: "user/invitation", id: "join-by-invitation", tag: tagUser, access: Public, fails: []int{http.StatusNotFound},
		summary: "Accept an invitation without having an account: it makes one, of the invited address; then sign in",
	}, func(ctx context.Context, _ account.User, in *joinIn) (*joinedOut, error) {
		b := &in.Body
		id, err := a.Accounts.AcceptNew(ctx, b.Token, account.Profile{
			FirstName: &b.FirstName, LastName: &b.LastName, Password: &b.Password, Language: languageOf(b.Language, infoOf(ctx).lang),
		})
		out := &joinedOut{}
		out.Body.Status, out.Body.ID = true, id
		return out, err
	})
	add(a, op{
		method: http.MethodPost, path: "user/invitation/accept", id: "accept-invitation", tag: tagUser, access: SignedIn, fails: []int{http.StatusNotFound},
		summary: "Accept an invitation to one's own address; it ends every sign-in: sign in again",
	}, func(ctx context.Context, who account.User, in *acceptIn) (*done, error) {
		return ok(), a.Accounts.Accept(ctx, who, in.Body.Token)
	})
	add(a, op{
		method: http.MethodDelete, path: "user/membership", id: "leave-shop", tag: tagUser, access: SignedIn, fails: []int{http.StatusNotFound},
		summary: "Act for the shop of somebody else no longer; it ends every sign-in",
	}, func(ctx context.Context, who account.User, _ *none) (*done, error) {
		return ok(), a.Accounts.Leave(ctx, who.ID)
	})
}
