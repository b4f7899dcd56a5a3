package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"reflect"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"golang.org/x/text/language"

	"zakup/internal/platform/fault"
	"zakup/internal/platform/limit"
)

// The faults of the interface itself.
var (
	noPath = fault.New(fault.NotFound, "no_such_path",
		"Такого пути нет", "There is no such path")
	badPage = fault.New(fault.NotFound, "invalid_page",
		"Неправильная страница", "Invalid page.")
	notAllowed = fault.New(fault.NotAllowed, "method_not_allowed",
		"Метод не поддерживается", "Method not allowed.")
	notAcceptable = fault.New(fault.NotAcceptable, "not_acceptable",
		"Ответ бывает только в application/json", "Could not satisfy the request Accept header.")
	unsupportedMedia = fault.New(fault.Unsupported, "unsupported_media_type",
		"Тело читается как application/json, application/x-www-form-urlencoded или multipart/form-data",
		"The body is read as application/json, application/x-www-form-urlencoded or multipart/form-data")
	bodyTooLarge = fault.New(fault.TooLarge, "body_too_large",
		"Тело запроса слишком велико", "The body of the request is too large")
	loginRequired = fault.New(fault.Unauthenticated, "login_required",
		"Log in required", "Log in required")
	shopsOnly = fault.New(fault.Forbidden, "shops_only",
		"Только для магазинов", "For shops only")
	memberRole = fault.New(fault.Forbidden, "member_role",
		"Ваша роль в магазине этого не позволяет", "Your role in the shop does not allow it")
	ownerBlocked = fault.New(fault.Forbidden, "owner_blocked",
		"Владелец магазина заблокирован", "The owner of the shop is blocked")
	adminsOnly = fault.New(fault.Forbidden, "admins_only",
		"Только для администраторов", "For administrators only")
	keyScope = fault.New(fault.Forbidden, "key_scope",
		"Ключу не хватает права", "The key lacks a scope")
	personsOnly = keyScope.Saying(
		"Ключам это недоступно: войдите сами", "Keys may not do this: sign in yourself")
	notReady = fault.New(fault.Unavailable, "not_ready",
		"Сервис не готов", "The service is not ready")
)

// statuses is the one table of what a kind of fault answers.
var statuses = map[fault.Kind]int{
	fault.Invalid:         http.StatusBadRequest,
	fault.Unauthenticated: http.StatusUnauthorized,
	fault.Forbidden:       http.StatusForbidden,
	fault.NotFound:        http.StatusNotFound,
	fault.NotAllowed:      http.StatusMethodNotAllowed,
	fault.NotAcceptable:   http.StatusNotAcceptable,
	fault.Conflict:        http.StatusConflict,
	fault.TooLarge:        http.StatusRequestEntityTooLarge,
	fault.Unsupported:     http.StatusUnsupportedMediaType,
	fault.Unprocessable:   http.StatusUnprocessableEntity,
	fault.TooMany:         http.StatusTooManyRequests,
	fault.Unavailable:     http.StatusServiceUnavailable,
}

// retryAfter is when to come again to a service that can't at the moment, in seconds.
const retryAfter = "2"

// failure is the envelope of every failure.
type failure struct {
	status int
	body   map[string]any
}

func (f *failure) Error() string { return http.StatusText(f.status) }

// GetStatus is the HTTP status, for huma.
func (f *failure) GetStatus() int { return f.status }

// GetHeaders are those of the answer, also for huma.
func (f *failure) GetHeaders() http.Header {
	h := http.Header{}
	if f.status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", "Token")
	}
	if f.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", retryAfter)
	}
	if seconds, ok := f.body[limit.RetryAfter]; ok {
		h.Set("Retry-After", fmt.Sprint(seconds))
	}
	return h
}

// MarshalJSON writes the envelope.
func (f *failure) MarshalJSON() ([]byte, error) { return json.Marshal(f.body) }

// Schema describes the envelope, for huma.
func (f *failure) Schema(r huma.Registry) *huma.Schema {
	return r.Schema(reflect.TypeFor[Failure](), true, "")
}

// Failure is the envelope of every failure, as clients see it.
type Failure struct {
	_         struct{} `additionalProperties:"true"`
	Status    bool     `json:"Status" example:"false" doc:"Always false"`
	Error     string   `json:"Error" example:"Неправильно указаны аргументы" doc:"What is wrong, for people"`
	Errors    any      `json:"Errors" doc:"The same sentence, or the messages of single arguments by name"`
	Code      string   `json:"Code" example:"bad_arguments" doc:"What is wrong, for machines: it never changes"`
	Retry     int64    `json:"RetryAfter,omitempty" example:"30" doc:"Of a 429: in how many seconds to try again"`
	RequestID string   `json:"RequestId,omitempty" doc:"Of a failure of the service itself: what to tell its operator"`
}

// envelope tells a fault in a language: "ru", "en", or "" for the words of the
// ready specification, whose sentences are Russian and whose messages of single
// fields are English.
func envelope(e *fault.Error, lang string) *failure {
	sentence := e.Text.In(lang)
	body := map[string]any{"Status": false, "Code": e.Code, "Error": sentence, "Errors": sentence}
	if len(e.Fields) > 0 {
		fields := map[string][]string{}
		for _, f := range e.Fields {
			in := lang
			if lang == "" && f.Spec {
				in = "en"
			}
			fields[f.Name] = append(fields[f.Name], f.Text.In(in))
		}
		body["Errors"] = fields
	}
	for k, v := range e.Facts {
		body[k] = v
	}
	return &failure{status: statuses[e.Kind], body: body}
}

var languages = language.NewMatcher([]language.Tag{language.Russian, language.English})

// preferred returns "ru" or "en" as the client asks, "" when it does not.
func preferred(header string) string {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return ""
	}
	switch _, i, confidence := languages.Match(tags...); {
	case confidence == language.No:
		return ""
	case i == 1:
		return "en"
	}
	return "ru"
}

// tell turns any error into its answer. What is no fault is logged, and its
// text stays here.
func (a *API) tell(r requestInfo, err error) *failure {
	var f *failure
	if errors.As(err, &f) {
		return f
	}
	if e := fault.As(err); e != nil {
		if cause := errors.Unwrap(e); cause != nil {
			a.Log.Info("refused", "request", r.id, "code", e.Code, "cause", cause)
		}
		return envelope(e, r.lang)
	}
	if r.gone() {
		return &failure{status: statusClientGone, body: map[string]any{"Status": false}}
	}
	a.Log.Error("request failed", "request", r.id, "method", r.method, "path", r.path, "error", err)
	sentence := fault.Text{RU: "Внутренняя ошибка сервиса", EN: "Internal error of the service"}.In(r.lang)
	return &failure{status: http.StatusInternalServerError, body: map[string]any{
		"Status": false, "Code": "internal", "Error": sentence, "Errors": sentence, "RequestId": r.id,
	}}
}

// statusClientGone is what the log shows for a request that its client gave up.
const statusClientGone = 499

// answer writes an error outside of huma.
func (a *API) answer(w http.ResponseWriter, r *http.Request, err error) {
	f := a.tell(infoOf(r.Context()), err)
	maps.Copy(w.Header(), f.GetHeaders())
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(f.status)
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(f.body); err != nil {
		a.Log.Debug("answer not written", slog.Any("error", err))
	}
}

// humaErrors makes huma's own failures speak the envelope. huma has them in a
// package variable, so it is set once.
var humaErrors = sync.OnceFunc(func() {
	huma.NewError = func(status int, msg string, errs ...error) huma.StatusError {
		return humaFailure(status, msg, "", errs)
	}
	huma.NewErrorWithContext = func(ctx huma.Context, status int, msg string, errs ...error) huma.StatusError {
		return humaFailure(status, msg, preferred(ctx.Header("Accept-Language")), errs)
	}
})

// humaFailure is for what huma finds wrong itself: parameters of the path and
// the query. Bodies are checked before it sees them.
func humaFailure(status int, msg, lang string, errs []error) huma.StatusError {
	for _, err := range errs {
		if e := fault.As(err); e != nil {
			return envelope(e, lang)
		}
	}
	e := fault.BadArguments
	for _, err := range errs {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) {
			continue
		}
		where, name, _ := strings.Cut(d.Location, ".")
		if where == "path" {
			return envelope(fault.Absent, lang) // an id that can't be is not there
		}
		e = e.With(name, "Неправильное значение.", d.Message)
	}
	if status == http.StatusNotAcceptable {
		return envelope(notAcceptable, lang)
	}
	if len(e.Fields) == 0 && status >= http.StatusInternalServerError {
		return &failure{status: status, body: map[string]any{"Status": false, "Code": "internal", "Error": msg, "Errors": msg}}
	}
	return envelope(e, lang)
}
