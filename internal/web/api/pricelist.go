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

// importJSON is a price list and what became of it.
type importJSON struct {
	ID        pricelist.ID    `json:"id"`
	Shop      partner.ShopID  `json:"shop"`
	State     pricelist.State `json:"state" enum:"received,read,applied,refused" doc:"applied and refused are final"`
	URL       string          `json:"url,omitempty" doc:"Where it was fetched from"`
	FileName  string          `json:"file_name,omitempty"`
	Format    string          `json:"format,omitempty" enum:"yaml,json,yml,commerceml"`
	Size      int64           `json:"size" doc:"Bytes"`
	Code      string          `json:"code,omitempty" doc:"Of the refusal, for machines"`
	Reason    string          `json:"reason,omitempty" doc:"Of the refusal, for people"`
	Rows      int64           `json:"rows" doc:"Goods read so far that have no error"`
	Errors    int64           `json:"errors"`
	Warnings  int64           `json:"warnings"`
	Created   int64           `json:"created"`
	Updated   int64           `json:"updated"`
	Unchanged int64           `json:"unchanged"`
	Withdrawn int64           `json:"withdrawn" doc:"Offers that the list has no longer"`
	At        time.Time       `json:"created_at"`
	EndedAt   *time.Time      `json:"finished_at"`
	Problems  []problemJSON   `json:"problems,omitempty" doc:"In the order of the file; not in lists of imports"`
}

type problemJSON struct {
	Line       int64  `json:"line" doc:"In the file, from 1; 0: the whole file"`
	Severity   string `json:"severity" enum:"error,warning"`
	Code       string `json:"code"`
	Field      string `json:"field,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	Message    string `json:"message"`
}

func importOf(i pricelist.Import, lang string) importJSON {
	out := importJSON{
		ID: i.ID, Shop: i.Shop, State: i.State, URL: i.URL, FileName: i.FileName, Format: i.Format, Size: i.Size,
		Code: i.Code, Rows: i.Rows, Errors: i.Errors, Warnings: i.Warnings,
		Created: i.Created, Updated: i.Updated, Unchanged: i.Unchanged, Withdrawn: i.Withdrawn,
		At: i.CreatedAt, EndedAt: i.FinishedAt,
	}
	if i.Code != "" {
		out.Reason = i.Reason.In(lang)
	}
	return out
}

func problemsOf(list []pricelist.Problem, lang string) []problemJSON {
	out := make([]problemJSON, len(list))
	for i, p := range list {
		out[i] = problemJSON{p.Line, p.Severity, p.Code, p.Field, p.ExternalID, p.Text.In(lang)}
	}
	return out
}

type importsOut struct {
	Link string       `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body []importJSON `nullable:"false"`
}

type importIn struct {
	ID pricelist.ID `path:"id"`
}

type importOut struct{ Body importJSON }

type updateOut struct {
	Status   int
	Location string `header:"Location" doc:"The record of the import"`
	Body     struct {
		Status bool       `json:"Status" example:"true"`
		Import importJSON `json:"import"`
	}
}

// updateIn is a price list: its address, or its bytes.
type updateIn struct {
	Prefer string `header:"Prefer" doc:"wait=N: answer when it is done, if that takes no more than N seconds (10, at most 30); respond-async: answer at once"`
	upload upload
}

// Resolve notes the request, whose body the handler reads as it comes.
func (in *updateIn) Resolve(ctx huma.Context) []error {
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
		method: http.MethodPost, path: "partner/update", id: "update-price-list", tag: tagPartner, access: ShopOnly,
		raw: true, summary: "Send a price list: its address, or the file itself", more: describeUpload,
	}, a.updatePriceList)
	add(a, op{
		method: http.MethodGet, path: "partner/imports", id: "list-imports", tag: tagPartner, access: ShopOnly,
		summary: "The shop's price lists and what became of them, newest first",
	}, func(ctx context.Context, who account.User, in *Keyset) (*importsOut, error) {
		before, err := cursorOf[pricelist.ID](*in)
		if err != nil {
			return nil, err
		}
		list, err := a.Lists.History(ctx, who.ID, before, in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(i pricelist.Import) pricelist.ID { return i.ID })
		out := &importsOut{Link: next(a, *in, last), Body: make([]importJSON, len(list))}
		for i, v := range list {
			out.Body[i] = importOf(v, infoOf(ctx).lang)
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodGet, path: "partner/imports/{id}", id: "get-import", tag: tagPartner, access: ShopOnly,
		summary: "A price list and what became of it, with its problems line by line",
	}, func(ctx context.Context, who account.User, in *importIn) (*importOut, error) {
		i, err := a.Lists.Get(ctx, who.ID, in.ID)
		if err != nil {
			return nil, err
		}
		out := &importOut{importOf(i, infoOf(ctx).lang)}
		problems, err := a.Lists.Problems(ctx, in.ID)
		out.Body.Problems = problemsOf(problems, infoOf(ctx).lang)
		return out, err
	})
}

func (a *API) updatePriceList(ctx context.Context, who account.User, in *updateIn) (*updateOut, error) {
	shop, err := a.Shops.Of(ctx, who.ID)
	if err != nil {
		return nil, err
	}
	id, err := in.upload.receive(uploadTo{
		url:  func(url string) (pricelist.ID, error) { return a.Lists.FromURL(ctx, who.ID, shop.ID, url) },
		file: func(f file) (pricelist.ID, error) { return a.Lists.FromFile(ctx, who.ID, shop.ID, f.name, f.body) },
	})
	if err != nil {
		return nil, err
	}
	i, err := a.Lists.Wait(ctx, who.ID, id, patience(in.Prefer), a.Stopping)
	if err != nil {
		return nil, err
	}
	out := &updateOut{Status: http.StatusOK, Location: Prefix + "/partner/imports/" + strconv.FormatInt(int64(id), 10)}
	switch i.State {
	case pricelist.Refused:
		return nil, a.refusal(ctx, i)
	case pricelist.Applied:
	default:
		out.Status = http.StatusAccepted
	}
	out.Body.Status, out.Body.Import = true, importOf(i, infoOf(ctx).lang)
	return out, nil
}

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
		"url": {Type: huma.TypeString, Format: "uri", Description: "http or https; private addresses are refused"},
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
		Description: "The address of a price list, or the price list itself, at most 64 MiB: YAML, JSON, YML (Yandex) or CommerceML (1C)",
		Content: map[string]*huma.MediaType{
			jsonMedia: {Schema: byURL}, formMedia: {Schema: byURL}, multipartMedia: {Schema: byFile},
			"application/yaml": {Schema: bytes}, "application/octet-stream": {Schema: bytes},
		},
	}
}
