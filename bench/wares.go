package bench

import (
	"fmt"
	"iter"
	"strconv"
	"strings"

	"zakup/internal/feature/catalog"
	"zakup/internal/platform/money"
)

// wares are the made goods of many suppliers: the same ones for the same numbers.
// There are three products to ten offers, and one product in ten has ten offers.
// Every twentieth offer is in the first category.
type wares struct {
	offers, suppliers, categories int
	seed                          int64
}

// block is how many products have a hundred offers.
const block = 30

// offered is how many offers each product of a block has, the first offersOfMost
// of them most.
const offersOfMost = 10

func offered(product int) int {
	switch n := product % block; {
	case n < 3:
		return offersOfMost
	case n < 12:
		return 4
	case n < 28:
		return 2
	}
	return 1
}

// products is how many there are: the last one may have fewer offers than it would.
func (w wares) products() (n int) {
	n = w.offers / 100 * block
	for rest := w.offers % 100; rest > 0; n++ {
		rest -= offered(n)
	}
	return n
}

// mix is a number that looks random, of the seed and of others (SplitMix64).
func (w wares) mix(of ...int) uint64 {
	x := uint64(w.seed) //nolint:gosec // any bits will do
	for _, n := range of {
		x += uint64(n) + 0x9E3779B97F4A7C15 //nolint:gosec // any bits will do
		x = (x ^ x>>30) * 0xBF58476D1CE4E5B9
		x = (x ^ x>>27) * 0x94D049BB133111EB
		x ^= x >> 31
	}
	return x
}

func (w wares) below(n int, of ...int) int {
	return int(w.mix(of...) % uint64(n)) //nolint:gosec // n is positive
}

// What a number is mixed for.
const (
	ofSupplier = iota
	ofCategory
	ofBrand
	ofMake
	ofColour
	ofBarcode
	ofVendorCode
	ofPrice
	ofTrait
	ofOffer
)

// of are the goods of a supplier, from 0, in the order of its list.
func (w wares) of(supplier int) iter.Seq[catalog.Listing] {
	return func(yield func(catalog.Listing) bool) {
		left := w.offers
		for p, line := 0, 1; left > 0; p++ {
			n := min(offered(p), left)
			left -= n
			// The suppliers of a product are n neighbours.
			if first := w.below(w.suppliers, ofSupplier, p); (supplier-first+w.suppliers)%w.suppliers >= n {
				continue
			}
			if !yield(w.listing(p, supplier, line)) {
				return
			}
			line++
		}
	}
}

// category of a product, from 0.
func (w wares) category(product int) int {
	if w.categories == 1 || product/block%20 == 0 {
		return 0
	}
	return 1 + w.below(w.categories-1, ofCategory, product)
}

// kindOf is that of the goods of a category.
func kindOf(category int) kind { return kinds[category%len(kinds)] }

func categoryName(category int) string {
	name := kindOf(category).many + " для " + uses[category/len(kinds)%len(uses)]
	if more := category / (len(kinds) * len(uses)); more > 0 {
		name += " " + strconv.Itoa(more+1)
	}
	return name
}

func (w wares) brand(product int) string { return brands[w.below(len(brands), ofBrand, product)] }

// listing is a product as a supplier has it: barcodes and vendors' codes are not
// in every list, and who has the code may write the name in another order.
func (w wares) listing(p, supplier, line int) catalog.Listing {
	category := w.category(p)
	k, brand := kindOf(category), w.brand(p)
	colour := colours[w.below(len(colours), ofColour, p)]
	made := makes[w.below(len(makes), ofMake, p)][k.gender]
	model := fmt.Sprintf("%c%c-%d", 'A'+p%26, 'A'+p/26%26, 100+p)
	l := catalog.Listing{
		Line: line, ExternalID: strconv.Itoa(1_000_000 + p), Category: categoryName(category),
		Name:     strings.Join([]string{k.one, brand, model, made + ",", colour[k.gender]}, " "),
		Model:    strings.ToLower(model),
		UnitCode: "796", UnitName: "шт", VAT: "22", Vendor: brand,
		Description: k.one + " «" + brand + "»: " + made + ", " + colour[k.gender] + ". Подходит для " + uses[category/len(kinds)%len(uses)] + ".",
		URL:         fmt.Sprintf("https://supplier%d.example.com/goods/%d", supplier, 1_000_000+p),
	}
	chance := func(percent int, of ...int) bool { return w.below(100, of...) < percent }
	if chance(80, ofVendorCode, p) {
		l.VendorCode = fmt.Sprintf("%s.%06d", model[:2], p)
		if chance(20, ofOffer, p, supplier, 1) {
			l.Name = strings.Join([]string{brand, k.one, model, colour[k.gender]}, " ")
		}
	}
	if chance(60, ofBarcode, p) && chance(90, ofOffer, p, supplier, 2) {
		l.Barcodes = []string{gtin(p)}
	}
	// From 50 to 50,000 roubles, cheap goods more often, and a tenth around that.
	price := 5_000 << w.below(10, ofPrice, p)
	price += w.below(price, ofPrice, p, 1)
	price = price * (90 + w.below(20, ofOffer, p, supplier, 3)) / 100
	l.Price = money.Kopecks(price / 10 * 10)
	if chance(85, ofOffer, p, supplier, 4) {
		l.Quantity = int64(1 + w.below(500, ofOffer, p, supplier, 5))
	}
	for n, t := range families[k.family] {
		l.Parameters = append(l.Parameters, catalog.Parameter{Name: t.name, Value: w.value(t, p, n, colour)})
	}
	return l
}

func (w wares) value(t trait, p, n int, colour adjective) string {
	switch {
	case t.ofAdjective:
		return colour[he]
	case t.steps > 0:
		return strconv.FormatFloat(t.from+t.step*float64(w.below(t.steps, ofTrait, p, n)), 'f', -1, 32)
	case len(t.choices) > 0:
		return t.choices[w.below(len(t.choices), ofTrait, p, n)]
	}
	return []string{"нет", "да"}[w.below(2, ofTrait, p, n)]
}

// gtin is the barcode of a product, EAN-13 with its check digit.
func gtin(product int) string {
	code := fmt.Sprintf("460%09d", product+1)
	sum := 0
	for i, c := range code {
		sum += int(c-'0') * (1 + i%2*2)
	}
	return code + strconv.Itoa((10-sum%10)%10)
}
