package apptest

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"zakup/internal/web/api"
)

// Body is what a request carries.
type Body struct {
	Type string
	Text string
}

// JSON is a body of a value, or of a text that is JSON already.
func JSON(v any) Body {
	if text, ok := v.(string); ok {
		return Body{"application/json", text}
	}
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return Body{"application/json", string(text)}
}

// Form is a urlencoded body of names and values in turn.
func Form(pairs ...string) Body {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return Body{"application/x-www-form-urlencoded", v.Encode()}
}

// Multipart is a multipart body of names and values in turn, as Postman sends.
func Multipart(pairs ...string) Body {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i := 0; i < len(pairs); i += 2 {
		if err := w.WriteField(pairs[i], pairs[i+1]); err != nil {
			panic(err)
		}
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return Body{w.FormDataContentType(), b.String()}
}

// File is a multipart body with a file in the field `file`.
func File(name, text string) Body {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return Body{w.FormDataContentType(), b.String()}
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Text   string
	of     string
}

// Do makes a request to a path below the prefix of the API, or to a path that
// begins with a slash. A person without a token is anonymous. Headers are names
// and values in turn.
func (a *App) Do(t *testing.T, who Person, method, path string, body Body, headers ...string) Answer {
	t.Helper()
	if !strings.HasPrefix(path, "/") {
		path = api.Prefix + "/" + path
	}
	req, err := http.NewRequestWithContext(t.Context(), method, a.URL+path, strings.NewReader(body.Text))
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	if body.Type != "" {
		req.Header.Set("Content-Type", body.Type)
	}
	if who.Token != "" {
		req.Header.Set("Authorization", "Token "+who.Token)
	}
	for i := 0; i < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("apptest: %v", err)
	}
	return Answer{Status: resp.StatusCode, Header: resp.Header, Text: string(text), of: method + " " + path}
}

// Get is Do for a reading request.
func (a *App) Get(t *testing.T, who Person, path string, headers ...string) Answer {
	t.Helper()
	return a.Do(t, who, http.MethodGet, path, Body{}, headers...)
}

// Want ends the test unless the answer has the status.
func (r Answer) Want(t *testing.T, status int) Answer {
	t.Helper()
	if r.Status != status {
		t.Fatalf("%s: status %d, want %d; body %s", r.of, r.Status, status, r.Text)
	}
	return r
}

// Object is the body as a JSON object.
func (r Answer) Object(t *testing.T) map[string]any {
	t.Helper()
	return decode[map[string]any](t, r)
}

// Array is the body as a JSON array of objects.
func (r Answer) Array(t *testing.T) []map[string]any {
	t.Helper()
	return decode[[]map[string]any](t, r)
}

func decode[T any](t *testing.T, r Answer) (v T) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.Text), &v); err != nil {
		t.Fatalf("%s: %v in %s", r.of, err, r.Text)
	}
	return v
}
