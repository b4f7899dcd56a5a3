package api

import (
	"context"
	"net/http"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
)

// importJSON is a price list and what became of it.
type importJSON struct {
	ID         pricelist.ID    `json:"id"`
	Shop       partner.ShopID  `json:"shop"`
	Kind       pricelist.Kind  `json:"kind" enum:"list,rollback"`
	State      pricelist.State `json:"state" enum:"received,read,checked,held,applied,refused" doc:"held waits for a decision; with finished_at nothing more will happen"`
	URL        string          `json:"url,omitempty" doc:"Where it was fetched from"`
	FileName   string          `json:"file_name,omitempty"`
	Format     string          `json:"format,omitempty" enum:"yaml,json,csv,xlsx,xls,yml,commerceml"`
	Partial    bool            `json:"partial" doc:"It names only what has changed: nothing is withdrawn for being absent"`
	Currency   string          `json:"currency,omitempty" doc:"That the list says"`
	DryRun     bool            `json:"dry_run"`
	ErrorsRule string          `json:"errors_policy" enum:"all,good_rows"`
	Size       int64           `json:"size" doc:"Bytes"`
	Done       int64           `json:"done" doc:"Bytes read so far"`
	Code       string          `json:"code,omitempty" doc:"Of the refusal, for machines"`
	Reason     string          `json:"reason,omitempty" doc:"Of the refusal, for people"`
	Held       []reasonJSON    `json:"held,omitempty" doc:"Why it waits, or waited, for a decision"`
	Rows       int64           `json:"rows" doc:"Goods read so far that have no error"`
	Errors     int64           `json:"errors"`
	Warnings   int64           `json:"warnings"`
	Created    int64           `json:"created"`
	Updated    int64           `json:"updated"`
	Unchanged  int64           `json:"unchanged"`
	Withdrawn  int64           `json:"withdrawn" doc:"Offers that the list has no longer"`
	Repeats    *pricelist.ID   `json:"repeats" doc:"The import of the same bytes whose result this is, or that was rolled back"`
	At         time.Time       `json:"created_at"`
	EndedAt    *time.Time      `json:"finished_at"`
	RolledAt   *time.Time      `json:"rolled_back_at"`
	Difference *differenceJSON `json:"difference,omitempty" doc:"What it would change, or has changed; not in lists of imports"`
	Problems   []problemJSON   `json:"problems,omitempty" doc:"In the order of the file; not in lists of imports"`
}

type reasonJSON struct {
	Code    string `json:"code" enum:"empty_list,many_withdrawn,price_moved,currency_changed"`
	Message string `json:"message"`
}

type problemJSON struct {
	Line       int64  `json:"line" doc:"In the file, from 1; 0: the whole file"`
	Cell       string `json:"cell,omitempty" doc:"Of a workbook" example:"Лист1!B5"`
	Severity   string `json:"severity" enum:"error,warning"`
	Code       string `json:"code"`
	Field      string `json:"field,omitempty"`
	ExternalID string `json:"external_id,omitempty"`
	Message    string `json:"message"`
}

type differenceJSON struct {
	Before      int64        `json:"before" doc:"Offers for sale before"`
	New         int64        `json:"new"`
	Returned    int64        `json:"returned" doc:"Withdrawn before, for sale again"`
	Withdrawn   int64        `json:"withdrawn"`
	Unknown     int64        `json:"unknown" doc:"Of a partial list: prices or stock of no offer for sale"`
	Renamed     int64        `json:"renamed"`
	Changed     int64        `json:"changed" doc:"In anything but price and stock"`
	PriceUp     int64        `json:"price_up"`
	PriceDown   int64        `json:"price_down"`
	StockUp     int64        `json:"stock_up"`
	StockDown   int64        `json:"stock_down"`
	SoldOut     int64        `json:"sold_out"`
	MedianPrice float64      `json:"median_price" doc:"The median of new price by old price"`
	Prices      []bucketJSON `json:"prices" nullable:"false" doc:"How many prices move by how much"`
	Moves       []moveJSON   `json:"moves" nullable:"false" doc:"The largest moves of prices"`
}

type bucketJSON struct {
	From   float64  `json:"from" doc:"New price by old price, from this"`
	Below  *float64 `json:"below" doc:"and below this; null: any"`
	Offers int64    `json:"offers"`
}

type moveJSON struct {
	ExternalID string `json:"external_id"`
	Name       string `json:"name"`
	From       amount `json:"from"`
	To         amount `json:"to"`
}

// The error policies: one refuses the list for any error, the other leaves bad
// goods out.
const (
	allRows  = "all"
	goodRows = "good_rows"
)

var errorsRules = []any{allRows, goodRows}

func errorsRule(good bool) string {
	if good {
		return goodRows
	}
	return allRows
}

func importOf(i pricelist.Import, lang string) importJSON {
	out := importJSON{
		ID: i.ID, Shop: i.Shop, Kind: i.Kind, State: i.State, URL: i.URL, FileName: i.FileName, Format: i.Format,
		Partial: i.Partial, Currency: i.Currency, DryRun: i.DryRun, ErrorsRule: errorsRule(i.GoodRows),
		Size: i.Size, Done: i.Done, Code: i.Code, Rows: i.Rows, Errors: i.Errors, Warnings: i.Warnings,
		Created: i.Created, Updated: i.Updated, Unchanged: i.Unchanged, Withdrawn: i.Withdrawn,
		At: i.CreatedAt, EndedAt: i.FinishedAt, RolledAt: i.RolledBackAt,
	}
	if i.Code != "" {
		out.Reason = i.Reason.In(lang)
	}
	for _, r := range i.Held {
		out.Held = append(out.Held, reasonJSON{r.Code, r.Text.In(lang)})
	}
	if i.Repeats != 0 {
		out.Repeats = &i.Repeats
	}
	if i.Difference != nil {
		out.Difference = differenceOf(*i.Difference)
	}
	return out
}

func differenceOf(d catalog.Difference) *differenceJSON {
	out := &differenceJSON{
		Before: d.Before, New: d.New, Returned: d.Returned, Withdrawn: d.Withdrawn, Unknown: d.Unknown, Renamed: d.Renamed,
		Changed: d.Changed, PriceUp: d.PriceUp, PriceDown: d.PriceDown, StockUp: d.StockUp, StockDown: d.StockDown,
		SoldOut: d.SoldOut, MedianPrice: d.Median, Prices: []bucketJSON{}, Moves: []moveJSON{},
	}
	for n, offers := range d.Prices {
		b := bucketJSON{Offers: offers}
		if n > 0 {
			b.From = catalog.Steps[n-1]
		}
		if n < len(catalog.Steps) {
			b.Below = &catalog.Steps[n]
		}
		out.Prices = append(out.Prices, b)
	}
	for _, m := range d.Moves {
		out.Moves = append(out.Moves, moveJSON{m.ExternalID, m.Name, amount(m.From), amount(m.To)})
	}
	return out
}

func problemsOf(list []pricelist.Problem, lang string) []problemJSON {
	out := make([]problemJSON, len(list))
	for i, p := range list {
		out[i] = problemJSON{p.Line, p.Cell, p.Severity, p.Code, p.Field, p.ExternalID, p.Text.In(lang)}
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

type decideIn struct {
	ID     pricelist.ID `path:"id"`
	Prefer string       `header:"Prefer" doc:"As for partner/update"`
}

// importRecords are what suppliers see of their lists, and administrators of all.
func (a *API) importRecords() {
	a.importsAt("partner/imports", "", tagPartner, ShopOnly)
	a.importsAt("admin/imports", "any-", tagAdmin, AdminOnly)
}

func (a *API) importsAt(path, mark, tag string, access Access) {
	add(a, op{
		method: http.MethodGet, path: path, id: "list-" + mark + "imports", tag: tag, access: access, scope: account.PricesWrite,
		summary: "Price lists and what became of them, newest first",
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
			v.Difference = nil
			out.Body[i] = importOf(v, infoOf(ctx).lang)
		}
		return out, nil
	})
	record := func(ctx context.Context, who account.User, id pricelist.ID) (*importOut, error) {
		i, err := a.Lists.Get(ctx, who.ID, id)
		if err != nil {
			return nil, err
		}
		out := &importOut{importOf(i, infoOf(ctx).lang)}
		problems, err := a.Lists.Problems(ctx, id)
		out.Body.Problems = problemsOf(problems, infoOf(ctx).lang)
		return out, err
	}
	add(a, op{
		method: http.MethodGet, path: path + "/{id}", id: "get-" + mark + "import", tag: tag, access: access, scope: account.PricesWrite,
		summary: "A price list and what became of it, with its problems line by line",
	}, func(ctx context.Context, who account.User, in *importIn) (*importOut, error) {
		return record(ctx, who, in.ID)
	})
	a.problemFileAt(path, mark, tag, access)
	add(a, op{
		method: http.MethodPost, path: path + "/{id}/apply", id: "apply-" + mark + "import", tag: tag, access: access, scope: account.PricesWrite,
		summary: "Let a held price list pass",
	}, func(ctx context.Context, who account.User, in *decideIn) (*updateOut, error) {
		if err := a.Lists.Apply(ctx, who.ID, in.ID); err != nil {
			return nil, err
		}
		return a.outcome(ctx, who, in.ID, in.Prefer, path+"/")
	})
	add(a, op{
		method: http.MethodPost, path: path + "/{id}/discard", id: "discard-" + mark + "import", tag: tag, access: access, scope: account.PricesWrite,
		summary: "Refuse a held price list",
	}, func(ctx context.Context, who account.User, in *importIn) (*importOut, error) {
		if err := a.Lists.Discard(ctx, who.ID, in.ID); err != nil {
			return nil, err
		}
		return record(ctx, who, in.ID)
	})
	add(a, op{
		method: http.MethodPost, path: path + "/{id}/rollback", id: "rollback-" + mark + "import", tag: tag, access: access, scope: account.PricesWrite,
		summary: "Take the price list back that was applied last: its offers become what they were before",
	}, func(ctx context.Context, who account.User, in *importIn) (*importOut, error) {
		back, err := a.Lists.Roll(ctx, who.ID, in.ID)
		if err != nil {
			return nil, err
		}
		return record(ctx, who, back)
	})
}
