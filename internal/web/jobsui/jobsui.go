// Package jobsui owns the way of a browser to the page of the queue: an
// administrator signs in by a form, and nobody else gets anything below the path.
//
// The sign-in is one of the interface's own, kept in a cookie, and is looked up
// for every request: what ends it there ends it here.
package jobsui

import (
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"zakup/internal/feature/account"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/limit"
)

// Path is where the page is; everything is below it.
const Path = "/admin/jobs"

const (
	signInPath  = Path + "/sign-in"
	signOutPath = Path + "/sign-out"
	cookieName  = "zakup_jobs"
	maxForm     = 16 << 10 // bytes
)

// uiPolicy lets the page of the queue load its own files and call its own
// paths. Its pictures are drawn inside the style sheet, and it sets styles.
const uiPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
	"connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

// formPolicy lets the form of the sign-in be sent to us, and nothing else.
const formPolicy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Deps is what the page needs.
type Deps struct {
	Accounts  *account.Accounts
	UI        http.Handler // the page of the queue, which asks nobody who they are
	Trail     *audit.Log   // of what is done here
	PublicURL string       // tells whether browsers come by https
	Log       *slog.Logger
}

type site struct {
	Deps
	mux *http.ServeMux
}

// New returns the handler of all that is below Path. Requests that change
// something are refused when another site has sent them.
func New(d Deps) http.Handler {
	s := &site{d, http.NewServeMux()}
	s.mux.HandleFunc("POST "+signInPath, s.signIn)
	s.mux.HandleFunc("GET "+signOutPath, s.askSignOut)
	s.mux.HandleFunc("POST "+signOutPath, s.signOut)
	s.mux.HandleFunc("/", s.ui)
	own := http.NewCrossOriginProtection().Handler(s.mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", formPolicy)
		h.Set("Cache-Control", "no-store")
		h.Set("Referrer-Policy", "same-origin") // without any, browsers hide the origin of a form
		own.ServeHTTP(w, r)
	})
}

// ui is the page of the queue, for administrators.
func (s *site) ui(w http.ResponseWriter, r *http.Request) {
	_, u, err := s.caller(r)
	switch f := fault.As(err); {
	case err != nil && f == nil:
		s.fail(w, r, err)
	case f != nil || u.Type != account.Admin:
		s.form(w, http.StatusUnauthorized, "")
	default:
		err := s.Accounts.Administers(r.Context(), u.ID)
		if f := fault.As(err); f != nil {
			s.form(w, http.StatusForbidden, f.Text.RU)
			return
		}
		if err == nil {
			err = s.record(r, u)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		w.Header().Set("Content-Security-Policy", uiPolicy)
		s.UI.ServeHTTP(w, r)
	}
}

// record notes a request that may change the queue before it is passed on: what
// can't be recorded is not done.
func (s *site) record(r *http.Request, u account.User) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return nil
	}
	err := s.Trail.RecordAlone(audit.As(r.Context(), int64(u.ID)), audit.Entry{
		Action: "jobs.change", Subject: "job/0", Details: r.Method + " " + strings.TrimPrefix(r.URL.Path, Path),
	})
	if err != nil {
		return fmt.Errorf("jobsui: %w", err)
	}
	return nil
}

// caller is who has signed in here; the fault is account.BadToken for nobody.
func (s *site) caller(r *http.Request) (token string, u account.User, err error) {
	c, err := r.Cookie(cookieName)
	if err != nil || c.Value == "" {
		return "", account.User{}, account.BadToken
	}
	u, err = s.Accounts.Authenticate(r.Context(), c.Value)
	return c.Value, u, err
}

func (s *site) signIn(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	token, err := s.Accounts.Login(r.Context(), r.PostFormValue("email"), r.PostFormValue("password"), r.PostFormValue("code"))
	if err != nil {
		f := fault.As(err)
		switch {
		case f == nil:
			s.fail(w, r, err)
		case f.Kind == fault.TooMany:
			w.Header().Set("Retry-After", strconv.FormatInt(limit.Wait(f), 10))
			s.form(w, http.StatusTooManyRequests, f.Text.RU)
		default:
			s.form(w, http.StatusUnauthorized, f.Text.RU)
		}
		return
	}
	u, err := s.Accounts.Authenticate(r.Context(), token)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if u.Type != account.Admin {
		if err := s.Accounts.Logout(r.Context(), u.ID, token); err != nil {
			s.Log.Warn("jobsui: a sign-in is left over", "error", err)
		}
		s.form(w, http.StatusForbidden, "Только для администраторов")
		return
	}
	s.setCookie(w, r, token)
	http.Redirect(w, r, Path+"/", http.StatusSeeOther)
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	token, u, err := s.caller(r)
	if err == nil {
		err = s.Accounts.Logout(r.Context(), u.ID, token)
	}
	if err != nil && fault.As(err) == nil {
		s.fail(w, r, err)
		return
	}
	s.setCookie(w, r, "")
	http.Redirect(w, r, Path+"/", http.StatusSeeOther)
}

// setCookie keeps the token until the browser is closed; an empty one ends it.
func (s *site) setCookie(w http.ResponseWriter, r *http.Request, token string) {
	c := &http.Cookie{ //nolint:gosec // without https there is no Secure
		Name: cookieName, Value: token, Path: Path, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: r.TLS != nil || strings.HasPrefix(s.PublicURL, "https:"),
	}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(w, c)
}

// fail answers a failure of the service, which is logged and not shown.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		s.Log.Error("jobsui: request failed", "request", w.Header().Get("X-Request-Id"), "error", err)
	}
	s.form(w, http.StatusInternalServerError, "Внутренняя ошибка сервиса")
}

var pages = template.Must(template.New("").Parse(`
{{define "head"}}<!doctype html>
<html lang="ru"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Zakup: задания</title></head><body><h1>Zakup: задания</h1>{{end}}
{{define "in"}}{{template "head"}}
{{with .Wrong}}<p role="alert"><strong>{{.}}</strong></p>{{end}}
<form method="post" action="{{.To}}">
<p><label>Электронная почта администратора<br><input name="email" type="email" autocomplete="username" required autofocus></label></p>
<p><label>Пароль<br><input name="password" type="password" autocomplete="current-password" required></label></p>
<p><label>Код из приложения, если вход по коду включён<br><input name="code" autocomplete="one-time-code" inputmode="numeric"></label></p>
<p><button>Войти</button></p>
</form></body></html>{{end}}
{{define "out"}}{{template "head"}}
<form method="post" action="{{.To}}"><p><button>Выйти</button></p></form></body></html>{{end}}`))

// form shows the form of the sign-in, with what was wrong with the last.
func (s *site) form(w http.ResponseWriter, status int, wrong string) {
	s.page(w, status, "in", map[string]string{"To": signInPath, "Wrong": wrong})
}

func (s *site) askSignOut(w http.ResponseWriter, _ *http.Request) {
	s.page(w, http.StatusOK, "out", map[string]string{"To": signOutPath})
}

func (s *site) page(w http.ResponseWriter, status int, name string, data map[string]string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = pages.ExecuteTemplate(w, name, data) // the client may have gone
}
