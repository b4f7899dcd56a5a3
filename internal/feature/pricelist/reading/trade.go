package reading

import (
	"regexp"
	"slices"
)

const (
	maxBarcodes  = 20
	maxOrderStep = maxQuantity
)

// trade reads what a purchaser's papers need. None of it keeps a good out.
func (b *builder) trade() {
	b.row.VendorCode = b.text("vendor_code", false, maxModel)
	b.row.Vendor = b.text("vendor", false, maxModel)
	b.unit()
	if s := b.text("vat", false, maxName); s != "" {
		var ok bool
		if b.row.VAT, ok = parseVAT(s); !ok {
			b.row.VAT = ""
			b.about(noteVAT, "vat", s)
		}
	}
	b.barcodes()
	b.row.MinQuantity = b.orderStep("min_quantity")
	b.row.Multiple = b.orderStep("multiple")
}

// unit is a text, or an object with a code and a name.
func (b *builder) unit() {
	v := b.good.get("unit")
	if v == nil || v.kind == nullKind {
		return
	}
	if v.kind == objectKind {
		code, name := v.get("code"), v.get("name")
		if (code == nil || code.scalar() || code.kind == nullKind) && (name == nil || name.scalar() || name.kind == nullKind) && !v.hasNUL() {
			b.row.Unit = unitOf(textOf(code), textOf(name))
			return
		}
	}
	s := b.text("unit", false, maxName)
	if s == "" {
		return
	}
	var ok bool
	if b.row.Unit, ok = parseUnit(s); !ok {
		b.about(noteUnit, "unit", s)
	}
}

func textOf(v *value) string {
	if v == nil || hasNUL(v.text) {
		return ""
	}
	return v.text
}

// orderStep is a whole number of pieces; 0 and 1 say nothing of a step.
func (b *builder) orderStep(key string) int64 {
	s := b.text(key, false, maxName)
	if s == "" {
		return 0
	}
	found, bad := parseQuantity(s)
	if bad != nil || found.atLeast || found.pieces > maxOrderStep {
		b.about(noteOrderStep, key, s)
		return 0
	}
	return found.pieces
}

var (
	barcode      = regexp.MustCompile(`^[0-9]{8,14}$`)
	barcodeBreak = regexp.MustCompile(`[\s,;|/]+`)
)

// barcodes are a list of texts, or one text that may hold several.
func (b *builder) barcodes() {
	v := b.good.get("barcode")
	if v == nil || v.kind == nullKind {
		return
	}
	all := v.list
	if v.kind == textKind {
		all = []*value{v}
	}
	for _, one := range all {
		if !one.scalar() {
			b.report(noteBarcode, one.line, "barcode", "")
			continue
		}
		for _, code := range barcodeBreak.Split(clean(one.text), -1) {
			if code != "" && !b.barcode(code, one.line) {
				return
			}
		}
	}
}

// barcode adds one; false when there are too many.
func (b *builder) barcode(code string, line int) bool {
	switch {
	case !barcode.MatchString(code):
		b.report(noteBarcode, line, "barcode", code)
	case slices.Contains(b.row.Barcodes, code):
	case len(b.row.Barcodes) == maxBarcodes:
		b.report(noteTooManyBarcodes, line, "barcode", maxBarcodes)
		return false
	default:
		if !checkDigit(code) {
			b.report(noteBarcodeDigit, line, "barcode", code)
		}
		b.row.Barcodes = append(b.row.Barcodes, code)
	}
	return true
}

// checkDigit tells whether the last digit of a code of EAN, UPC or ITF-14 agrees
// with the others. Codes of other lengths have no such digit.
func checkDigit(code string) bool {
	switch len(code) {
	case 8, 12, 13, 14:
	default:
		return true
	}
	sum := 0
	for i := range len(code) {
		weight := 1
		if (len(code)-i)%2 == 0 {
			weight = 3
		}
		sum += weight * int(code[i]-'0')
	}
	return sum%10 == 0
}
