package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"zakup/internal/feature/account"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

const tagCatalogue = "catalogue"

type category struct {
	ID   catalog.CategoryID `json:"id"`
	Name string             `json:"name" example:"Смартфоны"`
}

type shop struct {
	ID    partner.ShopID `json:"id"`
	Name  string         `json:"name" example:"Связной"`
	State bool           `json:"state" doc:"Whether it accepts orders"`

	MinOrder *amount `json:"min_order,omitempty" doc:"The least sum of what is ordered of it at once; absent: any"`
}

type categoriesOut struct{ Body envelopeOf[category] }

type shopsOut struct{ Body envelopeOf[shop] }

// Product is an offer as lists have it. The catalogue writes it.
type Product struct {
	ID         catalog.OfferID  `json:"id"`
	Quantity   int64            `json:"quantity" doc:"Available now"`
	Model      string           `json:"model" example:"apple/iphone/xr"`
	Product    productName      `json:"product"`
	Shop       partner.ShopID   `json:"shop"`
	Price      amount           `json:"price"`
	PriceRRC   *amount          `json:"price_rrc" nullable:"true" doc:"The recommended retail price"`
	ExternalID string           `json:"external_id" example:"4216313" doc:"The supplier's own id"`
	Parameters []characteristic `json:"product_parameters" nullable:"false"`
	Image      string           `json:"image,omitempty" example:"/pictures/NAME/320.jpg" doc:"In lists: the address of the main picture at this service; absent where there is none"`
}

type productName struct {
	Name     string `json:"name" example:"Смартфон Apple iPhone XR 256GB (красный)"`
	Category string `json:"category" example:"Смартфоны"`
}

type characteristic struct {
	Parameter string `json:"parameter" example:"Цвет"`
	Value     string `json:"value" example:"красный"`
}

// amount is money: a JSON number with two decimals at most.
type amount money.Kopecks

// MarshalJSON writes it exactly.
func (m amount) MarshalJSON() ([]byte, error) { return money.Kopecks(m).MarshalJSON() }

// UnmarshalJSON reads it exactly.
func (m *amount) UnmarshalJSON(text []byte) error { return (*money.Kopecks)(m).UnmarshalJSON(text) }

// Schema describes it, for huma.
func (amount) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeNumber, Examples: []any{131764.71}, Description: "Rubles, two decimals at most"}
}

// asAmount reads roubles, with two decimals at most.
func asAmount(name string, v any) (any, *fault.Error) {
	text, _ := asString(v)
	text = strings.TrimSpace(text)
	below, negative := strings.CutPrefix(text, "-")
	k, err := money.Parse(below)
	switch {
	case err != nil:
		return nil, fault.BadArguments.WithText(name, fault.NotNumber())
	case negative && k != 0:
		return nil, fault.BadArguments.WithText(name, fault.TooSmall(0))
	}
	return amount(k), nil
}

// card is a product with all that is known of it.
type card struct {
	Product
	Description string            `json:"description"`
	URL         string            `json:"url"`
	Pictures    []string          `json:"pictures" nullable:"false" doc:"Addresses as the price list has them"`
	Images      []imageJSON       `json:"images" nullable:"false" doc:"At this service: those that the supplier set, or copies of those of the price list"`
	Vendor      string            `json:"vendor" example:"Apple"`
	VendorCode  string            `json:"vendor_code" doc:"The vendor's own code of the product"`
	Barcodes    []string          `json:"barcodes" nullable:"false" doc:"GTIN, valid ones only"`
	Unit        unit              `json:"unit"`
	VAT         string            `json:"vat" example:"22" doc:"The rate in the price, in percent, or none; empty: not known"`
	MinQuantity int64             `json:"min_quantity" doc:"The smallest quantity that is sold, in units"`
	Multiple    int64             `json:"multiple" doc:"Quantities are multiples of it"`
	AtLeast     bool              `json:"quantity_at_least" doc:"There may be more in stock than quantity: the supplier wrote >50"`
	ProductID   catalog.ProductID `json:"product_id" doc:"Whoever sells it"`
	Offers      []cardOffer       `json:"offers" nullable:"false" doc:"The same product in all open shops: in stock first, then the cheapest"`
}

type unit struct {
	Code string `json:"code" example:"796" doc:"Of ОКЕИ; empty: not known"`
	Name string `json:"name" example:"шт"`
}

type cardOffer struct {
	ID       catalog.OfferID `json:"id"`
	Shop     shopRef         `json:"shop"`
	Model    string          `json:"model"`
	Price    amount          `json:"price"`
	Quantity int64           `json:"quantity"`
	PerUnit  *unitPrice      `json:"unit_price,omitempty" doc:"What a unit costs; absent where the pack is not known: by the unit of sale, or by the measure in the name"`
	Match    catalog.Match   `json:"matched_by" enum:"barcode,vendor_code,name,hand" doc:"By what it is the same product; hand: an administrator said so"`
}

type unitPrice struct {
	Unit  string `json:"unit" enum:"кг,л,шт"`
	Price amount `json:"price"`
}

// shopRef names a shop.
type shopRef struct {
	ID   partner.ShopID `json:"id"`
	Name string         `json:"name"`
}

type productIn struct {
	ID catalog.OfferID `path:"id" doc:"Of the offer, as the list of products has it"`
}

type rawOut struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (a *API) catalogue() {
	add(a, op{
		method: http.MethodGet, path: "categories", id: "list-categories", tag: tagCatalogue, access: Public, scope: account.CatalogRead, shared: true,
		summary: "All categories, 40 a page, by name descending",
	}, func(ctx context.Context, _ account.User, in *numbered) (*categoriesOut, error) {
		page, err := numberedPage(ctx, a, *in, a.Catalog.Categories,
			func(c catalog.Category) category { return category(c) })
		return &categoriesOut{page}, err
	})
	add(a, op{
		method: http.MethodGet, path: "shops", id: "list-shops", tag: tagCatalogue, access: Public, scope: account.CatalogRead, shared: true,
		summary: "The shops that accept orders, 40 a page, by name descending",
	}, func(ctx context.Context, _ account.User, in *numbered) (*shopsOut, error) {
		page, err := numberedPage(ctx, a, *in, a.Shops.List,
			func(s partner.Shop) shop { return shop{s.ID, s.Name, s.Open, minOrderOf(s)} })
		return &shopsOut{page}, err
	})
	add(a, op{
		method: http.MethodGet, path: "products", id: "list-products", tag: tagCatalogue, access: Public, scope: account.CatalogRead, shared: true,
		summary: "The offers of open shops, by id, or found and sorted", answer: []Product{}, more: describeProducts,
	}, a.listProducts)
	add(a, op{
		method: http.MethodGet, path: "products/facets", id: "get-facets", tag: tagCatalogue, access: Public, scope: account.CatalogRead, shared: true,
		summary: "How many offers there would be with each further choice", more: describeChoice,
	}, a.getFacets)
	add(a, op{
		method: http.MethodGet, path: "products/{id}", id: "get-product", tag: tagCatalogue, access: Public, scope: account.CatalogRead, shared: true,
		summary: "The card of a product: all that is known, and its offers in all open shops", answer: card{},
	}, func(ctx context.Context, _ account.User, in *productIn) (*rawOut, error) {
		c, err := a.Catalog.Card(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		body, err := writeCard(c)
		return &rawOut{ContentType: jsonMedia, Body: body}, err
	})
}

// writeCard completes the catalogue's document with what the card has more.
func writeCard(c catalog.Card) ([]byte, error) {
	offers := make([]cardOffer, len(c.Offers))
	for i, o := range c.Offers {
		offers[i] = cardOffer{ID: o.ID, Shop: shopRef{o.Shop, o.ShopName}, Model: o.Model, Price: amount(o.Price), Quantity: max(0, o.Available), Match: o.Match}
		if o.PerUnit != nil {
			offers[i].PerUnit = &unitPrice{o.PerUnit.Unit, amount(o.PerUnit.Price)}
		}
	}
	text, err := json.Marshal(offers)
	if err != nil {
		return nil, err
	}
	images, err := json.Marshal(imagesOf(c.Pictures))
	if err != nil {
		return nil, err
	}
	c.Document += "," + c.Details + `,"images":` + string(images) + `,"product_id":` + strconv.FormatInt(int64(c.Product), 10) + `,"offers":` + string(text)
	return c.AppendJSON(nil), nil
}
