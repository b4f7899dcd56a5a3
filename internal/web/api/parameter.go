package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fault"
)

// Parameter is a characteristic that goods can be chosen by.
type Parameter struct {
	ID       catalog.CharacteristicID `json:"id"`
	Name     string                   `json:"name" example:"Диагональ (дюйм)"`
	Unit     string                   `json:"unit" example:"дюйм"`
	Kind     catalog.Kind             `json:"kind" enum:"text,number,boolean,choice"`
	Category *catalog.CategoryID      `json:"category_id,omitempty" doc:"The only category that it is of; absent: of all"`
}

// knownParameter is a characteristic as administrators see it.
type knownParameter struct {
	Parameter
	Filterable bool     `json:"filterable" doc:"Whether goods can be chosen by it"`
	Position   int64    `json:"position" doc:"In lists, the smallest first"`
	Names      []string `json:"names" nullable:"false" doc:"As price lists have it"`
}

func parameterOf(c catalog.Characteristic) Parameter {
	out := Parameter{ID: c.ID, Name: c.Name, Unit: c.Unit, Kind: c.Kind}
	if c.Category != 0 {
		out.Category = &c.Category
	}
	return out
}

type parametersIn struct {
	Page       string `query:"page" example:"2" doc:"From 1, or last"`
	self       address
	categories []catalog.CategoryID
}

// Resolve reads the categories.
func (in *parametersIn) Resolve(ctx huma.Context) []error {
	in.self = addressOf(ctx)
	var bad *fault.Error
	if in.categories, bad = queryNumbers[catalog.CategoryID](in.self.query, "category_id"); bad != nil {
		return []error{bad}
	}
	return nil
}

type parametersOut struct{ Body envelopeOf[Parameter] }

type knownParametersOut struct {
	Link string           `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body []knownParameter `nullable:"false"`
}

// ParameterArguments are what an administrator says of a characteristic.
type ParameterArguments struct {
	Unit       *string `json:"unit,omitempty" maxLength:"20" example:"дюйм"`
	Kind       *string `json:"kind,omitempty" enum:"text,number,boolean,choice"`
	Filterable *bool   `json:"filterable,omitempty" doc:"Whether goods can be chosen by it"`
	Position   *int64  `json:"position,omitempty" doc:"In lists, the smallest first"`
	Category   *int64  `json:"category_id,omitempty" doc:"The only category that it is of; 0: of all"`
}

func (p ParameterArguments) change(name *string) catalog.CharacteristicChange {
	return catalog.CharacteristicChange{
		Name: name, Unit: p.Unit, Kind: (*catalog.Kind)(p.Kind), Filterable: p.Filterable, Position: p.Position,
		Category: (*catalog.CategoryID)(p.Category),
	}
}

type addParameterIn struct {
	Body struct {
		Name string `json:"name" maxLength:"100" example:"Диагональ (дюйм)"`
		ParameterArguments
	}
}

type addedParameterOut struct {
	Body struct {
		Status bool                     `json:"Status" example:"true"`
		ID     catalog.CharacteristicID `json:"id"`
	}
}

type changeParameterIn struct {
	ID   catalog.CharacteristicID `path:"id"`
	Body struct {
		Name *string `json:"name,omitempty" maxLength:"100" example:"Диагональ (дюйм)"`
		ParameterArguments
	}
}

type parameterIDIn struct {
	ID catalog.CharacteristicID `path:"id"`
}

type mergeParametersIn struct {
	ID   catalog.CharacteristicID `path:"id" doc:"That stays"`
	Body struct {
		Items []int64 `json:"items" nullable:"false" doc:"Ids of those that become one with it: an array, or a string with commas"`
	}
}

type valueItem struct {
	Parameter string `json:"parameter" maxLength:"100" example:"Цвет"`
	Value     string `json:"value" maxLength:"1000" example:"красный" doc:"Empty: the value of the price list is not shown"`
}

type setValuesIn struct {
	ID   catalog.OfferID `path:"id" doc:"Of the offer, as the list of products has it"`
	Body struct {
		Items []valueItem `json:"items" nullable:"false" doc:"At most 100. An array, or a string that holds it as JSON"`
	}
}

type nameItem struct {
	Parameter string `json:"parameter" maxLength:"100" example:"Цвет"`
}

type removeValuesIn struct {
	ID   catalog.OfferID `path:"id" doc:"Of the offer, as the list of products has it"`
	Body struct {
		Items []nameItem `json:"items" nullable:"false" doc:"At most 100. An array, or a string that holds it as JSON"`
	}
}

func (a *API) parameters() {
	add(a, op{
		method: http.MethodGet, path: "parameters", id: "list-parameters", tag: tagCatalogue, access: Public, scope: account.CatalogRead, shared: true,
		summary: "The characteristics that goods can be chosen by, 40 a page", more: func(h *huma.Operation) {
			h.Parameters = append(h.Parameters, queryParam("category_id", huma.TypeInteger, "Those of the categories: repeated, or with commas", true))
		},
	}, func(ctx context.Context, _ account.User, in *parametersIn) (*parametersOut, error) {
		page, err := numberedPage(ctx, a, numbered{in.Page, in.self}, func(ctx context.Context, limit, offset int64) ([]catalog.Characteristic, int64, error) {
			return a.Catalog.Characteristics(ctx, in.categories, limit, offset)
		}, parameterOf)
		return &parametersOut{page}, err
	})
	const path = "admin/parameters"
	add(a, op{
		method: http.MethodGet, path: path, id: "list-all-parameters", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "All characteristics, by id, with the names that price lists have for them",
	}, func(ctx context.Context, _ account.User, in *Keyset) (*knownParametersOut, error) {
		after, err := cursorOf[catalog.CharacteristicID](*in)
		if err != nil {
			return nil, err
		}
		list, err := a.Catalog.AllCharacteristics(ctx, after, in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(c catalog.Characteristic) catalog.CharacteristicID { return c.ID })
		out := &knownParametersOut{Link: next(a, *in, last), Body: make([]knownParameter, len(list))}
		for i, c := range list {
			out.Body[i] = knownParameter{parameterOf(c), c.Filterable, c.Position, append([]string{}, c.Names...)}
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodPost, path: path, id: "add-parameter", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "Make a characteristic; a name that was merged into another comes out of it with its values, one that was deleted comes back",
	}, func(ctx context.Context, _ account.User, in *addParameterIn) (*addedParameterOut, error) {
		out := &addedParameterOut{}
		var err error
		out.Body.ID, err = a.Catalog.AddCharacteristic(ctx, in.Body.change(&in.Body.Name))
		out.Body.Status = err == nil
		return out, err
	})
	add(a, op{
		method: http.MethodPut, path: path + "/{id}", id: "change-parameter", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "Rename or change a characteristic; no value is lost",
	}, func(ctx context.Context, _ account.User, in *changeParameterIn) (*done, error) {
		return ok(), a.Catalog.ChangeCharacteristic(ctx, in.ID, in.Body.change(in.Body.Name))
	})
	add(a, op{
		method: http.MethodDelete, path: path + "/{id}", id: "delete-parameter", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "Choose goods by it no longer; values are shown still, and no price list makes it again",
	}, func(ctx context.Context, _ account.User, in *parameterIDIn) (*done, error) {
		return ok(), a.Catalog.DropCharacteristic(ctx, in.ID)
	})
	add(a, op{
		method: http.MethodPost, path: path + "/{id}/merge", id: "merge-parameters", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "Make other characteristics one with this; no value is lost, and add-parameter takes a name out again",
	}, func(ctx context.Context, _ account.User, in *mergeParametersIn) (*done, error) {
		return ok(), a.Catalog.MergeCharacteristics(ctx, in.ID, idsOf[catalog.CharacteristicID](in.Body.Items))
	})
	a.valuesByHand("partner/products/{id}/parameters", "own-", tagPartner, ShopOnly, account.PricesWrite,
		func(ctx context.Context, who account.User) (partner.ShopID, error) {
			s, err := a.Shops.Of(ctx, who.Owner)
			return s.ID, err
		})
	a.valuesByHand("admin/offers/{id}/parameters", "", tagAdmin, AdminOnly, account.PricesWrite,
		func(context.Context, account.User) (partner.ShopID, error) { return catalog.AnyShop, nil })
}

// valuesByHand are the same for a supplier and an administrator.
func (a *API) valuesByHand(
	path, whose, tag string, access Access, scope account.Scope, shopOf func(ctx context.Context, who account.User) (partner.ShopID, error),
) {
	add(a, op{
		method: http.MethodPut, path: path, id: "set-" + whose + "values", tag: tag, access: access, scope: scope,
		summary: "Add or change characteristics of an offer: they win over those of price lists until they are removed",
	}, func(ctx context.Context, who account.User, in *setValuesIn) (*done, error) {
		shop, err := shopOf(ctx, who)
		if err != nil {
			return nil, err
		}
		list := make([]catalog.Parameter, len(in.Body.Items))
		for i, v := range in.Body.Items {
			list[i] = catalog.Parameter{Name: v.Parameter, Value: v.Value}
		}
		return ok(), a.Catalog.SetValues(ctx, shop, in.ID, list)
	})
	add(a, op{
		method: http.MethodDelete, path: path, id: "remove-" + whose + "values", tag: tag, access: access, scope: scope,
		summary: "Remove what was set by hand: characteristics are again as the price list has them",
	}, func(ctx context.Context, who account.User, in *removeValuesIn) (*done, error) {
		shop, err := shopOf(ctx, who)
		if err != nil {
			return nil, err
		}
		list := make([]string, len(in.Body.Items))
		for i, v := range in.Body.Items {
			list[i] = v.Parameter
		}
		return ok(), a.Catalog.RemoveValues(ctx, shop, in.ID, list)
	})
}
