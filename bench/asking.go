package bench

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"go.yaml.in/yaml/v4"

	"zakup/internal/platform/db"
)

// pageOf is how many offers the pages of the benchmark have.
const pageOf = 40

// variety is how many addresses a request has.
const variety = 64

// asked is a request of the benchmark, of so many addresses below /api/v1/.
type asked struct {
	name  string
	paths []string
	page  bool // a page that the floor's statement gives too
}

// askings are the requests that the program knows, and the names of those of the
// benchmark that it does not.
func (p *place) askings(ctx context.Context, w wares) (list []asked, without []string, err error) {
	some, err := p.someOffers(ctx)
	if err != nil {
		return nil, nil, err
	}
	page := func(name string, query func(o someOffer) string) {
		a := asked{name: name, page: true}
		for _, o := range some {
			a.paths = append(a.paths, fmt.Sprintf("products?limit=%d%s", pageOf, query(o)))
		}
		list = append(list, a)
	}
	page(firstPage, func(someOffer) string { return "" })
	page("page anywhere", func(o someOffer) string { return fmt.Sprint("&cursor=", o.id) })
	page("shop_id", func(o someOffer) string { return fmt.Sprint("&shop_id=", o.shop) })
	page("category_id", func(o someOffer) string { return fmt.Sprint("&category_id=", o.category) })
	page("shop_id, category_id", func(o someOffer) string { return fmt.Sprintf("&shop_id=%d&category_id=%d", o.shop, o.category) })
	page("price_min, price_max: one in three", func(someOffer) string { return "&price_min=500&price_max=3000" })
	page("price_min, price_max: few", func(o someOffer) string {
		return fmt.Sprintf("&price_min=%d&price_max=%d", o.price/100, o.price/100+1)
	})
	page("in_stock", func(someOffer) string { return "&in_stock=true" })
	page("all of them", func(o someOffer) string {
		return fmt.Sprintf("&shop_id=%d&category_id=%d&price_min=500&price_max=3000&in_stock=true", o.shop, o.category)
	})
	card := asked{name: fmt.Sprintf("products/{id} with %d offers", offersOfMost)}
	if card.paths, err = p.cards(ctx); err != nil {
		return nil, nil, err
	}
	if len(card.paths) > 0 {
		list = append(list, card)
	}
	more, without, err := p.later(ctx, w)
	return append(list, more...), without, err
}

type someOffer struct{ id, shop, category, price int64 }

// someOffers are offers from all over the catalogue.
func (p *place) someOffers(ctx context.Context) (list []someOffer, err error) {
	var most int64
	if err := p.db.QueryRow(ctx, `select max(id) from offers`).Scan(&most); err != nil {
		return nil, err
	}
	for n := range int64(variety) {
		var o someOffer
		// Steps that are no part of the whole, so that shops and categories differ.
		err := p.db.QueryRow(ctx, `select id, shop_id, category_id, price from offers where id <= $1 order by id desc limit 1`,
			1+(n*most*61/97)%max(1, most-pageOf)).Scan(&o.id, &o.shop, &o.category, &o.price)
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// cards are addresses of products with many offers.
func (p *place) cards(ctx context.Context) ([]string, error) {
	rows, err := p.db.Query(ctx, `select max(id) from offers group by product_id having count(*) = $1 limit $2`, offersOfMost, variety)
	return db.Collect(rows, err, func(r db.Row) (string, error) {
		var id int64
		err := r.Scan(&id)
		return fmt.Sprint("products/", id), err
	})
}

// later are the requests that the OpenAPI document has to name.
func (p *place) later(ctx context.Context, w wares) (list []asked, without []string, err error) {
	known, err := p.arguments()
	if err != nil {
		return nil, nil, err
	}
	if _, ok := known["products"]["search"]; ok {
		a := asked{name: "search of two words"}
		for n := range variety {
			product := n * w.products() / variety
			words := kindOf(w.category(product)).one + " " + w.brand(product)
			a.paths = append(a.paths, fmt.Sprintf("products?limit=%d&search=%s", pageOf, url.QueryEscape(words)))
		}
		list = append(list, a)
	} else {
		without = append(without, "search")
	}
	largest := int64(0)
	if err := p.db.QueryRow(ctx, `select category_id from offers group by category_id order by count(*) desc limit 1`).Scan(&largest); err != nil {
		return nil, nil, err
	}
	for _, sort := range known["products"]["sort"] {
		if sort == "relevance" {
			continue // of a search, which is sorted so by itself
		}
		path := fmt.Sprintf("products?limit=%d&sort=%s", pageOf, url.QueryEscape(sort))
		list = append(list, asked{name: "sort=" + sort, paths: []string{path}},
			asked{name: "sort=" + sort + ", the largest category", paths: []string{fmt.Sprint(path, "&category_id=", largest)}})
	}
	if len(known["products"]["sort"]) == 0 {
		without = append(without, "sort")
	}
	if _, ok := known["products/facets"]; ok {
		list = append(list, asked{name: "facets of the largest category", paths: []string{fmt.Sprint("products/facets?category_id=", largest)}})
		// More than are remembered, so that each is counted.
		anew := asked{name: "facets of it and a price, each counted anew"}
		for n := range 4096 {
			anew.paths = append(anew.paths, fmt.Sprintf("products/facets?category_id=%d&price_min=%d.%02d", largest, n/100, n%100))
		}
		list = append(list, anew)
	} else {
		without = append(without, "facets")
	}
	return list, without, nil
}

// arguments are, by paths below /api/v1/, those of GET and the values that each may have.
func (p *place) arguments() (map[string]map[string][]string, error) {
	text, err := p.API.OpenAPI()
	if err != nil {
		return nil, err
	}
	var document struct {
		Paths map[string]struct {
			Get struct {
				Parameters []struct {
					Name   string
					Schema struct{ Enum []any }
				}
			}
		}
	}
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	known := map[string]map[string][]string{}
	for path, operations := range document.Paths {
		arguments := map[string][]string{}
		for _, a := range operations.Get.Parameters {
			values := []string{}
			for _, v := range a.Schema.Enum {
				values = append(values, fmt.Sprint(v))
			}
			arguments[a.Name] = values
		}
		known[strings.TrimPrefix(path, "/api/v1/")] = arguments
	}
	return known, nil
}
