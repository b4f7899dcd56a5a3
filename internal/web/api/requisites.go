package api

import (
	"context"
	"net/http"

	"zakup/internal/feature/account"
)

// requisites are what documents say of a person's organisation.
type requisites struct {
	Name          string `json:"name" example:"ООО «Ромашка»" doc:"Of the organisation"`
	INN           string `json:"inn" example:"7707083893"`
	KPP           string `json:"kpp" example:"773601001" doc:"Only of an organisation"`
	Address       string `json:"address"`
	Bank          string `json:"bank" doc:"Its name"`
	BIK           string `json:"bik" example:"044525225"`
	Account       string `json:"account" doc:"In the bank, 20 digits"`
	Correspondent string `json:"correspondent" doc:"The bank's own account, 20 digits" example:"30101810400000000225"`
}

type requisitesOut struct{ Body requisites }

type requisitesIn struct {
	Body struct {
		Name          string `json:"name,omitempty" maxLength:"255" example:"ООО «Ромашка»" doc:"Of the organisation"`
		INN           string `json:"inn,omitempty" example:"7707083893" doc:"10 digits of an organisation, 12 of an entrepreneur"`
		KPP           string `json:"kpp,omitempty" example:"773601001" doc:"Only of an organisation"`
		Address       string `json:"address,omitempty" maxLength:"500"`
		Bank          string `json:"bank,omitempty" maxLength:"255" doc:"Its name"`
		BIK           string `json:"bik,omitempty" example:"044525225"`
		Account       string `json:"account,omitempty" doc:"In the bank, 20 digits"`
		Correspondent string `json:"correspondent,omitempty" doc:"The bank's own account, 20 digits" example:"30101810400000000225"`
	}
}

func (a *API) requisites() {
	const path = "user/requisites"
	add(a, op{
		method: http.MethodGet, path: path, id: "get-requisites", tag: tagUser, access: SignedIn,
		summary: "What documents say of the person's organisation",
	}, func(ctx context.Context, who account.User, _ *none) (*requisitesOut, error) {
		r, err := a.Accounts.Requisites(ctx, who.ID)
		return &requisitesOut{requisites(r)}, err
	})
	add(a, op{
		method: http.MethodPut, path: path, id: "set-requisites", tag: tagUser, access: SignedIn,
		summary: "Replace all requisites; what is not said is cleared",
	}, func(ctx context.Context, who account.User, in *requisitesIn) (*done, error) {
		return ok(), a.Accounts.SetRequisites(ctx, who.ID, account.Requisites(in.Body))
	})
}
