package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/feature/pricelist"
	"zakup/internal/feature/pricelist/reading"
	"zakup/internal/platform/fault"
)

// upload is a request that carries a price list or its address.
type upload struct {
	r *http.Request
	w http.ResponseWriter
}

func uploadOf(ctx huma.Context) upload {
	r, w := humago.Unwrap(ctx)
	return upload{r, w}
}

// file is a price list as it is being sent.
type file struct {
	name string
	body io.Reader
}

// uploadTo is what takes a price list.
type uploadTo struct {
	url  func(string, pricelist.Options) (pricelist.ID, error)
	file func(file) (pricelist.ID, error)
}

// receive reads the body as it comes: nothing of a file is kept in memory.
func (u upload) receive(to uploadTo) (pricelist.ID, error) {
	uploadDeadlines(u.w, u.r)
	// A multipart body is a little longer than its file.
	u.r.Body = http.MaxBytesReader(u.w, u.r.Body, pricelist.MaxBytes+maxBody)
	media, params, _ := mime.ParseMediaType(u.r.Header.Get("Content-Type"))
	switch media {
	case multipartMedia:
		return u.multipart(params["boundary"], to)
	case jsonMedia:
		return u.json(to)
	case formMedia:
		args, err := formArguments(http.MaxBytesReader(u.w, u.r.Body, maxBody))
		if err != nil {
			return 0, err
		}
		return byURL(args, to)
	}
	return fromBody(file{body: u.r.Body}, to)
}

// uploadDeadlines gives the request the time of a price list. Not every writer
// can (a recorder in a test): then the server's own hold.
func uploadDeadlines(w http.ResponseWriter, r *http.Request) {
	p := infoOf(r.Context()).body
	p.upload()
	_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(p.pace.Upload + 2*waitLimit))
}

// fromBody takes the raw body; one of nothing is a missing argument.
func fromBody(f file, to uploadTo) (pricelist.ID, error) {
	first := make([]byte, 1)
	if _, err := io.ReadFull(f.body, first); err != nil {
		if errors.Is(err, io.EOF) {
			return 0, missingList()
		}
		return 0, bodyError(err)
	}
	f.body = io.MultiReader(bytes.NewReader(first), f.body)
	id, err := to.file(f)
	var big *http.MaxBytesError
	if errors.As(err, &big) {
		return 0, reading.TooLarge
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return 0, fault.Malformed.Because(err) // the sender broke off
	}
	return id, err
}

func missingList() error { return fault.Missing.Fact("Missing", []string{"url", "file"}) }

// byURL takes the address out of the arguments.
func byURL(args map[string]any, to uploadTo) (pricelist.ID, error) {
	v, given := args["url"]
	if !given || v == "" {
		return 0, missingList()
	}
	url, ok := asString(v)
	if !ok {
		return 0, fault.BadArguments.WithText("url", fault.NotString())
	}
	var o pricelist.Options
	if v, given := args["dry_run"]; given && v != "" {
		if o.DryRun, ok = asBoolean(v); !ok {
			return 0, fault.BadArguments.WithText("dry_run", fault.NotBoolean())
		}
	}
	if v, given := args["errors"]; given && v != "" {
		if !slices.Contains(errorsRules, v) {
			return 0, fault.BadArguments.WithText("errors", fault.NotOneOf(errorsRules))
		}
		o.GoodRows, o.AllRows = v == goodRows, v == allRows
	}
	return to.url(url, o)
}

// maxArguments is how long a JSON body may be to be taken for arguments.
const maxArguments = 64 << 10

// json tells arguments from a price list, which may be JSON too, by its goods.
func (u upload) json(to uploadTo) (pricelist.ID, error) {
	start, err := io.ReadAll(io.LimitReader(u.r.Body, maxArguments+1))
	if err != nil {
		return 0, bodyError(err)
	}
	if len(start) <= maxArguments {
		v, err := parseJSON(start)
		args, ok := v.(map[string]any)
		if ok && err == nil && args["goods"] == nil && args["categories"] == nil {
			return byURL(args, to)
		}
	}
	return fromBody(file{body: io.MultiReader(bytes.NewReader(start), u.r.Body)}, to)
}

func (u upload) multipart(boundary string, to uploadTo) (pricelist.ID, error) {
	if boundary == "" {
		return 0, fault.Malformed
	}
	parts := multipart.NewReader(u.r.Body, boundary)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return 0, missingList()
		}
		if err != nil {
			return 0, bodyError(err)
		}
		switch part.FormName() {
		case "file":
			return fromBody(file{name: part.FileName(), body: part}, to)
		case "url":
			text, err := io.ReadAll(io.LimitReader(part, maxArguments))
			if err != nil {
				return 0, bodyError(err)
			}
			if !utf8.Valid(text) {
				return 0, fault.Malformed
			}
			if len(bytes.TrimSpace(text)) > 0 {
				return byURL(map[string]any{"url": string(text)}, to)
			}
		}
	}
}
