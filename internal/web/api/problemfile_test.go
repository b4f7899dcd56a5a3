package api_test

import (
	"mime"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
)

func TestProblemFile(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	p := a.Shop(t, "shop@example.com", "")
	list := `{"categories": [{"id": 1, "name": "Чай"}], "goods": [` +
		`{"id": 1, "category": 1, "name": "Чай", "price": 10, "quantity": 1, "vat": 99}, {"id": 2, "category": 1, "name": "Кофе", "price": "дорого", "quantity": 1}]}`
	a.Do(t, p, "POST", "partner/update", apptest.File("прайс.json", list)).Want(t, 400)
	sent := id(a.Get(t, p, "partner/imports").Want(t, 200).Array(t)[0]["id"])
	administrator := a.Person(t, "admin@example.com", account.Admin)
	for who, path := range map[*apptest.Person]string{&p: "partner/imports/", &administrator: "admin/imports/"} {
		r := a.Get(t, *who, path+sent+"/errors").Want(t, 200)
		kind, said, err := mime.ParseMediaType(r.Header.Get("Content-Disposition"))
		if err != nil || kind != "attachment" || said["filename"] != "прайс-errors.json" || r.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v %v", path, r.Header, err)
		}
		if goods := array(r.Object(t)["goods"]); len(goods) != 1 || object(goods[0])["id"] != "2" ||
			!strings.Contains(r.Text, "строка 1: price: ") || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v\n%s", path, r.Header, r.Text)
		}
		all := a.Get(t, *who, path+sent+"/errors?severity=all", "Accept-Language", "en").Want(t, 200)
		if len(array(all.Object(t)["goods"])) != 2 || !strings.Contains(all.Text, "warning: line 1: vat: ") {
			t.Errorf("%s\n%s", path, all.Text)
		}
		a.Get(t, *who, path+sent+"/errors?severity=some").Want(t, 400)
	}
	a.Do(t, p, "POST", "partner/update", apptest.File("good.json", strings.NewReplacer(`"дорого"`, "5", `, "vat": 99`, "").Replace(list))).Want(t, 200)
	if r := a.Get(t, p, "partner/imports/"+sent+"/errors").Want(t, 409); r.Object(t)["Code"] != "price_list_bytes_gone" {
		t.Errorf("%s", r.Text)
	}
}
