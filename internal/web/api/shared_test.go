package api_test

import (
	"strconv"
	"testing"

	"zakup/internal/apptest"
)

// Public answers of the catalogue have a tag of their bytes: who has them gets no
// body again, until they change. Nobody else's answers may be kept.
func TestSharedAnswers(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		shop := a.Shop(t, "shop@example.com", apptest.List("Первый", "Чай", 3))
		nobody := apptest.Person{}
		tags := map[string]string{}
		for _, path := range []string{"categories", "shops", "products", "products?limit=1", "products/1"} {
			r := a.Get(t, nobody, path).Want(t, 200)
			tag := r.Header.Get("ETag")
			tags[path] = tag
			if len(tag) != 26 || r.Header.Get("Cache-Control") != "public, max-age=5, stale-while-revalidate=25" {
				t.Errorf("%s: %v", path, r.Header)
			}
			if r.Header.Get("Content-Length") != strconv.Itoa(len(r.Text)) {
				t.Errorf("%s: %d bytes do not go out at once: %v", path, len(r.Text), r.Header)
			}
			for _, has := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
				again := a.Get(t, nobody, path, "If-None-Match", has).Want(t, 304)
				if again.Text != "" || again.Header.Get("ETag") != tag || again.Header.Get("Link") != r.Header.Get("Link") || again.Header.Get("Content-Type") != "" {
					t.Errorf("%s with %s: %q %v", path, has, again.Text, again.Header)
				}
			}
			if r := a.Get(t, nobody, path, "If-None-Match", `"x"`).Want(t, 200); r.Text == "" || r.Header.Get("ETag") != tag {
				t.Errorf("%s: the answers differ", path)
			}
			if r := a.Get(t, shop, path).Want(t, 200); r.Header.Get("ETag") != tag {
				t.Errorf("%s: the supplier's is another", path)
			}
		}
		if tags["products"] == tags["products?limit=1"] {
			t.Error("two bodies have one tag")
		}
		for path, status := range map[string]int{"products/999": 404, "products?limit=0": 400, "categories?page=9": 404} {
			r := a.Get(t, nobody, path, "If-None-Match", "*").Want(t, status)
			if r.Header.Get("ETag") != "" || r.Header.Get("Cache-Control") != "no-store" || r.Text == "" {
				t.Errorf("%s: %v", path, r.Header)
			}
		}
		if r := a.Get(t, shop, "user/details").Want(t, 200); r.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("a person's: %v", r.Header)
		}
		a.Do(t, shop, "POST", "partner/state", apptest.Form("state", "off")).Want(t, 200)
		for _, path := range []string{"products", "products?limit=1"} {
			if r := a.Get(t, nobody, path, "If-None-Match", tags[path]).Want(t, 200); r.Header.Get("ETag") == tags[path] {
				t.Errorf("%s: nothing has changed", path)
			}
		}
	})
}
