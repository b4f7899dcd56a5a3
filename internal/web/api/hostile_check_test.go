package api_test

import (
	"archive/zip"
	"fmt"
	"io"
	"net/http"
	"net/url"
	pathpkg "path"
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/platform/db"
)

// judge finds what is wrong in answers.
type judge struct {
	*world

	t       *testing.T
	doc     *contract
	db      *db.DB
	given   map[string]string // tokens that answers have shown, and to whom
	sells   map[[2]string]bool
	ends    map[string]bool // roles whose sign-in has ended
	changed int             // answers that say that something was done
}

func newJudge(t *testing.T, w *world, doc *contract, a *apptest.App) *judge {
	t.Helper()
	d, err := db.Open(t.Context(), a.Config.Database.URL)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return &judge{t: t, world: w, doc: doc, db: d, given: map[string]string{}, sells: map[[2]string]bool{}, ends: map[string]bool{}}
}

// wrong tells what is wrong in the answer to a request.
func (j *judge) wrong(q request, r reply) (list []string) {
	if r.unread {
		return nil // it did not come as far as the program
	}
	path, _, _ := strings.Cut(q.target, "?")
	op := j.doc.of(strings.Replace(q.method, http.MethodHead, http.MethodGet, 1), path)
	if decoded, err := url.PathUnescape(path); err == nil && r.status == http.StatusTemporaryRedirect && pathpkg.Clean(decoded) != decoded {
		op = nil // the mux sends who asks for such a path to the clean one
	}
	if r.header.Get("X-Request-Id") == "" {
		list = append(list, "no X-Request-Id")
	}
	switch {
	case r.status >= 500 && (op == nil || r.status != http.StatusServiceUnavailable):
		list = append(list, fmt.Sprintf("status %d: %.500s", r.status, r.text))
	case op != nil:
		list = append(list, j.doc.disagrees(op, r)...)
	default:
		list = append(list, j.doc.elsewhere(r)...)
	}
	for status, name := range map[int]string{401: "WWW-Authenticate", 429: "Retry-After", 503: "Retry-After"} {
		if r.status == status && r.header.Get(name) == "" {
			list = append(list, fmt.Sprintf("%d without %s", status, name))
		}
	}
	if r.status == http.StatusUnauthorized && q.own && strings.Contains(r.text, `"invalid_token"`) {
		j.ends[q.role] = true
	}
	if r.status < 300 && q.method != http.MethodGet {
		j.changed++
	}
	return append(list, j.leaks(q, path, r)...)
}

// leaks tells what the answer shows that whoever asks may not see.
func (j *judge) leaks(q request, path string, r reply) (list []string) {
	text := r.text + fmt.Sprint(r.header)
	if strings.HasPrefix(r.text, "PK\x03\x04") {
		text += unzipped(r.text)
	}
	tell := func(what, marker string) { list = append(list, fmt.Sprintf("shows %s: %q", what, marker)) }
	administers := q.role == admin && strings.HasPrefix(path, "/api/v1/admin/")
	for _, other := range roles[2:] {
		p := j.people[other]
		for _, token := range []string{p.Token, p.key} {
			if strings.Contains(text, token) {
				tell("a token of the "+other, token)
			}
		}
		if other == q.role || administers {
			continue
		}
		for _, marker := range p.private {
			shown := strings.Contains(text, marker) && !strings.HasPrefix(marker, `"sum"`) // others may have such a sum by now
			if shown && (!strings.HasSuffix(path, "/invoice") || !j.delivers(q.role, other) && !j.delivers(other, q.role)) {
				tell("what is the "+other+"'s", marker)
			}
		}
		for _, marker := range p.delivery {
			if strings.Contains(text, marker) && !j.delivers(q.role, other) {
				tell("where to deliver to the "+other, marker)
			}
		}
		if p.secret != "" && strings.Contains(text, p.secret) && !strings.Contains(q.target, p.secret) {
			tell("a link of the "+other, p.secret)
		}
	}
	for _, marker := range j.closed {
		if !administers && q.role != admin && strings.Contains(text, marker) && !j.opened() {
			tell("a closed shop", marker)
		}
	}
	for _, marker := range []string{"$argon2id$", apptest.Password} {
		if strings.Contains(text, marker) {
			tell("a password", marker)
		}
	}
	replayed := r.header.Get("Idempotent-Replayed") != ""
	for token, who := range j.given {
		if strings.Contains(text, token) && (!replayed || who != q.role) {
			tell("again a token that was given to the "+who, token)
		}
	}
	if v, is := r.decoded().(map[string]any); is && !replayed {
		for _, name := range []string{"Token", "key"} {
			if token, is := v[name].(string); is && token != "" && len(j.given) < kept {
				j.given[token] = q.role
			}
		}
	}
	return list
}

// delivers tells whether the one supplies the other, and so may know where.
func (j *judge) delivers(one, other string) bool {
	pair := [2]string{one, other}
	if !j.sells[pair] {
		var n int64
		err := j.db.QueryRow(j.t.Context(), `select count(*) from orders o join order_parts p on p.order_id = o.id join shops s on s.id = p.shop_id
			where s.user_id = $1 and o.user_id = $2`, j.people[one].ID, j.people[other].ID).Scan(&n)
		if err != nil {
			j.t.Error(err)
		}
		j.sells[pair] = n > 0
	}
	return j.sells[pair]
}

// opened tells whether an administrator has opened the closed shop since.
func (j *judge) opened() bool {
	var n int64
	err := j.db.QueryRow(j.t.Context(), `select count(*) from audit_log where action = 'shop.approve'`).Scan(&n)
	if err != nil {
		j.t.Error(err)
	}
	return n > 0
}

// unzipped is what the files of an archive say, such as a table.
func unzipped(text string) string {
	z, err := zip.NewReader(strings.NewReader(text), int64(len(text)))
	if err != nil {
		return ""
	}
	var all strings.Builder
	for _, f := range z.File {
		if r, err := f.Open(); err == nil {
			_, _ = io.Copy(&all, io.LimitReader(r, 1<<20))
			_ = r.Close()
		}
	}
	return all.String()
}
