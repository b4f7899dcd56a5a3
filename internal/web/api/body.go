package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"zakup/internal/platform/fault"
)

// maxBody is the longest ordinary body, in bytes.
const maxBody = 1 << 20

const (
	jsonMedia      = "application/json"
	formMedia      = "application/x-www-form-urlencoded"
	multipartMedia = "multipart/form-data"
)

// bodies turns the body of an operation, in whatever encoding it comes, into
// JSON of the operation's own schema.
type bodies struct {
	api    *API
	schema *huma.Schema // nil: the operation has no body
	fields bool         // missing arguments are told field by field
}

func (b *bodies) read(ctx huma.Context, next func(huma.Context)) {
	if b.schema == nil {
		next(ctx) // a body that nobody asked for is not read
		return
	}
	r, w := humago.Unwrap(ctx)
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	args, err := arguments(r)
	if err == nil {
		err = b.coerce(args)
	}
	var text []byte
	if err == nil {
		text, err = json.Marshal(args)
	}
	if err != nil {
		b.api.refuse(ctx, err)
		return
	}
	next(&jsonContext{ctx, bytes.NewReader(text)})
}

type inner huma.Context

// jsonContext shows the handler a JSON body in place of the one that came.
type jsonContext struct {
	inner
	body io.Reader
}

func (c *jsonContext) BodyReader() io.Reader { return c.body }

func (c *jsonContext) Header(name string) string {
	if strings.EqualFold(name, "Content-Type") {
		return jsonMedia
	}
	return c.inner.Header(name)
}

// Unwrap lets humago reach the request.
func (c *jsonContext) Unwrap() huma.Context { return c.inner }

// arguments reads the body as names and values. Values of forms are strings.
func arguments(r *http.Request) (map[string]any, error) {
	header := r.Header.Get("Content-Type")
	media, params, err := mime.ParseMediaType(header)
	if err != nil && header != "" {
		media = header // said below, if there is a body at all
	}
	switch media {
	case jsonMedia:
		return jsonArguments(r.Body)
	case formMedia:
		return formArguments(r.Body)
	case multipartMedia:
		return multipartArguments(r.Body, params["boundary"])
	}
	one := make([]byte, 1)
	switch n, err := io.ReadFull(r.Body, one); {
	case n > 0:
		return nil, unsupportedMedia
	case errors.Is(err, io.EOF):
		return map[string]any{}, nil
	default:
		return nil, bodyError(err)
	}
}

// bodyError tells why a body could not be read.
func bodyError(err error) error {
	var big *http.MaxBytesError
	if errors.As(err, &big) || errors.Is(err, multipart.ErrMessageTooLarge) {
		return bodyTooLarge
	}
	return fault.Malformed.Because(err)
}

func jsonArguments(body io.Reader) (map[string]any, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, bodyError(err)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	if len(bytes.TrimSpace(text)) == 0 {
		return map[string]any{}, nil
	}
	v, err := parseJSON(text)
	if err != nil {
		return nil, err
	}
	args, ok := v.(map[string]any)
	if !ok {
		return nil, fault.Malformed.Saying("Тело запроса должно быть объектом JSON", "The body must be a JSON object")
	}
	return args, nil
}

// parseJSON reads one value; numbers stay as they are written.
func parseJSON(text []byte) (any, error) {
	if !utf8.Valid(text) {
		return nil, fault.Malformed.Saying("Неверный формат запроса: это не UTF-8", "The request can't be parsed: it is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fault.Malformed.Because(err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, fault.Malformed
	}
	return v, nil
}

func formArguments(body io.Reader) (map[string]any, error) {
	text, err := io.ReadAll(body)
	if err != nil {
		return nil, bodyError(err)
	}
	values, err := url.ParseQuery(string(text))
	if err != nil {
		return nil, fault.Malformed.Because(err)
	}
	return formValues(values)
}

func multipartArguments(body io.Reader, boundary string) (map[string]any, error) {
	if boundary == "" {
		return nil, fault.Malformed.Saying("Неверный формат запроса: в Content-Type нет boundary",
			"The request can't be parsed: there is no boundary in Content-Type")
	}
	form, err := multipart.NewReader(body, boundary).ReadForm(maxBody)
	if err != nil {
		return nil, bodyError(err)
	}
	defer func() { _ = form.RemoveAll() }()
	return formValues(form.Value)
}

// formValues takes the last value of each name, as the specification does.
func formValues(values map[string][]string) (map[string]any, error) {
	args := make(map[string]any, len(values))
	for name, list := range values {
		last := list[len(list)-1]
		if !utf8.ValidString(last) || !utf8.ValidString(name) {
			return nil, fault.Malformed.Saying("Неверный формат запроса: это не UTF-8", "The request can't be parsed: it is not UTF-8")
		}
		args[name] = last
	}
	return args, nil
}
