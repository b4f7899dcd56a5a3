package pricelist_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/apptest"
	"zakup/internal/apptest/markettest"
	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// source is where a supplier keeps a list: its text, or a status in its place.
type source struct {
	*httptest.Server
	mu     sync.Mutex
	text   string
	tag    string
	status int
	asked  []string // what each request said it has, and what it got
}

func newSource(t *testing.T) *source {
	t.Helper()
	s := &source{}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *source) set(text, tag string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text, s.tag, s.status = text, tag, status
}

func (s *source) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	status := s.status
	if status == 0 {
		status = http.StatusOK
		if s.tag != "" && r.Header.Get("If-None-Match") == s.tag {
			status = http.StatusNotModified
		}
	}
	s.asked = append(s.asked, fmt.Sprint(r.Header.Get("If-None-Match"), " ", status))
	if s.tag != "" {
		w.Header().Set("ETag", s.tag)
	}
	w.WriteHeader(status)
	if status == http.StatusOK {
		_, _ = w.Write([]byte(s.text))
	}
}

// took are the requests since the last call.
func (s *source) took() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := s.asked
	s.asked = nil
	return list
}

func schedule(t *testing.T, a *apptest.App, p apptest.Person) pricelist.Schedule {
	t.Helper()
	s, err := a.Lists.ScheduleOf(t.Context(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pass lets time pass until the schedule is due, and waits for what comes of it.
func pass(t *testing.T, a *apptest.App, p apptest.Person) pricelist.Schedule {
	t.Helper()
	before := schedule(t, a, p)
	a.Clock.Move(before.NextAt.Sub(a.Clock.Now()) + time.Second)
	if err := a.Lists.BeginDue(t.Context()); err != nil {
		t.Fatal(err)
	}
	var s pricelist.Schedule
	apptest.Until(t, "the fetch and the import", func() bool {
		s = schedule(t, a, p)
		if s.CheckedAt == nil || before.CheckedAt != nil && !s.CheckedAt.After(*before.CheckedAt) {
			return false
		}
		if s.LastImport == nil {
			return true
		}
		i, err := a.Lists.Get(t.Context(), p.ID, *s.LastImport)
		if err != nil {
			t.Fatal(err)
		}
		return i.Final()
	})
	s = schedule(t, a, p) // as that import left it
	if !s.NextAt.After(a.Clock.Now()) {
		t.Errorf("the next time is %s, now it is %s", s.NextAt, a.Clock.Now())
	}
	return s
}

func scheduleLetters(t *testing.T, a *apptest.App, n int) {
	t.Helper()
	got := 0
	for _, l := range a.Letters(t, n) {
		if l.Kind == "price_schedule" {
			got++
		}
	}
	if got != n {
		t.Errorf("%d letters, want %d", got, n)
	}
}

func history(t *testing.T, a *apptest.App, p apptest.Person) (states []string) {
	t.Helper()
	list, err := a.Lists.History(t.Context(), p.ID, 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		states = append(states, fmt.Sprint(i.State, " ", i.FileName))
	}
	return states
}

// A list is fetched at its times: what is new is imported, what is not only
// looked at; failures are told once a row.
func TestSchedule(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p, s := a.Shop(t, "shop@example.com", ""), newSource(t)
		s.set(apptest.List("Чайная", "Чай", 3), `"1"`, 0)
		edit := pricelist.ScheduleEdit{URL: s.URL + "/price.yaml?key=1", Times: "*/30 * * * *"}
		if err := a.Lists.SetSchedule(t.Context(), p.ID, edit); err != nil {
			t.Fatal(err)
		}
		steps := []struct {
			name    string
			change  func()
			asked   []string
			history []string
			failing bool
			letters int
		}{
			{"new", func() {}, []string{" 200"}, []string{"applied price.yaml"}, false, 0},
			{"304", func() {}, []string{`"1" 304`}, []string{"applied price.yaml"}, false, 0},
			{"the same bytes under another tag", func() { s.set(apptest.List("Чайная", "Чай", 3), `"2"`, 0) }, []string{`"1" 200`}, []string{"applied price.yaml"}, false, 0},
			{"that tag", func() {}, []string{`"2" 304`}, []string{"applied price.yaml"}, false, 0},
			{"gone", func() { s.set("", "", 404) }, []string{`"2" 404`}, []string{"applied price.yaml"}, true, 1},
			{"gone still", func() {}, []string{`"2" 404`}, []string{"applied price.yaml"}, true, 1},
			{"broken", func() { s.set("<html>", `"3"`, 0) }, []string{`"2" 200`}, []string{"refused price.yaml", "applied price.yaml"}, true, 1},
			{"broken, unchanged", func() {}, []string{`"3" 304`}, []string{"refused price.yaml", "applied price.yaml"}, true, 1},
			{
				"well again", func() { s.set(apptest.List("Чайная", "Чай", 4), "", 0) },
				[]string{`"3" 200`},
				[]string{"applied price.yaml", "refused price.yaml", "applied price.yaml"},
				false, 1,
			},
			{"broken again", func() { s.set("", "", 503) }, []string{" 503"}, []string{"applied price.yaml", "refused price.yaml", "applied price.yaml"}, true, 2},
			{
				"back, unchanged", func() { s.set(apptest.List("Чайная", "Чай", 4), "", 0) },
				[]string{" 200"},
				[]string{"applied price.yaml", "refused price.yaml", "applied price.yaml"},
				false, 2,
			},
		}
		for _, step := range steps {
			step.change()
			now := pass(t, a, p)
			if diff := cmp.Diff(step.asked, s.took()); diff != "" {
				t.Errorf("%s: requests (-want +got)\n%s", step.name, diff)
			}
			if diff := cmp.Diff(step.history, history(t, a, p)); diff != "" {
				t.Errorf("%s: imports (-want +got)\n%s", step.name, diff)
			}
			if (now.FailingSince != nil) != step.failing {
				t.Errorf("%s: failing since %v", step.name, now.FailingSince)
			}
			scheduleLetters(t, a, step.letters)
		}
		letter := apptest.To(a.Letters(t, 2), p.Email)[0]
		for _, want := range []string{s.URL + "/price.yaml?key=1", "ответил кодом 404", "partner/schedule"} {
			if !strings.Contains(letter.Text, want) {
				t.Errorf("%q is not in\n%s", want, letter.Text)
			}
		}
	})
}

// A schedule that is set anew begins anew; one that was ended does nothing,
// also when its job was there already.
func TestSetAndDropSchedule(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, s := m.Shop(t, "shop"), newSource(t)
		s.set(list("Чайная", 3, 100), `"1"`, 0)
		set := func(e pricelist.ScheduleEdit) pricelist.ScheduleID {
			t.Helper()
			if err := m.Lists.SetSchedule(t.Context(), shop.Owner, e); err != nil {
				t.Fatal(err)
			}
			return pricelist.ScheduleID(m.Number(t, `select id from price_schedules`))
		}
		fetch := func(id pricelist.ScheduleID) int64 {
			t.Helper()
			if err := m.Lists.FetchScheduled(t.Context(), id); err != nil {
				t.Fatal(err)
			}
			return m.Number(t, `select count(*) from imports`)
		}
		first := set(pricelist.ScheduleEdit{URL: s.URL, Times: "0 4 * * *", TimeZone: "Asia/Omsk"})
		if n := fetch(first); n != 1 {
			t.Fatalf("%d imports", n)
		}
		// As after a crash that lost only the end of the job.
		if n := fetch(first); n != 1 {
			t.Errorf("run again: %d imports", n)
		}
		second := set(pricelist.ScheduleEdit{URL: s.URL, Times: "0 4 * * *"})
		s.set(list("Чайная", 4, 100), `"2"`, 0)
		if n := fetch(first); n != 1 {
			t.Errorf("the job of the schedule before: %d imports", n)
		}
		if n := fetch(second); n != 2 {
			t.Errorf("the schedule that was set anew: %d imports", n)
		}
		// What was imported already is not imported again.
		second = set(pricelist.ScheduleEdit{URL: s.URL, Times: "0 4 * * *"})
		work(t, m, shop, 1)
		work(t, m, shop, 2)
		if n := fetch(second); n != 2 {
			t.Errorf("the same bytes: %d imports", n)
		}
		got, err := m.Lists.ScheduleOf(t.Context(), shop.Owner)
		want := pricelist.Schedule{
			URL: s.URL, Times: "0 4 * * *", TimeZone: "Europe/Moscow", NextAt: time.Date(2026, 5, 5, 1, 0, 0, 0, time.UTC),
			CheckedAt: new(markettest.Now), LastImport: new(pricelist.ID(2)),
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		for range 2 {
			if err := m.Lists.DropSchedule(t.Context(), shop.Owner); err != nil {
				t.Fatal(err)
			}
		}
		if n := fetch(second); n != 2 {
			t.Errorf("ended: %d imports", n)
		}
		if _, err := m.Lists.ScheduleOf(t.Context(), shop.Owner); markettest.Code(t, err) != "no_schedule" {
			t.Errorf("ended: %v", err)
		}
	})
}

func TestSchedulesThatCannotBe(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		shop, buyer := m.Shop(t, "shop"), m.Buyer(t, "buyer")
		before := m.Tables(t)
		for code, e := range map[string]pricelist.ScheduleEdit{
			"missing_arguments": {Times: "0 4 * * *"},
			"fetch_bad_url":     {Times: "0 4 * * *", URL: "ftp://example.com/x"},
			"bad_arguments":     {Times: "* * * * *", URL: "http://example.com/x"},
		} {
			if got := markettest.Code(t, m.Lists.SetSchedule(t.Context(), shop.Owner, e)); got != code {
				t.Errorf("%+v: %s, want %s", e, got, code)
			}
		}
		err := m.Lists.SetSchedule(t.Context(), shop.Owner, pricelist.ScheduleEdit{Times: "0 4 * * *", TimeZone: "Mars", URL: "http://example.com/x"})
		if f := fault.As(err); f == nil || f.Fields[0].Name != "time_zone" {
			t.Errorf("a wrong zone: %v", err)
		}
		err = m.Lists.SetSchedule(t.Context(), buyer.ID, pricelist.ScheduleEdit{Times: "0 4 * * *", URL: "http://example.com/x"})
		if got := markettest.Code(t, err); got != "no_shop" {
			t.Errorf("somebody without a shop: %s", got)
		}
		if diff := cmp.Diff(before, m.Tables(t)); diff != "" {
			t.Errorf("something was changed (-before +after)\n%s", diff)
		}
		// The address of the shop is the one when none is named.
		if err := m.Shops.Describe(t.Context(), shop.Owner, nil, new("https://shop.example/price.yml"), nil); err != nil {
			t.Fatal(err)
		}
		if err := m.Lists.SetSchedule(t.Context(), shop.Owner, pricelist.ScheduleEdit{Times: "0 4 * * *"}); err != nil {
			t.Fatal(err)
		}
		if s, err := m.Lists.ScheduleOf(t.Context(), shop.Owner); err != nil || s.URL != "https://shop.example/price.yml" {
			t.Errorf("%+v, %v", s, err)
		}
	})
}

// Nothing is fetched of a supplier who may not send a list any more, also when
// the job was there already; who may again goes on.
func TestAScheduleEndsWithItsSupplier(t *testing.T) {
	for name, end := range map[string]func(t *testing.T, m *markettest.Market, id account.ID) error{
		"blocked": func(t *testing.T, m *markettest.Market, id account.ID) error {
			t.Helper()
			_, err := m.Shops.Block(t.Context(), id)
			return err
		},
		"made a buyer": func(t *testing.T, m *markettest.Market, id account.ID) error {
			t.Helper()
			_, err := m.Shops.ChangeRole(t.Context(), id, account.Buyer)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			markettest.Each(t, func(t *testing.T, m *markettest.Market) {
				shop, s := m.Shop(t, "shop"), newSource(t)
				s.set(list("Чайная", 3, 100), "", 0)
				if err := m.Lists.SetSchedule(t.Context(), shop.Owner, pricelist.ScheduleEdit{URL: s.URL, Times: "0 4 * * *"}); err != nil {
					t.Fatal(err)
				}
				if err := end(t, m, shop.Owner); err != nil {
					t.Fatal(err)
				}
				err := m.DB.InTx(t.Context(), func(tx db.Tx) error {
					_, err := tx.Exec(t.Context(), `update price_schedules set next_at = $1`, markettest.Now.Add(-time.Hour))
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
				begun := func() int64 {
					t.Helper()
					if err := m.Lists.BeginDue(t.Context()); err != nil {
						t.Fatal(err)
					}
					return m.Number(t, `select count(*) from river_job where kind = 'price_schedule'`)
				}
				if n := begun(); n != 0 {
					t.Errorf("%d fetches began", n)
				}
				if err := m.Lists.FetchScheduled(t.Context(), pricelist.ScheduleID(m.Number(t, `select id from price_schedules`))); err != nil {
					t.Fatal(err)
				}
				if asked := s.took(); len(asked) != 0 {
					t.Errorf("asked for %v", asked)
				}
				if name != "blocked" {
					return
				}
				if _, err := m.Shops.Unblock(t.Context(), shop.Owner); err != nil {
					t.Fatal(err)
				}
				if n := begun(); n != 1 {
					t.Errorf("unblocked: %d fetches began", n)
				}
			})
		})
	}
}

// Many processes look at once: a list that is due is fetched once.
func TestRaceForDueSchedules(t *testing.T) {
	markettest.Each(t, func(t *testing.T, m *markettest.Market) {
		const shops = 3
		for i := range shops {
			shop := m.Shop(t, fmt.Sprint("shop", i))
			err := m.Lists.SetSchedule(t.Context(), shop.Owner, pricelist.ScheduleEdit{URL: "http://127.0.0.1:1/x", Times: "0 4 * * *"})
			if err != nil {
				t.Fatal(err)
			}
		}
		later := m.Shop(t, "later")
		err := m.Lists.SetSchedule(t.Context(), later.Owner, pricelist.ScheduleEdit{URL: "http://127.0.0.1:1/x", Times: "0 4 * * *"})
		if err != nil {
			t.Fatal(err)
		}
		err = m.DB.InTx(t.Context(), func(tx db.Tx) error {
			_, err := tx.Exec(t.Context(), `update price_schedules set next_at = $1 where shop_id <> $2`, markettest.Now.Add(-72*time.Hour), later.ID)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range markettest.AtOnce(markettest.Crowd, func(int) error { return m.Lists.BeginDue(t.Context()) }) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := m.Number(t, `select count(*) from river_job where kind = 'price_schedule'`); n != shops {
			t.Errorf("%d fetches of %d lists", n, shops)
		}
		if n := m.Number(t, `select count(*) from price_schedules where next_at > $1`, markettest.Now); n != shops+1 {
			t.Errorf("%d schedules went on", n)
		}
		if n := m.Statements(func() {
			if err := m.Lists.BeginDue(t.Context()); err != nil {
				t.Error(err)
			}
		}); n != 1 {
			t.Errorf("%d statements when nothing is due", n)
		}
	})
}

// The program looks by itself, from its start.
func TestDueAtTheStart(t *testing.T) {
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p, s := a.Person(t, "shop@example.com", "shop"), newSource(t)
		s.set(apptest.List("Чайная", "Чай", 3), "", 0)
		if err := a.Lists.SetSchedule(t.Context(), p.ID, pricelist.ScheduleEdit{URL: s.URL, Times: "0 4 * * *"}); err != nil {
			t.Fatal(err)
		}
		a.Clock.Move(72 * time.Hour)
		if err := a.StartJobs(t.Context()); err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := a.StopJobs(t.Context()); err != nil {
				t.Error(err)
			}
		}()
		apptest.Until(t, "the import", func() bool {
			return cmp.Equal([]string{"applied "}, history(t, a, p))
		})
		if got := s.took(); len(got) != 1 {
			t.Errorf("requests: %v", got)
		}
	}, apptest.NoJobs())
}
