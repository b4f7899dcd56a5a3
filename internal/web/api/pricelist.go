package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/fault"
)

type updateOut struct {
	Status   int
	Location string `header:"Location" doc:"The record of the import"`
	Body     struct {
		Status bool       `json:"Status" example:"true"`
		Import importJSON `json:"import"`
	}
}

// UpdateIn is a price list: its address, or its bytes. It is exported for huma,
// which looks into no other embedded structs.
type UpdateIn struct {
	DryRun bool   `query:"dry_run" doc:"Stop before anything is changed: only the difference is told"`
	Errors string `query:"errors" enum:"all,good_rows" doc:"all: one error refuses the list; good_rows: goods with errors are left out. Absent: as the profile says"`
	Prefer string `header:"Prefer" doc:"wait=N: answer when it is done, if that takes no more than N seconds (10, at most 30); respond-async: answer at once"`
	upload upload
}

// Resolve notes the request, whose body the handler reads as it comes.
func (in *UpdateIn) Resolve(ctx huma.Context) []error {
	in.upload = uploadOf(ctx)
	return nil
}

// patience is how long a client waits for a slow task.
func patience(prefer string) time.Duration {
	for part := range strings.FieldsFuncSeq(prefer, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }) {
		if strings.EqualFold(part, "respond-async") {
			return 0
		}
		if name, v, _ := strings.Cut(part, "="); strings.EqualFold(name, "wait") {
			if n, err := strconv.Atoi(v); err == nil && n >= 0 {
				return min(time.Duration(n)*time.Second, waitLimit)
			}
		}
	}
	return 10 * time.Second
}

func (a *API) priceLists() {
	add(a, op{
		method: http.MethodPost, path: "partner/update", id: "update-price-list", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		raw: true, fails: []int{http.StatusTooManyRequests, http.StatusServiceUnavailable}, summary: "Send a price list: its address, or the file itself", more: describeUpload,
	}, a.updatePriceList)
	add(a, op{
		method: http.MethodPost, path: "admin/imports", id: "update-any-price-list", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		raw: true, fails: []int{http.StatusNotFound, http.StatusTooManyRequests, http.StatusServiceUnavailable}, summary: "Send a price list for a shop: its address, or the file itself", more: describeUpload,
	}, a.updateAnyPriceList)
}

func (a *API) updatePriceList(ctx context.Context, who account.User, in *UpdateIn) (*updateOut, error) {
	shop, err := a.Shops.Of(ctx, who.Owner)
	if err != nil {
		return nil, err
	}
	return a.takeList(ctx, who, shop.ID, in, "partner/imports/")
}

type updateAnyIn struct {
	UpdateIn
	Shop partner.ShopID `query:"shop_id" required:"true"`
}

func (a *API) updateAnyPriceList(ctx context.Context, who account.User, in *updateAnyIn) (*updateOut, error) {
	shop, err := a.Shops.ByID(ctx, in.Shop)
	if err != nil {
		return nil, err
	}
	return a.takeList(ctx, who, shop.ID, &in.UpdateIn, "admin/imports/")
}

// takeList receives a price list and waits for it as long as the client wants.
func (a *API) takeList(ctx context.Context, who account.User, shop partner.ShopID, in *UpdateIn, records string) (*updateOut, error) {
	wish := pricelist.Options{DryRun: in.DryRun, GoodRows: in.Errors == goodRows, AllRows: in.Errors == allRows}
	id, err := in.upload.receive(uploadTo{
		url: func(url string, more pricelist.Options) (pricelist.ID, error) {
			more.DryRun, more.GoodRows, more.AllRows = more.DryRun || wish.DryRun, more.GoodRows || wish.GoodRows, more.AllRows || wish.AllRows
			return a.Lists.FromURL(ctx, who.ID, shop, url, more)
		},
		file: func(f file) (pricelist.ID, error) { return a.Lists.FromFile(ctx, who.ID, shop, f.name, f.body, wish) },
	})
	if err != nil {
		return nil, err
	}
	return a.outcome(ctx, who, id, in.Prefer, records)
}

// outcome waits for an import as long as the client wants, and tells what became
// of it.
func (a *API) outcome(ctx context.Context, who account.User, id pricelist.ID, prefer, records string) (*updateOut, error) {
	i, err := a.Lists.Wait(ctx, who.ID, id, patience(prefer), a.Stopping)
	if err != nil {
		return nil, err
	}
	out := &updateOut{Status: http.StatusOK, Location: Prefix + "/" + records + strconv.FormatInt(int64(id), 10)}
	switch {
	case i.State == pricelist.Refused:
		return nil, a.refusal(ctx, i)
	case i.State == pricelist.Held:
		lang := infoOf(ctx).lang
		why := i.WhyHeld()
		return nil, listHeld.Saying(listHeld.Text.RU+". "+why.RU, listHeld.Text.EN+". "+why.EN).
			Fact("import", importOf(i, lang))
	case !i.Final():
		out.Status = http.StatusAccepted
	}
	out.Body.Status, out.Body.Import = true, importOf(i, infoOf(ctx).lang)
	return out, nil
}

// listHeld tells that a person has to decide about a price list.
var listHeld = fault.New(fault.Conflict, "price_list_held",
	"Прайс-лист отложен, ничего не изменено: примените его (POST partner/imports/{id}/apply) или отклоните (discard)",
	"The price list is held, nothing was changed: apply it (POST partner/imports/{id}/apply) or discard it")

// shownProblems is how many problems the answer itself carries.
const shownProblems = 20

// refusal tells a refused list as a failure: why, where, and the record.
func (a *API) refusal(ctx context.Context, i pricelist.Import) error {
	problems, err := a.Lists.Problems(ctx, i.ID)
	if err != nil {
		return err
	}
	lang := infoOf(ctx).lang
	e := &fault.Error{Kind: refusalKind(i.Code), Code: i.Code, Text: i.Reason}
	shown := problemsOf(problems[:min(len(problems), shownProblems)], lang)
	return e.Fact("import", importOf(i, lang)).Fact("Problems", shown)
}

// refusalKind is the kind of the fault of that code.
func refusalKind(code string) fault.Kind {
	for _, e := range fault.Declared() {
		if e.Code == code {
			return e.Kind
		}
	}
	return fault.Invalid
}

func describeUpload(h *huma.Operation) {
	byURL := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"url":     {Type: huma.TypeString, Format: "uri", Description: "http or https; private addresses are refused"},
		"dry_run": {Type: huma.TypeBoolean, Description: "As in the query"},
		"errors":  {Type: huma.TypeString, Enum: errorsRules, Description: "As in the query"},
	}, Required: []string{"url"}}
	byFile := &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
		"url":  {Type: huma.TypeString, Format: "uri", Description: "Instead of the file"},
		"file": {Type: huma.TypeString, Format: "binary", Description: "The price list"},
	}}
	bytes := &huma.Schema{Type: huma.TypeString, Format: "binary", Description: "The price list itself"}
	later := *h.Responses["200"]
	later.Description = "Not done in time: Location has the record"
	h.Responses["202"] = &later
	h.RequestBody = &huma.RequestBody{
		Required:    true,
		Description: "The address of a price list, or the price list itself, at most 200 MiB: YAML, JSON, CSV, XLSX, XLS, YML (Yandex) or CommerceML (1C), also in ZIP or GZIP",
		Content: map[string]*huma.MediaType{
			jsonMedia: {Schema: byURL}, formMedia: {Schema: byURL}, multipartMedia: {Schema: byFile},
			"application/yaml": {Schema: bytes}, "application/octet-stream": {Schema: bytes},
		},
	}
}
