package api

import (
	"context"
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// choice chooses products.
type choice struct {
	filter catalog.Filter
}

// productsIn chooses a page of products.
type productsIn struct {
	Keyset
	choice
	total bool
}

// Resolve reads the filters, which may be repeated or hold commas.
func (in *productsIn) Resolve(ctx huma.Context) []error {
	_ = in.Keyset.Resolve(ctx)
	bad := in.read(in.self.query)
	var total *bool
	if bad == nil {
		total, bad = queryBoolean(in.self.query, "total")
	}
	if bad != nil {
		return []error{bad}
	}
	in.total = total != nil && *total
	return nil
}

// facetsIn chooses products to count.
type facetsIn struct{ choice }

// Resolve reads the filters.
func (in *facetsIn) Resolve(ctx huma.Context) []error {
	if bad := in.read(addressOf(ctx).query); bad != nil {
		return []error{bad}
	}
	return nil
}

func (in *choice) read(q url.Values) *fault.Error {
	f := &in.filter
	var bad *fault.Error
	if f.Shops, bad = queryNumbers[partner.ShopID](q, "shop_id"); bad != nil {
		return bad
	}
	if f.Categories, bad = queryNumbers[catalog.CategoryID](q, "category_id"); bad != nil {
		return bad
	}
	for name, to := range map[string]**money.Kopecks{"price_min": &f.PriceMin, "price_max": &f.PriceMax} {
		if v := q.Get(name); v != "" {
			k, err := money.Parse(v)
			if err != nil {
				return fault.BadArguments.With(name, "Введите цену: число, не больше двух знаков после точки.",
					"Enter a price: a number, two decimals at most.")
			}
			*to = &k
		}
	}
	inStock, bad := queryBoolean(q, "in_stock")
	if bad != nil {
		return bad
	}
	f.InStock = inStock != nil && *inStock
	if f.Search = strings.TrimSpace(q.Get("search")); utf8.RuneCountInString(f.Search) > catalog.MaxSearch {
		return fault.BadArguments.WithText("search", fault.TooLong(catalog.MaxSearch))
	}
	if f.Sort = catalog.Sort(q.Get("sort")); f.Sort != "" && !slices.Contains(catalog.Sorts, f.Sort) {
		return fault.BadArguments.With("sort", "Выберите одно из: "+sorts()+".", "Choose one of: "+sorts()+".")
	}
	return in.readCharacteristics(q)
}

func sorts() string {
	names := make([]string, len(catalog.Sorts))
	for i, s := range catalog.Sorts {
		names[i] = string(s)
	}
	return strings.Join(names, ", ")
}

// The bounds of filters by characteristics.
const (
	maxCharacteristics = 20
	characteristicName = "parameter_"
)

// readCharacteristics reads parameter_N, parameter_N_min and parameter_N_max.
func (in *choice) readCharacteristics(q url.Values) *fault.Error {
	chosen := map[catalog.CharacteristicID]*catalog.Chosen{}
	for name, values := range q {
		rest, is := strings.CutPrefix(name, characteristicName)
		if !is {
			continue
		}
		number, limit, _ := strings.Cut(rest, "_")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil || limit != "" && limit != "min" && limit != "max" {
			continue // of somebody else, as any other name
		}
		values = slices.DeleteFunc(slices.Clone(values), func(v string) bool { return v == "" })
		if len(values) == 0 {
			continue
		}
		c := chosen[catalog.CharacteristicID(id)]
		if c == nil {
			c = &catalog.Chosen{ID: catalog.CharacteristicID(id)}
			chosen[c.ID] = c
		}
		var bad *fault.Error
		switch limit {
		case "min":
			c.Min, bad = readLimit(name, values[0])
		case "max":
			c.Max, bad = readLimit(name, values[0])
		default:
			c.Values, bad = readValues(name, values, c.Values)
		}
		if bad != nil {
			return bad
		}
	}
	if len(chosen) > maxCharacteristics {
		return fault.BadArguments.With("parameter", "Не больше 20 характеристик.", "No more than 20 characteristics.")
	}
	for _, c := range chosen {
		in.filter.Characteristics = append(in.filter.Characteristics, *c)
	}
	slices.SortFunc(in.filter.Characteristics, func(a, b catalog.Chosen) int { return int(a.ID - b.ID) })
	return nil
}

// readValues adds the values of a characteristic, which may have commas
// themselves, or have them between each other.
func readValues(name string, values, to []string) ([]string, *fault.Error) {
	to = append(to, values...)
	for _, v := range values {
		if !utf8.ValidString(v) || strings.ContainsRune(v, 0) { // PostgreSQL has no such texts
			return nil, fault.BadArguments.With(name, "Недопустимые символы.", "Characters that can't be.")
		}
		if parts := strings.Split(v, ","); len(parts) > 1 {
			to = append(to, parts...)
		}
	}
	if len(to) > maxFilter {
		return nil, fault.BadArguments.With(name, "Не больше 100 значений.", "No more than 100 values.")
	}
	return to, nil
}

func readLimit(name, text string) (*float64, *fault.Error) {
	n, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || math.IsNaN(n) {
		return nil, fault.BadArguments.WithText(name, fault.NotNumber())
	}
	return &n, nil
}

func describeChoice(h *huma.Operation) {
	values := queryParam(characteristicName+"1", huma.TypeString,
		"Values of the characteristic 1, one of which is to be there: repeated, or with commas; of any other in the same way", true)
	least := queryParam(characteristicName+"1_min", huma.TypeNumber, "The least number of the characteristic 1, in its unit", false)
	most := queryParam(characteristicName+"1_max", huma.TypeNumber, "The greatest number of the characteristic 1, in its unit", false)
	h.Parameters = append(h.Parameters,
		queryParam("search", huma.TypeString,
			"What every offer is to have: words in any form, the last one perhaps just begun, codes. When nothing has it, the other layout of the keyboard and near words are tried", false),
		queryParam("shop_id", huma.TypeInteger, "Shops: repeated, or with commas", true),
		queryParam("category_id", huma.TypeInteger, "Categories: repeated, or with commas", true),
		queryParam("price_min", huma.TypeNumber, "The lowest price", false),
		queryParam("price_max", huma.TypeNumber, "The highest price", false),
		queryParam("in_stock", huma.TypeBoolean, "Only what is available", false),
		values, least, most,
	)
}

func describeProducts(h *huma.Operation) {
	describeChoice(h)
	order := queryParam("sort", huma.TypeString,
		"The order: relevance (of a search, and its usual one: in stock first, and of few the shortest name), price, -price (the dearest first), name, newest; else by id", false)
	for _, s := range catalog.Sorts {
		order.Schema.Enum = append(order.Schema.Enum, string(s))
	}
	h.Parameters = append(h.Parameters, order,
		queryParam("total", huma.TypeBoolean, "Whether Total-Count is wanted", false))
}

// productsOut is a page of products.
type productsOut struct {
	ContentType string `header:"Content-Type"`
	Link        string `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body        []byte

	Total    string `header:"Total-Count" doc:"How many offers there are, when total is asked for"`
	Exact    string `header:"Total-Exact" doc:"Whether that was counted one by one: true or false, beyond 3000 an estimate"`
	Searched string `header:"Searched-Instead" doc:"What was searched, when nothing was found by what was asked for; percent-encoded"`
}

func (a *API) listProducts(ctx context.Context, _ account.User, in *productsIn) (*productsOut, error) {
	f := in.filter
	f.Cursor, f.Limit = in.Cursor, in.Limit
	page, err := a.Catalog.Page(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &productsOut{ContentType: jsonMedia, Link: nextPage(a, in.Keyset, page.Next), Body: page.Body}
	if page.Searched != "" {
		out.Searched = url.PathEscape(page.Searched)
	}
	if in.total {
		n, err := a.Catalog.Total(ctx, f, page.Searched)
		if err != nil {
			return nil, err
		}
		out.Total, out.Exact = strconv.FormatInt(n.Count, 10), strconv.FormatBool(n.Exact)
	}
	return out, nil
}
