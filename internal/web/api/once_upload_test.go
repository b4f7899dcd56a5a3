package api_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"zakup/internal/apptest"
	keys "zakup/internal/platform/once"
	"zakup/internal/web/api"
)

// A price list of many megabytes may carry a key: it is hashed as it is read.
func TestKeyOfAnUpload(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p := a.Shop(t, "shop@example.com", "")
		list := apptest.List("Первый", "Чай", 3) + strings.Repeat("# nothing\n", 400_000)
		imports := func() int { return len(a.Get(t, p, "partner/imports").Want(t, 200).Array(t)) }
		for i, body := range []apptest.Body{apptest.File("list.yaml", list), {Type: "application/yaml", Text: list + "# other\n"}} {
			key := []string{"multipart", "raw"}[i]
			first := a.Do(t, p, "POST", "partner/update", body, keyHeader, key, "Prefer", "respond-async").Want(t, 202)
			sameAnswer(t, first, a.Do(t, p, "POST", "partner/update", body, keyHeader, key, "Prefer", "respond-async"))
			if first.Header.Get("Location") == "" || imports() != i+1 {
				t.Errorf("%s: %d imports, the record at %q", key, imports(), first.Header.Get("Location"))
			}
			body.Text = strings.Replace(body.Text, "# nothing\n# nothing", "# nothing\n# no thing", 1)
			refusedAs(t, key, a.Do(t, p, "POST", "partner/update", body, keyHeader, key), 422, "idempotency_key_reused")
		}
	})
}

// The answer to a body that the operation did not read is kept if the rest of
// it is short, and the whole body counts; else the key is freed.
func TestKeyOfAnUnreadBody(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t, apptest.NoJobs())
	p := a.Person(t, "admin@example.com", "admin")
	send := func(text, key string) apptest.Answer {
		return a.Do(t, p, "POST", "admin/imports?shop_id=999", apptest.Body{Type: "application/yaml", Text: text}, keyHeader, key)
	}
	first := send("short", "short").Want(t, 404)
	sameAnswer(t, first, send("short", "short"))
	refusedAs(t, "another unread body", send("shore", "short"), 422, "idempotency_key_reused")

	long := strings.Repeat("x", 1<<20+1)
	for _, text := range []string{long, long, "short"} {
		if r := send(text, "long").Want(t, 404); r.Header.Get(replayed) != "" {
			t.Error("the answer to a long body that nobody read was kept")
		}
	}
}

// slowBody is a body whose end the test holds back.
func slowBody(t *testing.T, a *apptest.App, p apptest.Person, key string) (body *io.PipeWriter, ended <-chan error) {
	t.Helper()
	r, w := io.Pipe()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.URL+api.Prefix+"/partner/update", r)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/yaml")
	req.Header.Set("Authorization", "Token "+p.Token)
	req.Header.Set(keyHeader, key)
	end := make(chan error, 1)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			err = errors.Join(err, resp.Body.Close())
		}
		end <- err
	}()
	return w, end
}

// While the first request is being worked on, a repeat waits, and is told to
// come again; when the first one is broken off, the repeat is worked on.
func TestKeyOfABrokenOffRequest(t *testing.T) {
	t.Parallel()
	a := apptest.SQLite(t)
	p := a.Shop(t, "shop@example.com", "")
	list := apptest.Body{Type: "application/yaml", Text: apptest.List("Первый", "Чай", 3)}
	body, ended := slowBody(t, a, p, "k")
	if _, err := io.WriteString(body, "shop: "); err != nil {
		t.Fatal(err)
	}
	key, err := keys.KeyOf(int64(p.ID), "k")
	if err != nil {
		t.Fatal(err)
	}
	apptest.Until(t, "the first request", func() bool {
		claim, _, err := a.API.Keys.Claim(t.Context(), key, 0, nil)
		if claim != nil {
			_ = claim.Free(t.Context())
		}
		return errors.Is(err, keys.InProgress)
	})
	r := a.Do(t, p, "POST", "partner/update", list, keyHeader, "k")
	refusedAs(t, "a repeat", r, 409, "request_in_progress")
	if r.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After: %q", r.Header.Get("Retry-After"))
	}
	broken := errors.New("broken off")
	if err := errors.Join(body.CloseWithError(broken), <-ended); !errors.Is(err, broken) {
		t.Fatal(err)
	}
	a.Do(t, p, "POST", "partner/update", list, keyHeader, "k").Want(t, 200)
}

// A process that died with a request leaves its key for half a minute.
func TestKeyOfADeadProcess(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		b := a.Buyer(t, "buyer@example.com")
		key, err := keys.KeyOf(int64(b.ID), "k")
		if err != nil {
			t.Fatal(err)
		}
		dead, _, err := a.API.Keys.Claim(t.Context(), key, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = dead.Free(context.WithoutCancel(t.Context())) }) // it is not quite dead
		a.Clock.Move(31 * time.Second)
		first := a.Do(t, b, "POST", "user/contact", apptest.Form("phone", "1"), keyHeader, "k").Want(t, 200)
		sameAnswer(t, first, a.Do(t, b, "POST", "user/contact", apptest.Form("phone", "1"), keyHeader, "k"))
	})
}
