package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
)

// sharedFor is how long the public answers of the catalogue may be handed out
// again by whoever keeps them: stock and prices are a few seconds old at most, or
// half a minute while they are asked for anew. An order looks at those of now.
const sharedFor = "public, max-age=5, stale-while-revalidate=25"

// written is the context under another name: one of its methods has its own.
type written = huma.Context

// whole keeps an answer until all of it is there.
type whole struct {
	written
	status int
	body   *bytes.Buffer
}

func (w *whole) SetStatus(status int)  { w.status = status }
func (w *whole) Status() int           { return w.status }
func (w *whole) BodyWriter() io.Writer { return w.body }
func (w *whole) Unwrap() huma.Context  { return w.written }

// buffers are for answers to come: those of answers that were sent.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxBuffer is the largest one that is kept, in bytes: that of a page of 1000.
const maxBuffer = 1 << 20

// shared gives an answer its tag, which is of its bytes and so the same on every
// instance, and leaves the body out for who has it.
func shared(ctx huma.Context, next func(huma.Context)) {
	body, _ := buffers.Get().(*bytes.Buffer)
	defer func() {
		if body.Cap() <= maxBuffer {
			body.Reset()
			buffers.Put(body)
		}
	}()
	w := &whole{written: ctx, status: http.StatusOK, body: body}
	next(w)
	if w.status == http.StatusOK {
		sum := sha256.Sum256(w.body.Bytes())
		tag := `"` + hex.EncodeToString(sum[:12]) + `"`
		ctx.SetHeader("ETag", tag)
		ctx.SetHeader("Cache-Control", sharedFor)
		if has(ctx.Header("If-None-Match"), tag) {
			_, answer := humago.Unwrap(ctx)
			answer.Header().Del("Content-Type") // of a body that does not come
			ctx.SetStatus(http.StatusNotModified)
			return
		}
	}
	ctx.SetHeader("Content-Length", strconv.Itoa(body.Len())) // else it would go out in chunks
	ctx.SetStatus(w.status)
	_, _ = w.body.WriteTo(ctx.BodyWriter()) // who has gone reads nothing
}

// has tells whether the header names the tag, as RFC 9110 compares for it.
func has(ifNoneMatch, tag string) bool {
	for one := range strings.SplitSeq(ifNoneMatch, ",") {
		if one = strings.TrimSpace(one); one == "*" || strings.TrimPrefix(one, "W/") == tag {
			return true
		}
	}
	return false
}

// ifNoneMatch describes the header.
var ifNoneMatch = &huma.Param{
	Name: "If-None-Match", In: "header", Description: "The ETag of the answer that the client has: 304 without a body when it is still the same",
	Schema: &huma.Schema{Type: huma.TypeString},
}

// describeShared adds to the document what shared does.
func describeShared(h *huma.Operation) {
	h.Parameters = append(h.Parameters, ifNoneMatch)
	tag := header("ETag", "Of these bytes", huma.TypeString)
	h.Responses["304"] = &huma.Response{Description: http.StatusText(http.StatusNotModified), Headers: tag}
	if ok := h.Responses["200"]; ok.Headers == nil {
		ok.Headers = tag
	} else {
		ok.Headers["ETag"] = tag["ETag"]
	}
}
