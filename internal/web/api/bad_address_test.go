package api_test

import (
	"net/http"
	"strings"
	"testing"

	"zakup/internal/apptest"
)

// Ids in paths that are no ids, or of nothing.
func TestWrongIDs(t *testing.T) {
	t.Parallel()
	callers := map[string]string{
		"GET /api/v1/products/{id}": buyer, "GET /api/v1/order/{id}": buyer, "GET /api/v1/partner/imports/{id}": shop,
		"GET /api/v1/partner/export/{id}": shop, "GET /api/v1/admin/export/{id}": admin, "GET /api/v1/export/{secret}": buyer,
		"POST /api/v1/partner/imports/{id}/apply": shop, "POST /api/v1/partner/imports/{id}/discard": shop,
		"GET /api/v1/partner/imports/{id}/errors": shop, "GET /api/v1/admin/imports/{id}/errors": admin,
		"POST /api/v1/partner/imports/{id}/rollback": shop, "GET /api/v1/admin/imports/{id}": admin,
		"POST /api/v1/admin/imports/{id}/apply": admin, "POST /api/v1/admin/imports/{id}/discard": admin,
		"POST /api/v1/admin/imports/{id}/rollback": admin,
		"POST /api/v1/admin/shops/{id}/approve":    admin, "POST /api/v1/admin/shops/{id}/close": admin,
	}
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, file := open(t)
		before := readTables(t, file, "river_", "sqlite_")
		seen := 0
		for _, op := range a.API.Operations() {
			if !strings.Contains(op.Path, "{") {
				continue
			}
			role, there := callers[op.Method+" "+op.Path]
			if !there {
				t.Errorf("%s %s has an id: who may call it?", op.Method, op.Path)
				continue
			}
			seen++
			for _, id := range []string{
				"abc", "0", "-1", "1.5", "1e1", "0x1", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
				strings.Repeat("9", 5000), "%00", "1%00", "%ff", "%D9%A1", "%EF%BC%91", "1%20", "%201", "1;2", "1,2", "null", "{id}", "'", `%22`, "1%2F..", "*",
			} {
				r := a.Do(t, w.people[role].Person, op.Method, strings.NewReplacer("{id}", id, "{secret}", id).Replace(op.Path), apptest.Body{})
				checkRefused(t, op.Path+" "+short(id), r, http.StatusNotFound)
			}
		}
		if seen != len(callers) {
			t.Errorf("%d operations have an id, %d were expected", seen, len(callers))
		}
		if changed := before.changed(readTables(t, file, "river_", "sqlite_")); len(changed) > 0 {
			t.Errorf("changed: %v", changed)
		}
	})
}

// Arguments in the query.
func TestWrongQueries(t *testing.T) {
	t.Parallel()
	huge, many := strings.Repeat("9", 400), strings.TrimSuffix(strings.Repeat("1,", 101), ",")
	pages := map[string]int{
		"": 200, "1": 200, "last": 200, "+1+": 200, "2": 404, "0": 404, "-1": 404, "abc": 404, "1.5": 404, "LAST": 404, "%00": 404, "%ff": 404,
		"2147483647": 404, "2147483648": 404, "9223372036854775807": 404, huge: 404, "1;2": 404,
	}
	limits := map[string]int{
		"": 200, "1": 200, "1000": 200, "0": 400, "-1": 400, "1001": 400, "abc": 400, "1.5": 400, "%00": 400, "%ff": 400, "2147483648": 400, huge: 400, "%zz": 200,
	}
	cursors := map[string]int{
		"": 200, "1": 200, "9223372036854775807": 200, "0": 400, "-1": 400, "abc": 400, "1.5": 400, "9223372036854775808": 400, huge: 400, "%00": 400, "%ff": 400, "+1": 400, "1'": 400,
	}
	numbers := map[string]int{
		"": 200, ",": 200, "1,,2": 200, "+1+,+2+": 200, "0": 200, "-1": 200, "9223372036854775807": 200, "9223372036854775808": 400, "abc": 400, "1,abc": 400, "1.5": 400,
		huge: 400, "%00": 400, "%ff": 400, many: 400, "1%20or%201=1": 400, "null": 400,
	}
	prices := map[string]int{
		"": 200, "0": 200, "-1": 400, "1.5": 200, "1.55": 200, "1.555": 200, "1e3": 400, "abc": 400, huge: 400, "%00": 400, "%ff": 400, "NaN": 400, "Infinity": 400, "0x1": 400,
	}
	flags := map[string]int{"": 200, "1": 200, "true": 200, "OFF": 200, "maybe": 400, "%00": 400, "2": 400, huge: 400}
	lists := map[string]map[string]int{"limit": limits, "cursor": cursors}
	type query struct {
		role      string
		arguments map[string]map[string]int
	}
	queries := map[string]query{
		"categories": {anonymous, map[string]map[string]int{"page": pages}},
		"shops":      {anonymous, map[string]map[string]int{"page": pages}},
		"products": {anonymous, map[string]map[string]int{
			"limit": limits, "cursor": cursors, "shop_id": numbers, "category_id": numbers, "price_min": prices, "price_max": prices, "in_stock": flags,
		}},
		"order": {buyer, lists}, "partner/orders": {shop, lists}, "partner/imports": {shop, lists}, "admin/shops": {admin, lists},
	}
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, _ := open(t)
		for path, q := range queries {
			me := w.people[q.role].Person
			for name, values := range q.arguments {
				for value, want := range values {
					checkRefused(t, path+" "+name+"="+short(value), a.Get(t, me, path+"?"+name+"="+value), want)
				}
			}
			for _, odd := range []string{
				"?", "?&&=&=1&a", "?" + strings.Repeat("x", 30_000), "?" + strings.Repeat("a=1&", 5_000), "?unknown=%00&x=%zz", "?limit[]=1&cursor[]=1",
			} {
				checkRefused(t, path+short(odd), a.Get(t, me, path+odd), 200)
			}
		}
	})
}
