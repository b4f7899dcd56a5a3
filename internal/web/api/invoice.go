package api

import (
	"bytes"
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/account"
	"zakup/internal/feature/invoice"
	"zakup/internal/feature/order"
)

// invoiceFiles end the paths of documents.
const invoiceFiles = "/invoice"

// InvoiceIn are the arguments of a document.
type InvoiceIn struct {
	ID     order.ID       `path:"id"`
	Format invoice.Format `query:"format" enum:"pdf,xlsx" default:"pdf"`
}

type partInvoiceIn struct {
	InvoiceIn
	Part int `query:"part" minimum:"0" doc:"Of one part of the order; absent: of the whole order"`
}

// invoices are the документы: whoever may see an order may have them.
func (a *API) invoices() {
	add(a, op{
		method: http.MethodGet, path: "order/{id}" + invoiceFiles, id: "get-invoice", tag: tagOrders, access: SignedIn, scope: account.OrdersRead,
		summary: "The накладная of the person's order, or of one part of it, as it is now", more: describeInvoice,
	}, func(ctx context.Context, who account.User, in *partInvoiceIn) (*huma.StreamResponse, error) {
		return a.file(a.Invoices.OfBuyer(ctx, who.ID, in.ID, in.Part, in.Format))
	})
	add(a, op{
		method: http.MethodGet, path: "partner/orders/{id}" + invoiceFiles, id: "get-partner-invoice", tag: tagPartner, access: ShopOnly, scope: account.OrdersRead,
		summary: "The накладная of the shop's own part of an order", more: describeInvoice,
	}, func(ctx context.Context, who account.User, in *InvoiceIn) (*huma.StreamResponse, error) {
		return a.file(a.Invoices.OfSupplier(ctx, who.Owner, in.ID, in.Format))
	})
	add(a, op{
		method: http.MethodGet, path: "admin/orders/{id}" + invoiceFiles, id: "get-any-invoice", tag: tagAdmin, access: AdminOnly, scope: account.OrdersRead,
		summary: "The накладная of any order, or of one part of it", more: describeInvoice,
	}, func(ctx context.Context, _ account.User, in *partInvoiceIn) (*huma.StreamResponse, error) {
		return a.file(a.Invoices.Of(ctx, in.ID, in.Part, in.Format))
	})
}

func (a *API) file(f invoice.File, err error) (*huma.StreamResponse, error) {
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(ctx huma.Context) {
		_, w := humago.Unwrap(ctx)
		a.send(w, bytes.NewReader(f.Data), download{f.Name, f.Format.Type(), int64(len(f.Data))})
	}}, nil
}

func describeInvoice(h *huma.Operation) {
	file := &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
	h.Responses["200"] = &huma.Response{Description: "The document", Content: map[string]*huma.MediaType{
		invoice.PDF.Type(): file, invoice.XLSX.Type(): file,
	}}
}
