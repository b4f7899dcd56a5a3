package api_test

import (
	"maps"
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
		"GET /api/v1/admin/users/{id}":             admin, "POST /api/v1/admin/users/{id}/block": admin,
		"POST /api/v1/admin/users/{id}/unblock": admin, "POST /api/v1/admin/users/{id}/role": admin,
		"GET /api/v1/admin/products/{id}": admin, "POST /api/v1/admin/products/{id}/merge": admin,
		"POST /api/v1/admin/products/{id}/split": admin, "POST /api/v1/admin/products/{id}/undo": admin,
		"POST /api/v1/admin/shops/{id}/approve": admin, "POST /api/v1/admin/shops/{id}/close": admin,
		"POST /api/v1/admin/letters/{id}/send": admin, "POST /api/v1/admin/users/{id}/totp/reset": admin,
		"POST /api/v1/partner/members/{id}/role": shop,
		"POST /api/v1/order/{id}/cancel":         buyer, "POST /api/v1/order/{id}/lines": buyer, "POST /api/v1/order/{id}/repeat": buyer,
		"GET /api/v1/order/{id}/history": buyer, "GET /api/v1/order/{id}/invoice": buyer, "GET /api/v1/partner/orders/{id}": shop,
		"POST /api/v1/partner/orders/{id}/state": shop, "GET /api/v1/partner/orders/{id}/history": shop,
		"GET /api/v1/partner/orders/{id}/invoice": shop, "GET /api/v1/admin/orders/{id}": admin,
		"POST /api/v1/admin/orders/{id}/state": admin, "GET /api/v1/admin/orders/{id}/history": admin,
		"GET /api/v1/admin/orders/{id}/invoice":        admin,
		"PUT /api/v1/partner/products/{id}/parameters": shop, "DELETE /api/v1/partner/products/{id}/parameters": shop,
		"PUT /api/v1/partner/products/{id}/pictures": shop, "DELETE /api/v1/partner/products/{id}/pictures": shop,
		"PUT /api/v1/admin/offers/{id}/parameters": admin, "DELETE /api/v1/admin/offers/{id}/parameters": admin,
		"PUT /api/v1/admin/parameters/{id}": admin, "DELETE /api/v1/admin/parameters/{id}": admin,
		"POST /api/v1/admin/parameters/{id}/merge": admin,
	}
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, file := open(t)
		before := readTables(t, file, "river_", "sqlite_")
		seen := 0
		for _, op := range a.API.Operations() {
			if !strings.Contains(op.Path, "{") || strings.Contains(op.Path, "{provider}") || strings.Contains(op.Path, "{name}") { // which is a name
				continue
			}
			role, there := callers[op.Method+" "+op.Path]
			if !there {
				t.Errorf("%s %s has an id: who may call it?", op.Method, op.Path)
				continue
			}
			seen++
			body, fill := apptest.Body{}, w.filler(w.people[role], w.foreign(role))
			if g, has := good[op.Method+" "+strings.TrimPrefix(op.Path, "/api/v1/")]; has {
				body = apptest.JSON(fill(fieldsJSON(g.fields, none, "")))
			}
			for _, id := range []string{
				"abc", "0", "-1", "1.5", "1e1", "0x1", "9223372036854775807", "9223372036854775808", "-9223372036854775809",
				strings.Repeat("9", 5000), "%00", "1%00", "%ff", "%D9%A1", "%EF%BC%91", "1%20", "%201", "1;2", "1,2", "null", "{id}", "'", `%22`, "1%2F..", "*",
			} {
				r := a.Do(t, w.people[role].Person, op.Method, strings.NewReplacer("{id}", id, "{secret}", id).Replace(op.Path), body)
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
	times := map[string]int{
		"": 200, "2026-11-23T12:00:00Z": 200, "2026-11-23T12:00:00.5%2B03:00": 200, "0001-01-01T00:00:00Z": 200, "9999-12-31T23:59:59Z": 200,
		"2026-11-23": 400, "2026-13-23T12:00:00Z": 400, "10000-01-01T00:00:00Z": 400, "now": 400, "1": 400, "%00": 400, "%ff": 400, huge: 400,
	}
	recipients := map[string]int{"": 200, "anna@example.com": 200, "x%27%25@example.com": 200, "anna": 400, "@": 400, "a%00@b": 400, "a@b%ff": 400, huge: 400}
	kinds := map[string]int{"": 200, "order": 200, "nothing": 200, "Order": 400, "%00": 400, "%ff": 400, "1'": 400, strings.Repeat("x", 51): 400}
	letterStates := map[string]int{"": 200, "sent": 200, "queued": 200, "failed": 200, "SENT": 400, "lost": 400, "%00": 400, "%ff": 400, huge: 400}
	states := map[string]int{"": 200, "new": 200, "canceled": 200, "NEW": 400, "basket": 400, "new,sent": 400, "%00": 400, "%ff": 400, huge: 400, "'": 400}
	days := map[string]int{
		"": 200, "2026-11-30": 200, "2026-11-30T10:00:00%2B03:00": 200, "2026-11-30T10:00:00.5Z": 200, "0000-01-01": 200, "0001-01-01": 200, "9999-12-31": 200,
		"2026-11-31": 400, "2026-11-30T10:00:00": 400, "2026-11-30T10:00:00+03:00": 400, "30.11.2026": 400, "1": 400, "today": 400, "%00": 400, "%ff": 400, huge: 400,
	}
	oneShop := map[string]int{
		"": 200, "0": 200, "-1": 200, "1": 200, "9223372036854775807": 200, "9223372036854775808": 400, "abc": 400, "1,2": 400, "1.5": 400, "%00": 400, "%ff": 400, huge: 400,
	}
	texts := map[string]int{
		"": 200, "2026-000001": 200, "2026-000001/1": 200, "2026-000001/9": 200, "-": 200, "2026-": 200, "-1": 200, "1": 200, "0": 200, "32767-999999": 200, "32768-1": 200,
		"2026-9223372036854775807": 200, "abc": 200, "a@b": 200, "%00": 200, "%ff": 200, huge: 200, "'": 200, "%25": 200,
	}
	filters := map[string]map[string]int{
		"limit": limits, "cursor": cursors, "state": states, "since": days, "until": days, "shop_id": oneShop, "number": texts,
	}
	own := maps.Clone(filters)
	delete(own, "shop_id")
	anyones := maps.Clone(filters)
	anyones["buyer"] = texts
	formats := map[string]int{"": 200, "pdf": 200, "xlsx": 200, "PDF": 400, "doc": 400, "pdf,xlsx": 400, "%00": 400, "%ff": 400, huge: 400}
	parts := map[string]int{
		"": 200, "0": 200, "1": 200, "2": 404, "9223372036854775807": 404, "-1": 400, "9223372036854775808": 400, "abc": 400, "1.5": 400, "%00": 400, "%ff": 400, huge: 400,
	}
	lists := map[string]map[string]int{"limit": limits, "cursor": cursors}
	type query struct {
		role      string
		arguments map[string]map[string]int
	}
	queries := map[string]query{
		"categories": {anonymous, map[string]map[string]int{"page": pages}},
		"parameters": {anonymous, map[string]map[string]int{"page": pages, "category_id": numbers}},
		"shops":      {anonymous, map[string]map[string]int{"page": pages}},
		"products": {anonymous, map[string]map[string]int{
			"limit": limits, "cursor": cursors, "shop_id": numbers, "category_id": numbers, "price_min": prices, "price_max": prices, "in_stock": flags,
		}},
		"admin/users": {admin, map[string]map[string]int{
			"limit": limits, "cursor": cursors, "blocked": flags,
			"type":   {"": 200, "buyer": 200, "shop": 200, "admin": 200, "Buyer": 400, "%00": 400, "%ff": 400, huge: 400},
			"search": {"": 200, "a": 200, "%D0%9F": 200, "%25": 200, "'": 200, "%00": 200, "%ff": 200, huge: 200},
		}},
		"admin/audit": {admin, map[string]map[string]int{
			"limit": limits, "cursor": cursors, "since": times, "until": times,
			"user":    {"": 200, "0": 200, "1": 200, "9223372036854775807": 200, "-1": 400, "9223372036854775808": 400, "abc": 400, "1.5": 400, "%00": 400, huge: 400},
			"action":  {"": 200, "shop.approve": 200, "no.such_act": 200, "%25": 400, "'": 400, "%00": 400, "%ff": 400, huge: 400},
			"subject": {"": 200, "shop/": 200, "shop/1": 200, "order/2026-000123": 200, "shop": 400, "/1": 400, "%25/": 400, "shop/'": 400, "shop/%00": 400, "%ff": 400},
		}},
		"admin/letters": {admin, map[string]map[string]int{"limit": limits, "cursor": cursors, "state": letterStates, "recipient": recipients, "kind": kinds}},
		"order":         {buyer, filters}, "partner/orders": {shop, own}, "admin/orders": {admin, anyones},
		"order/{{my.order}}/invoice":          {buyer, map[string]map[string]int{"format": formats, "part": parts}},
		"partner/orders/{{my.order}}/invoice": {shop, map[string]map[string]int{"format": formats}},
		"admin/orders/{{my.order}}/invoice":   {admin, map[string]map[string]int{"format": formats, "part": parts}},
		"partner/imports":                     {shop, lists}, "admin/shops": {admin, lists}, "admin/parameters": {admin, lists},
	}
	eachWorld(t, func(t *testing.T, w *world, open opener) {
		a, _ := open(t)
		for path, q := range queries {
			me := w.people[q.role].Person
			if me.Token != "" {
				path = w.filler(w.people[q.role], w.foreign(q.role))(path)
			}
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
