package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/limit"
	"zakup/internal/web/api"
)

// Every fault that is declared anywhere in the program can be answered.
func TestDeclaredFaults(t *testing.T) {
	t.Parallel()
	declared := fault.Declared()
	if len(declared) < 30 {
		t.Fatalf("only %d faults: is the program linked in?", len(declared))
	}
	for _, e := range declared {
		if status := api.StatusOf(e); status < 400 || status > 599 {
			t.Errorf("%s: the kind %d answers %d", e.Code, e.Kind, status)
		}
		if !snake.MatchString(e.Code) {
			t.Errorf("the code %q is not in snake_case", e.Code)
		}
		if e.Text.RU == "" || e.Text.EN == "" {
			t.Errorf("%s: no text: %+v", e.Code, e.Text)
		}
	}
	for kind, want := range map[fault.Kind]int{
		fault.Invalid: 400, fault.Unauthenticated: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.NotAllowed: 405, fault.NotAcceptable: 406,
		fault.Conflict: 409, fault.TooLarge: 413, fault.Unsupported: 415, fault.Unprocessable: 422, fault.TooMany: 429, fault.Unavailable: 503,
	} {
		if got := api.StatusOf(&fault.Error{Kind: kind}); got != want {
			t.Errorf("the kind %d answers %d, want %d", kind, got, want)
		}
	}
}

// What no operation answers is in the envelope too.
func TestPathsAndMethods(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	for _, path := range []string{"/", "/api", "/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/shops/", "/api/v1/Shops", "/api/v2/shops", "/admin/", "/favicon.ico", "/api/v1/order/1/2", "/%00", "/..%2f..%2fetc%2fpasswd"} {
		for _, method := range []string{"GET", "POST", "DELETE", "OPTIONS", "PATCH"} {
			checkRefused(t, method+" "+path, a.Do(t, apptest.Person{}, method, path, apptest.Body{}), 404)
		}
	}
	methods := map[string][]string{}
	for _, op := range a.API.Operations() {
		path := strings.NewReplacer("{id}", "1", "{secret}", "1").Replace(op.Path)
		methods[path] = append(methods[path], op.Method)
	}
	methods["/openapi.json"], methods["/docs"] = []string{"GET"}, []string{"GET"}
	for path, has := range methods {
		if slices.Contains(has, "GET") {
			has = append(has, "HEAD")
		}
		has = append(has, "OPTIONS")
		slices.Sort(has)
		for _, method := range []string{"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE", "BREW"} {
			if slices.Contains(has, method) {
				continue
			}
			r := a.Do(t, apptest.Person{}, method, path, apptest.JSON(`{}`))
			checkRefused(t, method+" "+path, r, 405)
			if got := allowed(r); !slices.Equal(got, has) {
				t.Errorf("%s %s: Allow %v, want %v", method, path, got, has)
			}
		}
		r := a.Do(t, apptest.Person{}, "OPTIONS", path, apptest.Body{})
		if r.Status != 204 || r.Text != "" || !slices.Equal(allowed(r), has) {
			t.Errorf("OPTIONS %s: %d, Allow %v, want %v: %s", path, r.Status, allowed(r), has, r.Text)
		}
	}
}

// allowed are the methods of the Allow header, sorted.
func allowed(r apptest.Answer) []string {
	list := strings.Split(r.Header.Get("Allow"), ", ")
	slices.Sort(list)
	return list
}

// HEAD is GET without the body.
func TestHead(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, _ := w.open(t)
	for _, op := range a.API.Operations() {
		if op.Method != http.MethodGet || strings.Contains(op.Path, "{provider}") || strings.Contains(op.Path, "{name}") { // there is none here
			continue
		}
		me := w.people[map[api.Access]string{api.ShopOnly: shop, api.AdminOnly: admin}[op.Access]]
		if me == nil {
			me = w.people[buyer]
		}
		path := regexp.MustCompile(`(/orders?/){id}`).ReplaceAllString(op.Path, "${1}"+me.order)
		path = strings.ReplaceAll(path, "{id}", map[string]string{
			"/api/v1/partner/imports/{id}": me.importID, "/api/v1/products/{id}": w.offers[0],
			"/api/v1/partner/export/{id}": me.exportID, "/api/v1/admin/export/{id}": me.exportID,
			"/api/v1/admin/users/{id}":            fmt.Sprint(me.ID),
			"/api/v1/admin/products/{id}":         "1",
			"/api/v1/admin/imports/{id}":          w.people[shop].importID,
			"/api/v1/partner/imports/{id}/errors": me.importID, "/api/v1/admin/imports/{id}/errors": w.people[shop].importID,
		}[op.Path])
		path = strings.ReplaceAll(path, "{secret}", w.people[shop].secret)
		want := map[bool]int{false: 200, true: 202}[strings.HasSuffix(path, "/export") && !strings.HasSuffix(path, "user/export")]
		get := a.Get(t, me.Person, path, "Prefer", "respond-async").Want(t, want)
		head := a.Do(t, me.Person, "HEAD", path, apptest.Body{}, "Prefer", "respond-async").Want(t, want)
		if head.Text != "" || head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("HEAD %s: %v %q", path, head.Header, head.Text)
		}
		if me.Token != "" && op.Access != api.Public && op.Access != api.PublicMute {
			if r := a.Do(t, apptest.Person{}, "HEAD", path, apptest.Body{}); r.Status != 401 || r.Text != "" {
				t.Errorf("HEAD %s of nobody: %d %q", path, r.Status, r.Text)
			}
		}
	}
}

// Each language, and what else every answer carries.
func TestAnswerHeaders(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	ru, en := "Неправильная страница", "Invalid page."
	for header, want := range map[string]string{
		"": ru, "ru": ru, "ru-RU,ru;q=0.9,en;q=0.8": ru, "en": en, "en-GB": en, "en;q=0.3,ru;q=0.9": ru, "de,en;q=0.5": en, "de": ru, "*": ru, "x;;q=y": ru, "en\xff": ru,
	} {
		r := a.Get(t, apptest.Person{}, "shops?page=9", "Accept-Language", header).Want(t, 404)
		if got := r.Object(t)["Error"]; got != want {
			t.Errorf("Accept-Language %q: %v", header, got)
		}
	}
	seen := map[string]bool{}
	for path, vary := range map[string]bool{"shops": true, "basket": true, "nothing": true, "/healthz": false, "/docs": false} {
		r := a.Get(t, apptest.Person{}, path)
		id := r.Header.Get("X-Request-Id")
		if !regexp.MustCompile(`^[A-Z2-7]{26}$`).MatchString(id) || seen[id] {
			t.Errorf("%s: X-Request-Id %q", path, id)
		}
		seen[id] = true
		if r.Header.Get("X-Content-Type-Options") != "nosniff" || r.Header.Get("Content-Security-Policy") == "" && vary {
			t.Errorf("%s: %v", path, r.Header)
		}
		if got := r.Header.Get("Vary"); strings.Contains(got, "Authorization") != vary {
			t.Errorf("%s: Vary %q", path, got)
		}
	}
	for path, body := range map[string]apptest.Body{"basket": {}, "user/login": apptest.Form("email", "a", "password", "b"), "user/logout": {}} {
		method := map[bool]string{true: "GET", false: "POST"}[path == "basket"]
		r := a.Do(t, apptest.Person{}, method, path, body).Want(t, 401)
		if r.Header.Get("WWW-Authenticate") != "Token" {
			t.Errorf("%s: WWW-Authenticate %q of 401", path, r.Header.Get("WWW-Authenticate"))
		}
	}
}

// A failure of the service itself shows its id and nothing else; the log tells
// the rest.
func TestInternalErrors(t *testing.T) {
	t.Parallel()
	w := inWorld(t)
	a, _ := w.open(t)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, op := range a.API.Operations() {
		name := op.Method + " " + strings.TrimPrefix(op.Path, "/api/v1/")
		x := access[name][0]
		fill := w.filler(w.people[shop], w.people[otherShop])
		body := apptest.Body{}
		if x.body != nil {
			body = x.body(fill)
		}
		r := a.Do(t, w.people[shop].Person, op.Method, fill(x.path), body, "Accept-Language", "en")
		switch name {
		case "GET /healthz":
			r.Want(t, 200)
			continue
		case "GET /readyz":
			if checkRefused(t, name, r, 503); r.Header.Get("Retry-After") == "" {
				t.Errorf("%s: when to come again?", name)
			}
			continue
		case "GET user/oauth", "POST partner/exchange/1c": // without a session it asks the database nothing
			r.Want(t, 200)
			continue
		case "GET user/oauth/{provider}", "GET user/oauth/{provider}/callback": // nor without a provider
			r.Want(t, 404)
			continue
		case "GET partner/exchange/1c": // in the words of its protocol
			if r.Want(t, 500).Text != "failure\nInternal error of the service\n" {
				t.Errorf("%s: %s", name, r.Text)
			}
			continue
		}
		checkRefused(t, name, r, 500)
		checkInternal(t, r, a.Log.String())
	}
}

// checkInternal tells whether an answer is a 500 that shows nothing, of which
// the log tells more.
func checkInternal(t *testing.T, r apptest.Answer, log string) {
	t.Helper()
	body := r.Object(t)
	if len(body) != 5 || body["Code"] != "internal" || body["Error"] != "Internal error of the service" || body["Errors"] != body["Error"] {
		t.Errorf("shows more than it should: %s", r.Text)
	}
	if body["RequestId"] != r.Header.Get("X-Request-Id") || body["RequestId"] == "" {
		t.Errorf("RequestId %v, X-Request-Id %q", body["RequestId"], r.Header.Get("X-Request-Id"))
	}
	for line := range strings.Lines(log) {
		if strings.Contains(line, r.Header.Get("X-Request-Id")) && strings.Contains(line, "level=ERROR") {
			return
		}
	}
	t.Errorf("the log has no error of %v", body["RequestId"])
}

// A panic is a 500 too, and ends nothing but its request.
func TestPanic(t *testing.T) {
	t.Parallel()
	log := &apptest.Log{}
	h := api.New(api.Deps{
		Requests: &limit.Requests{},
		Log:      slog.New(slog.NewTextHandler(log, nil)),
		Ready:    func(context.Context) error { panic("the secret of the panic") },
	})
	server := httptest.NewServer(h)
	defer server.Close()
	for range 2 {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/readyz", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Language", "en")
		resp, err := server.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		if err = errors.Join(err, resp.Body.Close()); err != nil {
			t.Fatal(err)
		}
		r := apptest.Answer{Status: resp.StatusCode, Header: resp.Header, Text: string(text)}
		checkRefused(t, "panic", r, 500)
		checkInternal(t, r, log.String())
		if !strings.Contains(log.String(), "panic with a string") || !strings.Contains(log.String(), "envelope_test.go") {
			t.Errorf("the log does not tell where it was: %s", log.String())
		}
		if strings.Contains(log.String(), "the secret of the panic") {
			t.Errorf("the log tells what a client may have sent: %s", log.String())
		}
	}
}
