package api

import (
	"context"
	"net/http"

	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/reading"
)

// profileJSON is how a supplier's price lists are read, and what is held.
type profileJSON struct {
	Sheet            string       `json:"sheet" doc:"Name of the sheets to read, * stands for any characters; empty: all"`
	HeaderRow        int          `json:"header_row" doc:"From 1; 0: looked for; -1: there is none"`
	Columns          []columnJSON `json:"columns" nullable:"false" doc:"What columns hold; those not named are guessed"`
	RestParameters   bool         `json:"rest_parameters" doc:"Columns that hold nothing else are characteristics"`
	Currency         string       `json:"currency" doc:"Of prices that name none, ISO 4217; empty: roubles"`
	PriceType        string       `json:"price_type" doc:"Of CommerceML: name or id of the type of price that buyers pay; empty: guessed"`
	RRCType          string       `json:"price_rrc_type" doc:"The same of the recommended price"`
	WithdrawnPercent int64        `json:"withdrawn_percent" doc:"A list that would withdraw more of the offers waits for a decision; 100: none"`
	PricePercent     int64        `json:"price_percent" doc:"A list whose median price would be so many percent of the old one, or the other way round, waits for a decision" example:"200"`
	Errors           string       `json:"errors" enum:"all,good_rows" doc:"The policy of lists that name none"`
	Found            []sheetJSON  `json:"found" nullable:"false" doc:"How the last table was understood"`
}

type columnJSON struct {
	Header string `json:"header,omitempty" doc:"As it stands in the file; case and punctuation do not count"`
	Index  int    `json:"index,omitempty" doc:"Instead of a header: the number of the column, from 1"`
	Field  string `json:"field" doc:"id, vendor_code, name, category, model, price, price_rrc, quantity, unit, vat, barcode, vendor, min_quantity, multiple, description, url, pictures, currency, parameter or ignore"`
}

type sheetJSON struct {
	Name      string            `json:"name"`
	Read      bool              `json:"read"`
	HeaderRow int               `json:"header_row"`
	Columns   []foundColumnJSON `json:"columns" nullable:"false"`
}

type foundColumnJSON struct {
	Index   int      `json:"index"`
	Header  string   `json:"header"`
	Field   string   `json:"field" doc:"Empty: it is not read"`
	Why     string   `json:"why" doc:"profile, header or values"`
	Samples []string `json:"samples" nullable:"false"`
}

type profileOut struct{ Body profileJSON }

type profileIn struct {
	Body struct {
		Sheet            *string      `json:"sheet,omitempty"`
		HeaderRow        *int         `json:"header_row,omitempty"`
		Columns          []columnJSON `json:"columns,omitempty" nullable:"false"`
		RestParameters   *bool        `json:"rest_parameters,omitempty"`
		Currency         *string      `json:"currency,omitempty"`
		PriceType        *string      `json:"price_type,omitempty"`
		RRCType          *string      `json:"price_rrc_type,omitempty"`
		WithdrawnPercent *int64       `json:"withdrawn_percent,omitempty"`
		PricePercent     *int64       `json:"price_percent,omitempty"`
		Errors           *string      `json:"errors,omitempty" enum:"all,good_rows"`
	}
}

func profileOf(p pricelist.Profile) profileJSON {
	l := p.Layout
	out := profileJSON{
		Sheet: l.Sheet, HeaderRow: l.HeaderRow, Columns: []columnJSON{}, RestParameters: l.RestParameters, Currency: l.Currency,
		PriceType: l.PriceType, RRCType: l.RRCType, WithdrawnPercent: p.Limits.WithdrawnPercent, PricePercent: p.Limits.PricePercent,
		Errors: errorsRule(p.GoodRows), Found: []sheetJSON{},
	}
	for _, c := range l.Columns {
		out.Columns = append(out.Columns, columnJSON(c))
	}
	if p.Found == nil {
		return out
	}
	for _, s := range p.Found.Sheets {
		sheet := sheetJSON{Name: s.Name, Read: s.Read, HeaderRow: s.HeaderRow, Columns: []foundColumnJSON{}}
		for _, c := range s.Columns {
			samples := append([]string{}, c.Samples...)
			sheet.Columns = append(sheet.Columns, foundColumnJSON{c.Index, c.Header, c.Field, c.Why, samples})
		}
		out.Found = append(out.Found, sheet)
	}
	return out
}

// set changes what the request names.
func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

func (a *API) profile() {
	add(a, op{
		method: http.MethodGet, path: "partner/profile", id: "get-profile", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "How the shop's price lists are read and when they wait for a decision; how the columns of the last table were understood",
	}, func(ctx context.Context, who account.User, _ *none) (*profileOut, error) {
		p, err := a.Lists.ProfileOf(ctx, who.Owner)
		return &profileOut{profileOf(p)}, err
	})
	add(a, op{
		method: http.MethodPut, path: "partner/profile", id: "set-profile", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "Say how the shop's price lists are to be read from now on; what is not named stays",
	}, func(ctx context.Context, who account.User, in *profileIn) (*profileOut, error) {
		b := in.Body
		p, err := a.Lists.SetProfile(ctx, who.Owner, func(p *pricelist.Profile) {
			set(&p.Layout.Sheet, b.Sheet)
			set(&p.Layout.HeaderRow, b.HeaderRow)
			set(&p.Layout.RestParameters, b.RestParameters)
			set(&p.Layout.Currency, b.Currency)
			set(&p.Layout.PriceType, b.PriceType)
			set(&p.Layout.RRCType, b.RRCType)
			set(&p.Limits.WithdrawnPercent, b.WithdrawnPercent)
			set(&p.Limits.PricePercent, b.PricePercent)
			if b.Columns != nil {
				p.Layout.Columns = nil
				for _, c := range b.Columns {
					p.Layout.Columns = append(p.Layout.Columns, reading.Column(c))
				}
			}
			if b.Errors != nil && *b.Errors != "" {
				p.GoodRows = *b.Errors == goodRows
			}
		})
		return &profileOut{profileOf(p)}, err
	})
}
