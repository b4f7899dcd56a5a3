package api_test

import (
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
)

// How a supplier and the administrator get files, and for how long.
func TestExportedFiles(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		north := a.Shop(t, "north@example.com", apptest.List("Север", "Чай", 3))
		south := a.Shop(t, "south@example.com", apptest.List("Юг", "Кофе", 2))
		chief := a.Person(t, "chief@example.com", account.Admin)

		for format, media := range map[string]string{
			"yaml": "application/yaml", "json": "application/json", "csv": "text/csv; charset=utf-8", "yml": "application/xml",
			"xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
		} {
			r := a.Get(t, north, "partner/export?format="+format, "Prefer", "wait=30").Want(t, 200)
			made := r.Object(t)
			if made["state"] != "ready" || made["format"] != format || made["rows"] != float64(3) {
				t.Errorf("%s: %s", format, r.Text)
			}
			if r.Header.Get("Location") != "/api/v1/partner/export/"+id(made["id"]) {
				t.Errorf("%s: Location %q", format, r.Header.Get("Location"))
			}
			record := a.Get(t, north, "partner/export/"+id(made["id"])).Want(t, 200).Object(t)
			if record["url"] == made["url"] || record["rows"] != made["rows"] {
				t.Errorf("%s: the record %v of %v", format, record, made)
			}
			a.Get(t, south, "partner/export/"+id(made["id"])).Want(t, 404)
			a.Get(t, chief, "admin/export/"+id(made["id"])).Want(t, 404)

			file := a.Get(t, apptest.Person{}, fileAt(t, a, made["url"]), "Accept", media).Want(t, 200)
			if got := file.Header.Get("Content-Type"); got != media {
				t.Errorf("%s: Content-Type %q", format, got)
			}
			if got := file.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename=price-list-`) {
				t.Errorf("%s: Content-Disposition %q", format, got)
			}
			if file.Header.Get("X-Content-Type-Options") != "nosniff" || float64(len(file.Text)) != made["size"] {
				t.Errorf("%s: %v, %d bytes", format, file.Header, len(file.Text))
			}
			// What was written is taken back, and changes nothing.
			back := a.Do(t, north, "POST", "partner/update", apptest.File("list", file.Text), "Prefer", "wait=30").Want(t, 200).Object(t)
			if i := object(back["import"]); i["unchanged"] != float64(3) || i["state"] != "applied" {
				t.Errorf("%s: sent back: %v", format, back)
			}
		}

		all := a.Get(t, chief, "admin/export?format=csv", "Prefer", "wait=30").Want(t, 200).Object(t)
		file := a.Get(t, apptest.Person{}, fileAt(t, a, all["url"])).Want(t, 200).Text
		if all["rows"] != float64(5) || !strings.Contains(file, "Север") || !strings.Contains(file, "Юг") || !strings.Contains(file, ";Магазин;") {
			t.Errorf("all shops: %v\n%s", all, file)
		}
		shop := id(a.Get(t, south, "partner/shop").Want(t, 200).Object(t)["id"])
		one := a.Get(t, chief, "admin/export?format=csv&shop_id="+shop, "Prefer", "wait=30").Want(t, 200).Object(t)
		if one["rows"] != float64(2) || id(one["shop"]) != shop {
			t.Errorf("one shop: %v", one)
		}
		a.Get(t, chief, "admin/export?shop_id=999").Want(t, 404)
		if code := a.Get(t, north, "partner/export?format=pdf").Want(t, 400).Object(t)["Code"]; code != "bad_arguments" {
			t.Errorf("a wrong format: %v", code)
		}

		a.Clock.Move(pricelist.ExportLife + time.Minute)
		a.Get(t, apptest.Person{}, fileAt(t, a, all["url"])).Want(t, 404)
	})
}

// fileAt is the path of a link.
func fileAt(t *testing.T, a *apptest.App, link any) string {
	t.Helper()
	text, _ := link.(string)
	path, ours := strings.CutPrefix(text, a.URL)
	if !ours {
		t.Fatalf("the link %v does not lead to us", link)
	}
	return path
}
