package bench

import (
	"fmt"
	"io"
	"os"

	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/feature/pricelist/writing"
	"zakup/internal/platform/money"
)

// parameters of a good; sections of a list.
const (
	parameters = 10
	sections   = 200
)

// made is a list of the benchmark: the same every time.
type made struct {
	goods   int
	changed int // every so many-th good differs from the first list; 0: none
	mark    string
}

// row is a good of some 800 bytes. A changed one has another price, stock and
// characteristic.
func (m made) row(n int) reading.Row {
	r := reading.Row{
		ExternalID: fmt.Sprintf("НФ-%08d", n), Category: section(n % sections),
		Name:  fmt.Sprintf("Смартфон Вектор %d Про, %d ГБ, цвет ночной синий, артикул %07d", n%90, 64<<(n%4), n),
		Model: fmt.Sprintf("vector/pro-%d/%d", n%90, n), Price: money.Kopecks(100_000 + n%9_000_000), HasPrice: true,
		Quantity: int64(n % 500), HasQuantity: true, VendorCode: fmt.Sprintf("VP-%07d", n), Vendor: "Вектор",
		Unit: reading.Unit{Code: "796", Name: "шт"}, VAT: "22",
	}
	r.PriceRRC, r.HasRRC = r.Price*13/10, true
	for i := range parameters {
		r.Parameters = append(r.Parameters, reading.Parameter{
			Name: fmt.Sprintf("Характеристика %d (ед)", i+1), Value: fmt.Sprintf("значение %d-%d", i, (n+i)%1000),
		})
	}
	if n == 0 { // the bytes of two lists are never the same
		r.Description = "Выпуск " + m.mark
	}
	if m.changed > 0 && n%m.changed == 0 {
		r.Price += r.Price / 20
		r.Quantity++
		r.Parameters[0].Value += " новое"
	}
	return r
}

func section(n int) string { return fmt.Sprintf("Раздел каталога %d", n) }

// write makes the file of the list.
func (m made) write(path string, format writing.Format) (err error) {
	f, err := os.Create(path) //nolint:gosec // a file of the benchmark's own folder
	if err != nil {
		return err
	}
	defer func() {
		if e := f.Close(); err == nil {
			err = e
		}
	}()
	return m.writeTo(f, format)
}

func (m made) writeTo(to io.Writer, format writing.Format) error {
	head := writing.Head{Shop: "Вектор", URL: "https://example.com/" + m.mark}
	for n := range sections {
		head.Categories = append(head.Categories, section(n))
	}
	for _, p := range m.row(0).Parameters {
		head.Parameters = append(head.Parameters, p.Name)
	}
	w, err := writing.New(format, to, head)
	if err != nil {
		return err
	}
	for n := range m.goods {
		if err := w.Write(writing.Good{Row: m.row(n)}); err != nil {
			return err
		}
	}
	return w.Close()
}
