package api

import (
	"context"
	"net/http"

	"zakup/internal/feature/account"
)

type loginIn struct {
	Body struct {
		Email    string `json:"email" example:"buyer@example.com"`
		Password string `json:"password" example:"Qwe#12345rty"`
		Code     string `json:"code,omitempty" maxLength:"40" doc:"Of the authenticator, or a recovery code: of who has a second factor"`
	}
}

type loginOut struct {
	Body struct {
		Status bool   `json:"Status" example:"true"`
		Token  string `json:"Token" doc:"For the Authorization header; it lasts 30 days"`
	}
}

type resetIn struct {
	Body struct {
		Token    string `json:"token" doc:"From the letter"`
		Password string `json:"password" minLength:"8" doc:"The new password; it ends every sign-in"`
	}
}

// resetOut has the lower-case status of the specification.
type resetOut struct {
	Body struct {
		Status string `json:"status" example:"OK"`
	}
}

func resetOK() *resetOut {
	var r resetOut
	r.Body.Status = "OK"
	return &r
}

func (a *API) sessions() {
	add(a, op{
		method: http.MethodPost, path: "user/login", id: "login", tag: tagUser, access: Public,
		fails:   []int{http.StatusServiceUnavailable},
		summary: "Sign in",
	}, func(ctx context.Context, _ account.User, in *loginIn) (*loginOut, error) {
		token, err := a.Accounts.Login(ctx, in.Body.Email, in.Body.Password, in.Body.Code)
		out := &loginOut{}
		out.Body.Status, out.Body.Token = true, token
		return out, err
	})
	add(a, op{
		method: http.MethodPost, path: "user/logout", id: "logout", tag: tagUser, access: SignedIn,
		summary: "End this sign-in",
	}, func(ctx context.Context, who account.User, _ *none) (*done, error) {
		return ok(), a.Accounts.Logout(ctx, who.ID, tokenOf(ctx))
	})
	add(a, op{
		method: http.MethodPost, path: "user/password_reset", id: "request-password-reset", tag: tagUser, access: PublicMute,
		fields:  true,
		summary: "Ask for the letter to set a new password; the answer does not tell whether the address is known",
	}, func(ctx context.Context, _ account.User, in *emailIn) (*resetOut, error) {
		return resetOK(), a.Accounts.RequestReset(ctx, in.Body.Email)
	})
	add(a, op{
		method: http.MethodPost, path: "user/password_reset/confirm", id: "reset-password", tag: tagUser, access: PublicMute,
		secret: true, fields: true,
		fails:   []int{http.StatusNotFound, http.StatusServiceUnavailable},
		summary: "Set a new password with the token from the letter",
	}, func(ctx context.Context, _ account.User, in *resetIn) (*resetOut, error) {
		return resetOK(), a.Accounts.ResetPassword(ctx, in.Body.Token, in.Body.Password)
	})
}
