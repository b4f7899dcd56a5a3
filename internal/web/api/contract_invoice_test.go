package api_test

import (
	"fmt"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
)

func TestContractInvoice(t *testing.T) {
	t.Parallel()
	const one, part, whole = "order/{{order}}/invoice", "partner/orders/{{order}}/invoice", "admin/orders/{{order}}/invoice"
	pdf, xlsx := []string{"Accept", "application/pdf"}, []string{"Accept", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
	play(t, "invoice", func(s *scenario) { teaMarket(s); ordered(s, allTeas) }, []exchange{
		{name: "the whole order", who: "buyer", method: "GET", path: one, status: 200},
		{name: "as PDF", who: "buyer", method: "GET", path: one + "?format=pdf", headers: pdf, status: 200},
		{name: "as XLSX", who: "buyer", method: "GET", path: one + "?format=xlsx", headers: xlsx, status: 200},
		{name: "one part", who: "buyer", method: "GET", path: one + "?part=2", headers: pdf, status: 200},
		{name: "a part that there is not", who: "buyer", method: "GET", path: one + "?part=3", headers: pdf, status: 404},
		{name: "an unknown format", who: "buyer", method: "GET", path: one + "?format=doc", headers: pdf, status: 400},
		{name: "an unknown format, English", who: "buyer", method: "GET", path: one + "?format=doc", headers: []string{"Accept-Language", "en"}, status: 400},
		{name: "of another", who: "other", method: "GET", path: one, headers: pdf, status: 404},
		{name: "anonymous", method: "GET", path: one, headers: pdf, status: 401},
		{name: "the supplier's part", who: "shop1", method: "GET", path: part, headers: pdf, status: 200},
		{name: "the other supplier's part", who: "shop2", method: "GET", path: part + "?format=xlsx", headers: xlsx, status: 200},
		{name: "a supplier chooses no part", who: "shop1", method: "GET", path: part + "?part=2", headers: pdf, status: 200},
		{name: "a supplier without a part", who: "shop3", method: "GET", path: part, headers: pdf, status: 404},
		{name: "a buyer at the supplier's door", who: "buyer", method: "GET", path: part, headers: pdf, status: 403},
		{name: "the administrator", who: "admin", method: "GET", path: whole, headers: pdf, status: 200},
		{name: "the administrator, one part", who: "admin", method: "GET", path: whole + "?part=1&format=xlsx", headers: xlsx, status: 200},
		{name: "the administrator, of nothing", who: "admin", method: "GET", path: "admin/orders/999999/invoice", headers: pdf, status: 404},
	})
}

// A document is a whole file with a name that says of which order it is; HEAD
// tells its size.
func TestInvoiceFile(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	a.Shop(t, "tea@example.com", apptest.List("Чайная", "Чай", 1))
	anna, chief := a.Buyer(t, "anna@example.com"), a.Person(t, "chief@example.com", account.Admin)
	place(t, a, anna, id(a.Get(t, anna, "products").Want(t, 200).Array(t)[0]["id"]))
	order := a.Get(t, anna, "order").Want(t, 200).Array(t)[0]
	path := "order/" + id(order["id"]) + "/invoice?format=xlsx"
	a.Get(t, anna, path).Want(t, 200) // from now on it is kept
	file := a.Get(t, anna, path, "Accept", "*/*").Want(t, 200)
	want := "attachment; filename*=utf-8''%D0%9D%D0%B0%D0%BA%D0%BB%D0%B0%D0%B4%D0%BD%D0%B0%D1%8F%20" + text(order["number"]) + ".xlsx"
	if got := file.Header.Get("Content-Disposition"); got != want {
		t.Errorf("Content-Disposition %q, want %q", got, want)
	}
	if file.Header.Get("X-Content-Type-Options") != "nosniff" || file.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the headers: %v", file.Header)
	}
	head := a.Do(t, anna, "HEAD", path, apptest.Body{}).Want(t, 200)
	if got := head.Header.Get("Content-Length"); got != fmt.Sprint(len(file.Text)) || head.Text != "" {
		t.Errorf("Content-Length %q of %d bytes", got, len(file.Text))
	}
	if again := a.Get(t, anna, path).Want(t, 200).Text; again != file.Text {
		t.Error("of one version there are two documents")
	}
	if a.Get(t, chief, "admin/"+strings.Replace(path, "order/", "orders/", 1)).Want(t, 200).Text != file.Text {
		t.Error("the administrator has another document")
	}
}
