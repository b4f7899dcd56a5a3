package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"zakup/internal/apptest"
	"zakup/internal/platform/db/dbtest"
)

// grace is how long a process may take to stop, whatever it is doing.
const grace = 30 * time.Second

// slowList is a server whose price list comes when it is released.
type slowList struct {
	url     string
	asked   chan struct{}
	release chan struct{}
}

func newSlowList(t *testing.T, list string) slowList {
	t.Helper()
	s := slowList{asked: make(chan struct{}, 1), release: make(chan struct{})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked <- struct{}{}
		select {
		case <-s.release:
			_, _ = io.WriteString(w, list)
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	s.url = server.URL + "/list.yaml"
	return s
}

// isAsked waits until somebody fetches the list.
func (s slowList) isAsked(t *testing.T) {
	t.Helper()
	select {
	case <-s.asked:
	case <-time.After(limit):
		t.Fatal("nobody fetches the list")
	}
}

// refuses waits until nobody takes connections any more.
func (p *process) refuses(t *testing.T) {
	t.Helper()
	var d net.Dialer
	apptest.Until(t, "connections are refused", func() bool {
		c, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(p.URL, "http://"))
		if err == nil {
			_ = c.Close()
		}
		return err != nil
	})
}

// later makes a request that is on its way while the test goes on.
func later(f func() apptest.Answer) <-chan apptest.Answer {
	c := make(chan apptest.Answer, 1)
	go func() {
		defer close(c)
		c <- f()
	}()
	return c
}

// uploading is a request with a price list that has come as far as its body.
type uploading struct {
	conn net.Conn
	r    *bufio.Reader
	list string
}

// upload begins to send a list; the program is reading when this returns.
func (p *process) upload(t *testing.T, who apptest.Person, list string) uploading {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", strings.TrimPrefix(p.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	u := uploading{conn, bufio.NewReader(conn), list}
	_, _ = fmt.Fprintf(conn, "POST /api/v1/partner/update HTTP/1.1\r\nHost: zakup\r\nAuthorization: Token %s\r\n"+
		"Content-Type: application/yaml\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", who.Token, len(list))
	u.answer(t, http.StatusContinue)
	return u
}

func (u uploading) answer(t *testing.T, want ...int) {
	t.Helper()
	answer, err := http.ReadResponse(u.r, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if !slices.Contains(want, answer.StatusCode) {
		t.Fatalf("the upload is answered with %s", answer.Status)
	}
}

func (u uploading) finish(t *testing.T) {
	t.Helper()
	if _, err := io.WriteString(u.conn, u.list); err != nil {
		t.Fatal(err)
	}
	u.answer(t, http.StatusOK, http.StatusAccepted)
}

func TestStop(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]syscall.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dbtest.EachURL(t, func(t *testing.T, url string) {
				t.Parallel()
				testStop(t, url, s)
			})
		})
	}
}

// testStop sends the signal while a list is being fetched, somebody waits for
// that, and another list is being uploaded.
func testStop(t *testing.T, url string, s syscall.Signal) {
	p := serve(t, settings(url, t.TempDir()))
	one, two := p.person(t, "one@example.com", "shop"), p.person(t, "two@example.com", "shop")
	list := newSlowList(t, apptest.List("Чайная", "Чай", 2))
	waiting := later(func() apptest.Answer {
		return p.Do(t, one, "POST", "partner/update", apptest.Form("url", list.url), "Prefer", "wait=30")
	})
	list.isAsked(t)
	upload := p.upload(t, two, apptest.List("Кофейная", "Кофе", 3))

	began := time.Now()
	p.signal(t, s)
	p.refuses(t)
	// Who waits for a job is told where its record will be.
	got := (<-waiting).Want(t, http.StatusAccepted)
	upload.finish(t)
	select {
	case <-p.exited:
		t.Fatalf("it did not wait for the running job: %s", p.end(t))
	default:
	}
	close(list.release)
	p.end(t).ok(t)
	if took := time.Since(began); took > grace {
		t.Errorf("stopping took %s", took)
	}

	// The next one finds the fetched list applied, and goes on with the other.
	again := serve(t, settings(url, t.TempDir()), "--no-jobs")
	if record := again.Get(t, one, got.Header.Get("Location")).Want(t, 200).Object(t); record["state"] != "applied" {
		t.Errorf("the running job was not finished: %v", record)
	}
	again.stop(t)
	again = serve(t, settings(url, t.TempDir()))
	apptest.Until(t, "the uploaded list is applied", func() bool { return len(again.offers(t)) == 5 })
	again.stop(t)
}

// Who does not want to wait sends a second signal.
func TestStopAtOnce(t *testing.T) {
	t.Parallel()
	p := serve(t, settings(dbtest.SQLite(t), t.TempDir()))
	s := p.person(t, shopEmail, "shop")
	list := newSlowList(t, apptest.List("Чайная", "Чай", 2))
	p.Do(t, s, "POST", "partner/update", apptest.Form("url", list.url), "Prefer", "respond-async").Want(t, http.StatusAccepted)
	list.isAsked(t)
	p.signal(t, syscall.SIGINT)
	p.refuses(t)
	p.signal(t, syscall.SIGINT)
	if got := p.end(t); got.code != -1 {
		t.Errorf("want the end by the signal, got %s", got)
	}
}

// A client that never finishes its request does not keep the process.
func TestStopDoesNotWaitForEver(t *testing.T) {
	t.Parallel()
	p := serve(t, settings(dbtest.SQLite(t), t.TempDir()))
	p.upload(t, p.person(t, shopEmail, "shop"), apptest.List("Чайная", "Чай", 2))
	began := time.Now()
	p.signal(t, syscall.SIGTERM)
	got := p.end(t)
	if took := time.Since(began); took > grace {
		t.Errorf("stopping took %s", took)
	}
	if got.code != exitFailed || !strings.Contains(got.stderr, "requests were cut off") {
		t.Errorf("%s", got)
	}
}
