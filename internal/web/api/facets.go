package api

import (
	"context"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
)

// facets are counts by what offers could be chosen by.
type facets struct {
	Total      int64                   `json:"total" doc:"Of the offers that are chosen so far"`
	Exact      bool                    `json:"exact" doc:"Whether they were counted one by one; else an estimate by an even part of them"`
	ExactUpTo  int64                   `json:"exact_up_to" doc:"How many offers are counted one by one"`
	Searched   *string                 `json:"searched_instead" doc:"What was searched, when nothing was found by what was asked for"`
	Shops      countedNames            `json:"shops"`
	Categories countedNames            `json:"categories"`
	Prices     countedPrices           `json:"prices"`
	Parameters []countedCharacteristic `json:"parameters" nullable:"false"`
}

type countedNames struct {
	Exact  bool          `json:"exact"`
	Values []countedName `json:"values" nullable:"false" doc:"The most frequent ones, 100 at most"`
}

type countedName struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Count int64  `json:"count"`
}

type countedPrices struct {
	Exact  bool         `json:"exact"`
	Min    *amount      `json:"min" nullable:"true"`
	Max    *amount      `json:"max" nullable:"true"`
	Ranges []priceRange `json:"ranges" nullable:"false" doc:"With about as many offers each; min and max are in the range"`
}

type priceRange struct {
	Min   amount `json:"min"`
	Max   amount `json:"max"`
	Count int64  `json:"count"`
}

type countedCharacteristic struct {
	ID     catalog.CharacteristicID `json:"id"`
	Name   string                   `json:"name" example:"Диагональ"`
	Unit   string                   `json:"unit" example:"дюйм" doc:"Empty: none"`
	Kind   catalog.Kind             `json:"kind" enum:"text,number,boolean,choice"`
	Exact  bool                     `json:"exact"`
	Min    *float64                 `json:"min" doc:"Of numbers"`
	Max    *float64                 `json:"max" doc:"Of numbers"`
	Values []countedValue           `json:"values" nullable:"false" doc:"The most frequent ones, 100 at most"`
}

type countedValue struct {
	Value string `json:"value" example:"6.5"`
	Count int64  `json:"count"`
}

type facetsOut struct{ Body facets }

func (a *API) getFacets(ctx context.Context, _ account.User, in *facetsIn) (*facetsOut, error) {
	all, err := a.Catalog.Facets(ctx, in.filter)
	if err != nil {
		return nil, err
	}
	out := facets{
		Total: all.Total.Count, Exact: all.Total.Exact, ExactUpTo: catalog.ExactUpTo,
		Shops: showFacet(all.Shops), Categories: showFacet(all.Categories), Prices: showPrices(all.Prices),
		Parameters: make([]countedCharacteristic, len(all.Characteristics)),
	}
	if all.Searched != "" {
		out.Searched = &all.Searched
	}
	for i, c := range all.Characteristics {
		p := countedCharacteristic{
			ID: c.ID, Name: c.Name, Unit: c.Unit, Kind: c.Kind, Exact: c.Exact, Min: c.Min, Max: c.Max,
			Values: make([]countedValue, len(c.Values)),
		}
		for j, v := range c.Values {
			p.Values[j] = countedValue{v.Text, v.Count}
		}
		out.Parameters[i] = p
	}
	return &facetsOut{out}, nil
}

func showFacet(f catalog.Facet) countedNames {
	out := countedNames{Exact: f.Exact, Values: make([]countedName, len(f.Values))}
	for i, v := range f.Values {
		out.Values[i] = countedName(v)
	}
	return out
}

func showPrices(p catalog.PriceFacet) countedPrices {
	out := countedPrices{Exact: p.Exact, Ranges: make([]priceRange, len(p.Ranges))}
	for i, r := range p.Ranges {
		out.Ranges[i] = priceRange{amount(r.Min), amount(r.Max), r.Count}
	}
	if len(p.Ranges) > 0 {
		out.Min, out.Max = new(amount(p.Min)), new(amount(p.Max))
	}
	return out
}
