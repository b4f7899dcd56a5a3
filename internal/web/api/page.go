package api

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/catalog"
	"zakup/internal/platform/fault"
)

// Keyset are the arguments of a list that is read page by page.
type Keyset struct {
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100" doc:"The most items of a page"`
	Cursor string `query:"cursor" doc:"Where the page begins: take the address in the Link header"`
	self   address
}

// Resolve notes the address, for the link to the next page.
func (k *Keyset) Resolve(ctx huma.Context) []error {
	k.self = addressOf(ctx)
	return nil
}

// cursorOf reads the last id of the page before; 0 for the first page.
func cursorOf[N ~int64](k Keyset) (N, error) {
	if k.Cursor == "" {
		return 0, nil
	}
	n, err := strconv.ParseInt(k.Cursor, 10, 64)
	if err != nil || n < 1 {
		return 0, catalog.BadCursor
	}
	return N(n), nil
}

// next is the Link header to the page after last; "" when there is none.
func next[N ~int64](a *API, k Keyset, last N) string {
	if last == 0 {
		return ""
	}
	return nextPage(a, k, strconv.FormatInt(int64(last), 10))
}

// nextPage is next of a cursor that is written already.
func nextPage(a *API, k Keyset, cursor string) string {
	if cursor == "" {
		return ""
	}
	q := k.self.query
	q.Set("cursor", cursor)
	return "<" + a.base(k.self) + k.self.path + "?" + q.Encode() + `>; rel="next"`
}

// cut ends a list that was read with one item too many, and returns the last
// id if there are more.
func cut[T any, N ~int64](list []T, limit int, id func(T) N) ([]T, N) {
	if len(list) <= limit {
		return list, 0
	}
	return list[:limit], id(list[limit-1])
}

// address is how the client called us.
type address struct {
	scheme, host, path string
	query              url.Values
}

func addressOf(ctx huma.Context) address {
	r, _ := humago.Unwrap(ctx)
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return address{scheme: scheme, host: r.Host, path: r.URL.Path, query: r.URL.Query()}
}

// base is the beginning of links: what is set, or as the client called us.
func (a *API) base(self address) string {
	if a.PublicURL != "" {
		return a.PublicURL
	}
	return self.scheme + "://" + self.host
}

// pageSize is how many items a numbered page has.
const pageSize = 40

// numbered are the arguments of a list with numbered pages.
type numbered struct {
	Page string `query:"page" example:"2" doc:"From 1, or last"`
	self address
}

// Resolve notes the address, for the links to other pages.
func (p *numbered) Resolve(ctx huma.Context) []error {
	p.self = addressOf(ctx)
	return nil
}

// envelopeOf is a numbered page, as the specification has it.
type envelopeOf[T any] struct {
	Count    int64   `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []T     `json:"results" nullable:"false"`
}

// numberedPage reads the page that is asked for; badPage when there is none.
func numberedPage[F, T any](ctx context.Context, a *API, p numbered,
	list func(ctx context.Context, limit, offset int64) ([]F, int64, error), show func(F) T,
) (envelopeOf[T], error) {
	var page int64 = 1
	last := p.Page == "last"
	if p.Page != "" && !last {
		n, err := strconv.ParseInt(strings.TrimSpace(p.Page), 10, 32)
		if err != nil || n < 1 {
			return envelopeOf[T]{}, badPage
		}
		page = n
	}
	found, total, err := list(ctx, pageSize, (page-1)*pageSize)
	if pages := (total + pageSize - 1) / pageSize; err == nil && last && pages > 1 {
		page = pages
		found, total, err = list(ctx, pageSize, (page-1)*pageSize)
	}
	if err != nil {
		return envelopeOf[T]{}, err
	}
	if len(found) == 0 && page > 1 {
		return envelopeOf[T]{}, badPage
	}
	out := envelopeOf[T]{Count: total, Results: make([]T, len(found))}
	for i, f := range found {
		out.Results[i] = show(f)
	}
	if page*pageSize < total {
		out.Next = new(a.pageLink(p, page+1))
	}
	if page > 1 {
		out.Previous = new(a.pageLink(p, page-1))
	}
	return out, nil
}

func (a *API) pageLink(p numbered, page int64) string {
	q := p.self.query
	q.Del("page")
	if page > 1 {
		q.Set("page", strconv.FormatInt(page, 10))
	}
	link := a.base(p.self) + p.self.path
	if len(q) > 0 {
		link += "?" + q.Encode()
	}
	return link
}

// queryBoolean reads yes or no from a parameter; nil when it says neither.
func queryBoolean(q url.Values, name string) (*bool, *fault.Error) {
	v := q.Get(name)
	if v == "" {
		return nil, nil
	}
	yes, ok := asBoolean(v)
	if !ok {
		return nil, fault.BadArguments.WithText(name, fault.NotBoolean())
	}
	return &yes, nil
}

// queryNumbers reads numbers from a parameter that may be repeated and may
// hold commas; empty parts count as absent.
func queryNumbers[N ~int64](q url.Values, name string) ([]N, *fault.Error) {
	var list []N
	for _, v := range q[name] {
		for part := range strings.SplitSeq(v, ",") {
			part = strings.TrimSpace(part)
			if part == "" {
				continue
			}
			n, err := strconv.ParseInt(part, 10, 64)
			if err != nil {
				return nil, fault.BadArguments.WithText(name, fault.NotInteger())
			}
			list = append(list, N(n))
		}
	}
	if len(list) > maxFilter {
		return nil, fault.BadArguments.With(name, "Не больше 100 значений.", "No more than 100 values.")
	}
	return list, nil
}

// maxFilter is the most values of one filter.
const maxFilter = 100

func queryParam(name, schemaType, doc string, list bool) *huma.Param {
	s := &huma.Schema{Type: schemaType}
	if list {
		s = &huma.Schema{Type: huma.TypeArray, Items: s}
	}
	return &huma.Param{Name: name, In: "query", Description: doc, Schema: s, Explode: new(true)}
}
