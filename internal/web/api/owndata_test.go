package api_test

import (
	"bytes"
	"database/sql"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// The document has all that is the person's, and no secret. That it has nothing
// of others is what TestAccess tries.
func TestOwnData(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, _ := open(t)
		doc := openAPI(t, a)
		for _, role := range []string{buyer, shop, admin} {
			p := w.people[role]
			r := a.Get(t, p.Person, "user/export").Want(t, 200)
			doc.check(t, "GET", "/api/v1/user/export", r)
			checkForm(t, r)
			for _, own := range append(p.delivery, p.Email, "company-"+words[role], "office-"+words[role], "contact-"+words[role], `"id":`+p.order, `"id":`+p.basket) {
				if !strings.Contains(r.Text, own) {
					t.Errorf("the %s does not get %q: %s", role, own, r.Text)
				}
			}
			for _, secret := range []string{p.Token, "argon2", "hash", "$m="} {
				if strings.Contains(r.Text, secret) {
					t.Errorf("the %s gets %q: %s", role, secret, r.Text)
				}
			}
			if got := array(r.Object(t)["letters"]); len(got) == 0 {
				t.Errorf("the %s gets no letters: %s", role, r.Text)
			}
		}
		text := a.Get(t, w.people[shop].Person, "user/export").Text
		if !strings.Contains(text, "Магазин north") {
			t.Errorf("the supplier does not get their shop: %s", text)
		}
	})
}

// watched notes how far the program was when it handed over each piece.
type watched struct {
	*httptest.ResponseRecorder
	statements func() int64
	pieces     []piece
	size       int
}

type piece struct {
	statements int64 // sent so far
	size       int   // bytes handed over with it
}

func (w *watched) Write(b []byte) (int, error) {
	w.size += len(b)
	return w.ResponseRecorder.Write(b)
}

func (w *watched) Flush() {
	w.pieces = append(w.pieces, piece{w.statements(), w.size})
	w.size = 0
}

// Orders are read page by page, and each page is on its way before the next one
// is read: thousands of them need no more memory than a page.
func TestOwnDataIsAStream(t *testing.T) {
	t.Parallel()
	const orders, page = 3000, 100
	w := inWorld(t)
	a, path := w.open(t)
	p := w.people[buyer]
	multiply(t, path, p.order, orders)
	answer := &watched{ResponseRecorder: httptest.NewRecorder(), statements: a.Statements}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/user/export", nil)
	r.Header.Set("Authorization", "Token "+p.Token)
	a.API.ServeHTTP(answer, r)
	var got struct{ Orders []json.RawMessage }
	if err := json.Unmarshal(answer.Body.Bytes(), &got); err != nil || len(got.Orders) != orders+1 {
		t.Fatalf("%d orders, %v", len(got.Orders), err)
	}
	if len(answer.pieces) < orders/page {
		t.Fatalf("%d pieces", len(answer.pieces))
	}
	// The first piece is what comes before the orders.
	for i, one := range answer.pieces[:orders/page] {
		// Of each page the orders, their parts and their lines.
		if i > 0 && one.statements-answer.pieces[i-1].statements != 3 {
			t.Errorf("piece %d came after %d statements more", i, one.statements-answer.pieces[i-1].statements)
		}
		if one.size > 2*answer.Body.Len()*page/orders {
			t.Errorf("piece %d has %d bytes", i, one.size)
		}
	}
}

// multiply makes n copies of an order.
func multiply(t *testing.T, path, order string, n int) {
	t.Helper()
	d, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	const many = `with recursive k(i) as (select 1 union all select i + 1 from k where i < $2) `
	for _, statement := range []string{
		many + `insert into orders (id, number, user_id, state, total, placed_at, contact_id, last_name, first_name, patronymic, email, phone,
				city, street, house, structure, building, apartment, seq, version, requisites)
			select 1000000 + i, '2999-' || i, user_id, state, total, placed_at, contact_id, last_name, first_name, patronymic, email, phone,
				city, street, house, structure, building, apartment, 2999000000000 + i, version, requisites
			from orders join k where id = $1`,
		many + `insert into order_parts (id, order_id, n, shop_id, shop_name, state, total, version, requisites)
			select 1000000 + i, 1000000 + i, n, shop_id, shop_name, state, total, version, requisites
			from order_parts join k where order_id = $1`,
		many + `insert into order_lines (id, order_id, part_id, offer_id, name, category, model, price, quantity, total, document, ordered)
			select 1000000 + i, 1000000 + i, 1000000 + i, offer_id, name, category, model, price, quantity, total, document, ordered
			from order_lines join k where order_id = $1`,
	} {
		if _, err := d.ExecContext(t.Context(), statement, order, n); err != nil {
			t.Fatal(err)
		}
	}
}

// A client that goes away in the middle does not take half of it for the whole.
func TestOwnDataBrokenOff(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, path := w.open(t)
	p := w.people[buyer]
	multiply(t, path, p.order, 300)
	defer func() {
		if why := recover(); why != http.ErrAbortHandler { //nolint:errorlint // the very value is the signal
			t.Errorf("it went on: %v", why)
		}
	}()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/api/v1/user/export", nil)
	r.Header.Set("Authorization", "Token "+p.Token)
	a.API.ServeHTTP(&leaving{httptest.NewRecorder()}, r)
}

// leaving takes one piece.
type leaving struct{ *httptest.ResponseRecorder }

func (w *leaving) Write(b []byte) (int, error) {
	if w.Body.Len() > 0 {
		return 0, bytes.ErrTooLarge
	}
	return w.ResponseRecorder.Write(b)
}
