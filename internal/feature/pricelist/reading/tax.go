package reading

import (
	"regexp"
	"slices"
	"strings"
)

// rates are those of Russian VAT that lists may name: 22 % is the rate of goods
// since 2026 (425-ФЗ), 20 and 18 those before it, 5 and 7 are special ones.
var rates = []string{"22", "20", "18", "10", "7", "5", "0"}

// NoVAT is a price that bears no tax, which is another thing than a rate of 0.
const NoVAT = "none"

var rate = regexp.MustCompile(`^(?:ндс|vat)?[ :_=]*(?:0?([0-9]{1,2})|0[.,]([0-9]{1,2}))(?:[.,]0+)?(?:/1[0-9]{2})? *%?(?: *ндс)?$`)

// parseVAT reads a rate in any of the ways that lists write it: "20", "20%",
// "НДС 22 %", "VAT_05", "22/122", "0.2", "Без НДС", "NO_VAT". A bare 5 and 7 are
// rates, not the numbers that old feeds had for rates. False when it is none.
func parseVAT(s string) (string, bool) {
	s = strings.TrimSuffix(fold(clean(s)), ".")
	switch s {
	case NoVAT, "без ндс", "no_vat", "no vat", "без налога", "без налога (ндс)", "ндс не облагается", "не облагается", "vat_none":
		return NoVAT, true
	}
	m := rate.FindStringSubmatch(s)
	if m == nil {
		return "", false
	}
	found := m[1]
	if m[2] != "" { // a fraction: 0.2, 0.05
		found = strings.TrimLeft((m[2] + "0")[:2], "0")
	}
	if found == "00" {
		found = "0"
	}
	return found, slices.Contains(rates, found)
}
