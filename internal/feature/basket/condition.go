package basket

import (
	"fmt"
	"slices"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/money"
)

// NotMet refuses an order that a supplier would not take: it names every
// condition that is not met and what is missing.
var NotMet = fault.New(fault.Conflict, "conditions_not_met",
	"Не выполнены условия поставщика", "The supplier's conditions are not met")

// Lack is a condition of a supplier that a basket does not meet.
type Lack struct {
	Line LineID         // 0: of all lines of the shop
	Shop partner.ShopID // whose condition it is
	Code string         // min_quantity, multiple or min_order
	Need int64          // the quantity that would do, or the missing kopecks
	Text fault.Text
}

// Lacks returns the conditions that the lines do not meet, those of lines first.
// Lines that are gone count for nothing.
func Lacks(lines []Line) []Lack {
	var list []Lack
	type shop struct {
		id       partner.ShopID
		name     string
		sum, min money.Kopecks
	}
	var shops []shop
	for _, l := range lines {
		if l.Gone {
			continue
		}
		if lack, found := l.lack(); found {
			list = append(list, lack)
		}
		at := slices.IndexFunc(shops, func(s shop) bool { return s.id == l.Shop })
		if at < 0 {
			at = len(shops)
			shops = append(shops, shop{id: l.Shop, name: l.ShopName, min: l.MinOrder})
		}
		sum, fits := l.Offer.Price.Times(l.Quantity)
		if fits {
			sum, fits = shops[at].sum.Add(sum)
		}
		if !fits {
			sum = shops[at].min // more than any minimum
		}
		shops[at].sum = max(sum, shops[at].sum)
	}
	for _, s := range shops {
		if s.sum >= s.min {
			continue
		}
		missing := s.min - s.sum
		list = append(list, Lack{Shop: s.id, Code: "min_order", Need: int64(missing), Text: fault.Text{
			RU: fmt.Sprintf("Магазин «%s» принимает заказы от %s; не хватает %s", s.name, s.min.Format(), missing.Format()),
			EN: fmt.Sprintf("The shop %q takes orders from %s; %s is missing", s.name, s.min, missing),
		}})
	}
	return list
}

// lack is what the supplier of the line's offer minds about its quantity.
func (l Line) lack() (Lack, bool) {
	need, code := l.Suitable(l.Quantity), "multiple"
	if need == l.Quantity {
		return Lack{}, false
	}
	text := fault.Text{
		RU: fmt.Sprintf("«%s»: продаётся по %d шт.; ближайшее количество — %d", l.Name, l.Multiple, need),
		EN: fmt.Sprintf("%q: sold in multiples of %d; the nearest quantity is %d", l.Name, l.Multiple, need),
	}
	if l.Quantity < l.MinQuantity {
		code = "min_quantity"
		text = fault.Text{
			RU: fmt.Sprintf("«%s»: не меньше %d; сейчас %d", l.Name, need, l.Quantity),
			EN: fmt.Sprintf("%q: at least %d; there are %d", l.Name, need, l.Quantity),
		}
	}
	return Lack{Line: l.ID, Shop: l.Shop, Code: code, Need: need, Text: text}, true
}

// Suitable is the least quantity from n up that the supplier sells.
func (l Line) Suitable(n int64) int64 {
	n = max(n, l.MinQuantity)
	if l.Multiple > 1 {
		n = (n + l.Multiple - 1) / l.Multiple * l.Multiple
	}
	return n
}

// Refuse turns lacks into a fault; nil when there are none.
func Refuse(lacks []Lack) error {
	if len(lacks) == 0 {
		return nil
	}
	e := NotMet
	for _, l := range lacks {
		e = e.With("items", l.Text.RU, l.Text.EN)
	}
	return e
}
