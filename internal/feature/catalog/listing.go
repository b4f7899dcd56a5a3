package catalog

import (
	"context"
	"encoding/json"
	"fmt"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
)

// OfferListing is an offer as its price list would have it today.
type OfferListing struct {
	ID   OfferID
	Shop partner.ShopID
	Listing
}

// Listings returns offers for sale by id, after the one given: those of a shop,
// or of all shops (0). The quantity is what the supplier said last, with no
// regard to what orders have reserved since.
func Listings(ctx context.Context, q db.Queryer, shop partner.ShopID, after OfferID, limit int) ([]OfferListing, error) {
	where, args := ``, []any{after, limit}
	if shop != 0 {
		where, args = ` and o.shop_id = $3`, append(args, shop)
	}
	rows, err := q.Query(ctx, `
		select o.id, o.shop_id, o.external_id, o.price, o.price_rrc, o.on_hand, o.min_quantity, o.multiple, o.document, o.details
		from offers o
		where not o.withdrawn and o.id > $1`+where+`
		order by o.id limit $2`, args...)
	list, err := db.Collect(rows, err, func(r db.Row) (o OfferListing, err error) {
		var document, details string
		err = r.Scan(&o.ID, &o.Shop, &o.ExternalID, &o.Price, &o.PriceRRC, &o.Quantity, &o.MinQuantity, &o.Multiple, &document, &details)
		if err == nil {
			err = o.parse(document + "," + details)
		}
		return o, err
	})
	if err != nil {
		return nil, fmt.Errorf("catalog: listings: %w", err)
	}
	return list, nil
}

// parse reads back what document and details have written.
func (l *Listing) parse(members string) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte("{"+members+"}"), &all); err != nil {
		return err
	}
	var product struct{ Name, Category string }
	var unit struct{ Code, Name string }
	var parameters []struct{ Parameter, Value string }
	for key, to := range map[string]any{
		"model": &l.Model, "product": &product, "product_parameters": &parameters,
		"description": &l.Description, "url": &l.URL, "pictures": &l.Pictures,
		"vendor": &l.Vendor, "vendor_code": &l.VendorCode, "barcodes": &l.Barcodes, "unit": &unit, "vat": &l.VAT,
		"quantity_at_least": &l.AtLeast,
	} {
		if raw, has := all[key]; has {
			if err := json.Unmarshal(raw, to); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	l.Name, l.Category, l.UnitCode, l.UnitName = product.Name, product.Category, unit.Code, unit.Name
	for _, p := range parameters {
		l.Parameters = append(l.Parameters, Parameter{p.Parameter, p.Value})
	}
	return nil
}
