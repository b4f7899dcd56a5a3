package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/fault"
)

// exportFiles is where the files of exports are. What follows is a secret.
const exportFiles = Prefix + "/export/"

// exportJSON is a price list that the service writes.
type exportJSON struct {
	ID      pricelist.ExportID    `json:"id"`
	Shop    partner.ShopID        `json:"shop,omitempty" doc:"Absent: all shops"`
	State   pricelist.ExportState `json:"state" enum:"queued,ready,failed"`
	Format  writing.Format        `json:"format" enum:"yaml,json,csv,xlsx,yml"`
	Rows    int64                 `json:"rows" doc:"Goods"`
	Size    int64                 `json:"size" doc:"Bytes"`
	URL     string                `json:"url,omitempty" doc:"Of the file, when it is ready: it needs no token, and each answer has another one"`
	Code    string                `json:"code,omitempty" doc:"Of the failure, for machines"`
	Reason  string                `json:"reason,omitempty" doc:"Of the failure, for people"`
	At      time.Time             `json:"created_at"`
	EndedAt *time.Time            `json:"finished_at"`
	Expires time.Time             `json:"expires_at" doc:"Then the file and this record are deleted"`
}

type exportOut struct {
	Status   int
	Location string `header:"Location" doc:"The record of the export"`
	Body     exportJSON
}

// ExportIn is exported for huma, which looks into no other embedded structs.
type ExportIn struct {
	Format writing.Format `query:"format" enum:"yaml,json,csv,xlsx,yml" default:"yaml"`
	Prefer string         `header:"Prefer" doc:"wait=N: answer when it is ready, if that takes no more than N seconds (10, at most 30); respond-async: answer at once"`
	self   address
}

// Resolve notes the address, for the link to the file.
func (in *ExportIn) Resolve(ctx huma.Context) []error {
	in.self = addressOf(ctx)
	return nil
}

type exportAllIn struct {
	ExportIn
	Shop partner.ShopID `query:"shop_id" minimum:"1" doc:"Of one shop, as its supplier gets it; without it of all shops, each good with its shop"`
}

type exportIDIn struct {
	ID   pricelist.ExportID `path:"id"`
	self address
}

// Resolve notes the address, for the link to the file.
func (in *exportIDIn) Resolve(ctx huma.Context) []error {
	in.self = addressOf(ctx)
	return nil
}

type exportedIn struct {
	Secret string `path:"secret"`
}

func (a *API) exports() {
	add(a, op{
		method: http.MethodGet, path: "partner/export", id: "export", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite, least: account.Manager,
		summary: "Write the shop's offers to a file, which can be sent back as a price list", more: describeExport,
	}, func(ctx context.Context, who account.User, in *ExportIn) (*exportOut, error) {
		shop, err := a.Shops.Of(ctx, who.Owner)
		if err != nil {
			return nil, err
		}
		return a.export(ctx, who, shop.ID, in, "partner/export/")
	})
	add(a, op{
		method: http.MethodGet, path: "admin/export", id: "export-all", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		fails:   []int{http.StatusNotFound},
		summary: "Write the offers of all shops, or of one, to a file", more: describeExport,
	}, func(ctx context.Context, who account.User, in *exportAllIn) (*exportOut, error) {
		return a.export(ctx, who, in.Shop, &in.ExportIn, "admin/export/")
	})
	record := func(ctx context.Context, who account.User, in *exportIDIn) (*exportOut, error) {
		e, err := a.Lists.GetExport(ctx, who.Owner, in.ID)
		if err != nil {
			return nil, err
		}
		return a.exportOf(ctx, who, e, in.self)
	}
	add(a, op{
		method: http.MethodGet, path: "partner/export/{id}", id: "get-export", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite, least: account.Manager,
		summary: "An export that was asked for, with the link to its file",
	}, record)
	add(a, op{
		method: http.MethodGet, path: "admin/export/{id}", id: "get-export-of-all", tag: tagAdmin, access: AdminOnly, scope: account.PricesWrite,
		summary: "An export that was asked for, with the link to its file",
	}, record)
	add(a, op{
		method: http.MethodGet, path: "export/{secret}", id: "download-export", tag: tagPartner, access: PublicMute,
		summary: "The file of an export, by the link of its record", more: describeExported,
	}, a.exported)
}

// export starts an export and waits for it as long as the client does.
func (a *API) export(ctx context.Context, who account.User, shop partner.ShopID, in *ExportIn, records string) (*exportOut, error) {
	id, err := a.Lists.Export(ctx, who.Owner, shop, in.Format)
	if err != nil {
		return nil, err
	}
	e, err := a.Lists.WaitExport(ctx, who.Owner, id, patience(in.Prefer), a.Stopping)
	if err != nil {
		return nil, err
	}
	if e.State == pricelist.ExportFailed {
		return nil, &fault.Error{Kind: refusalKind(e.Code), Code: e.Code, Text: e.Reason}
	}
	out, err := a.exportOf(ctx, who, e, in.self)
	if err == nil {
		out.Location = Prefix + "/" + records + strconv.FormatInt(int64(id), 10)
		if e.State == pricelist.ExportQueued {
			out.Status = http.StatusAccepted
		}
	}
	return out, err
}

// exportOf is the record of an export; a ready one has a link.
func (a *API) exportOf(ctx context.Context, who account.User, e pricelist.Export, self address) (*exportOut, error) {
	out := &exportOut{Status: http.StatusOK, Body: exportJSON{
		ID: e.ID, Shop: e.Shop, State: e.State, Format: e.Format, Rows: e.Rows, Size: e.Size,
		Code: e.Code, At: e.CreatedAt, EndedAt: e.FinishedAt, Expires: e.ExpiresAt,
	}}
	switch e.State {
	case pricelist.ExportFailed:
		out.Body.Reason = e.Reason.In(infoOf(ctx).lang)
	case pricelist.ExportReady:
		secret, err := a.Lists.ExportLink(ctx, who.Owner, e.ID)
		if err != nil {
			return nil, err
		}
		out.Body.URL = a.base(self) + exportFiles + secret
	case pricelist.ExportQueued:
	}
	return out, nil
}

// pieceTime is how long a client may take to receive one piece of a file.
const pieceTime = time.Minute

// exported sends the file of an export.
func (a *API) exported(ctx context.Context, _ account.User, in *exportedIn) (*huma.StreamResponse, error) {
	e, file, err := a.Lists.Exported(ctx, in.Secret)
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		_, w := humago.Unwrap(ctx)
		a.send(w, file, download{e.FileName(), e.Format.Media(), e.Size})
	}}, nil
}

// download is a file that people keep.
type download struct {
	name, media string
	size        int64
}

// send sends a file piece by piece.
func (a *API) send(w http.ResponseWriter, file io.Reader, d download) {
	w.Header().Set("Content-Type", d.media)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.name}))
	w.Header().Set("Content-Length", strconv.FormatInt(d.size, 10))
	a.copyOut(w, file, d.name)
}

// copyOut sends the bytes of a file.
func (a *API) copyOut(w http.ResponseWriter, file io.Reader, name string) {
	c := http.NewResponseController(w)
	for {
		// Not every writer can (a recorder in a test): then the server's own holds.
		_ = c.SetWriteDeadline(time.Now().Add(pieceTime))
		_, err := io.CopyN(w, file, 256<<10)
		if err == io.EOF { //nolint:errorlint // CopyN returns the very value
			return
		}
		if err != nil {
			a.Log.Info("file not sent whole", "name", name, "error", err)
			panic(http.ErrAbortHandler) // what was sent is not to be taken for the whole
		}
	}
}

func describeExport(h *huma.Operation) {
	later := *h.Responses["200"]
	later.Description = "Not ready in time: Location has the record"
	h.Responses["202"] = &later
}

func describeExported(h *huma.Operation) {
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	content := map[string]*huma.MediaType{}
	for _, f := range writing.Formats {
		content[f.Media()] = file
	}
	h.Responses["200"] = &huma.Response{Description: "The price list", Content: content}
}
