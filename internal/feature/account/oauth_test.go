package account

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/oauth"
)

// proving is a provider that proves what the test wants: package oauth has the
// tests of real talk.
type proving struct {
	id    oauth.Identity
	err   error
	began []oauth.Flow
	ended []oauth.Flow
}

func (p *proving) Begin(_ context.Context, redirect string, f oauth.Flow) (string, error) {
	p.began = append(p.began, f)
	return redirect + " " + f.State, p.err
}

func (p *proving) Finish(_ context.Context, _ string, f oauth.Flow, _, _ string) (oauth.Identity, error) {
	p.ended = append(p.ended, f)
	return p.id, p.err
}

const (
	returnTo = "https://shop.example/in"
	verifier = "a-verifier-of-the-client-that-nobody-else-knows"
)

// providing opens the feature with two providers that prove Anna.
func providing(t *testing.T, d *db.DB) (*accounts, *proving) {
	t.Helper()
	a := open(t, d)
	p := &proving{id: anna()}
	a.o.Providers = providers(p)
	a.o.Returns = []string{returnTo}
	return a, p
}

func providers(p oauth.Provider) oauth.Providers {
	return oauth.Providers{{Provider: p, Name: "google", Title: "Google"}, {Provider: &proving{id: anna()}, Name: "github", Title: "GitHub"}}
}

func anna() oauth.Identity {
	return oauth.Identity{Provider: "google", Subject: "42", Email: "Anna@example.com", Verified: true, FirstName: "Анна", LastName: "Орлова"}
}

func begin() Begin {
	return Begin{Provider: "google", Return: returnTo, Challenge: challengeOf(verifier), Callback: "https://zakup.example/back"}
}

// begun begins a sign-in and returns what the browser brings back of it.
func (a *accounts) begun(t *testing.T, b Begin) Callback {
	t.Helper()
	got, err := a.BeginOAuth(t.Context(), b)
	if err != nil {
		t.Fatal(err)
	}
	address, state, _ := strings.Cut(got.Address, " ")
	if address != b.Callback || got.Life != 10*time.Minute {
		t.Errorf("%+v", got)
	}
	return Callback{Provider: b.Provider, State: state, Code: "c", Browser: got.Browser, Callback: b.Callback}
}

// proof is the code of a whole way to the provider and back.
func (a *accounts) proof(t *testing.T) string {
	t.Helper()
	got, err := a.FinishOAuth(t.Context(), a.begun(t, begin()))
	if err != nil || got.Return != returnTo {
		t.Fatalf("%+v, %v", got, err)
	}
	return got.Code
}

func TestBeginOAuth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, p := providing(t, d)
		for name, try := range map[string]struct {
			b    func(*Begin)
			want *fault.Error
		}{
			"an unknown provider":  {func(b *Begin) { b.Provider = "x" }, NoProvider},
			"another return":       {func(b *Begin) { b.Return += "/" }, BadReturn},
			"no challenge":         {func(b *Begin) { b.Challenge = "" }, fault.BadArguments},
			"no SHA-256":           {func(b *Begin) { b.Challenge = "plain" }, fault.BadArguments},
			"the verifier in view": {func(b *Begin) { b.Challenge = verifier }, fault.BadArguments},
		} {
			b := begin()
			try.b(&b)
			if _, err := a.BeginOAuth(t.Context(), b); !is(err, try.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		first := a.begun(t, begin())
		b := begin()
		b.Browser = first.Browser
		if second := a.begun(t, b); second.Browser != first.Browser || second.State == first.State {
			t.Error("a second window has another browser, or the same state")
		}
		b.Browser = "made up by somebody"
		if third := a.begun(t, b); third.Browser == b.Browser {
			t.Error("any cookie is taken")
		}
		for i, f := range p.began {
			for _, other := range p.began[:i] {
				if f.State == other.State || f.Nonce == other.Nonce || f.Verifier == other.Verifier || len(f.Verifier) < 43 {
					t.Errorf("flows share a secret: %+v %+v", f, other)
				}
			}
		}
		p.err = oauth.Unreachable
		_, err := a.BeginOAuth(t.Context(), begin())
		want(t, err, oauth.Unreachable)
		if n := a.count(t, `select count(*) from oauth_flows`); n != 3 {
			t.Errorf("%d flows are noted", n)
		}
	})
}

// A flow is of one browser and one provider, and ends once, in ten minutes.
func TestFinishOAuth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, p := providing(t, d)
		for name, spoil := range map[string]func(*Callback){
			"another browser":  func(c *Callback) { c.Browser = a.begun(t, begin()).Browser },
			"no browser":       func(c *Callback) { c.Browser = "" },
			"another provider": func(c *Callback) { c.Provider = "github" },
			"another state":    func(c *Callback) { c.State = a.begun(t, begin()).State },
			"no state":         func(c *Callback) { c.State = "" },
			"the hash":         func(c *Callback) { c.State = string(hashToken(c.State)) },
			"too late":         func(*Callback) { a.move(10 * time.Minute) },
		} {
			c := a.begun(t, begin())
			spoil(&c)
			if got, err := a.FinishOAuth(t.Context(), c); got != (Result{}) || !is(err, BadState) {
				t.Errorf("%s: %+v, %v", name, got, err)
			}
		}
		if len(p.ended) > 0 {
			t.Error("the provider was asked all the same")
		}
		c := a.begun(t, begin())
		got, err := a.FinishOAuth(t.Context(), c)
		if err != nil || got.Return != returnTo || got.Life != 5*time.Minute {
			t.Fatalf("%+v, %v", got, err)
		}
		if p.ended[0] != p.began[len(p.began)-1] {
			t.Error("another flow was ended")
		}
		_, err = a.FinishOAuth(t.Context(), c)
		want(t, err, BadState)

		c = a.begun(t, begin())
		c.Refused = "access_denied"
		if got, err = a.FinishOAuth(t.Context(), c); got.Return != returnTo || !is(err, Declined) {
			t.Errorf("declined: %+v, %v", got, err)
		}
		c.Refused = ""
		_, err = a.FinishOAuth(t.Context(), c)
		want(t, err, BadState)
		c = a.begun(t, begin())
		p.err = oauth.Untrusted
		if got, err = a.FinishOAuth(t.Context(), c); got.Code != "" || got.Return != returnTo || !is(err, oauth.Untrusted) {
			t.Errorf("untrusted: %+v, %v", got, err)
		}
	})
}

// Of many that bring the same state back, one gets a code.
func TestRaceOfCallbacks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := providing(t, d)
		c := a.begun(t, begin())
		a.o.Providers[0].Provider = still{anna()}
		oneOf(t, atOnce(50, func(int) error {
			_, err := a.FinishOAuth(t.Context(), c)
			return err
		}), BadState)
	})
}

// still is a provider that may be asked at once.
type still struct{ id oauth.Identity }

func (s still) Begin(context.Context, string, oauth.Flow) (string, error) { return "", nil }
func (s still) Finish(context.Context, string, oauth.Flow, string, string) (oauth.Identity, error) {
	return s.id, nil
}

// A code is worth something for its client alone, once, for five minutes.
func TestCodeOfOAuth(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := providing(t, d)
		u := a.person(t, "ivan@example.com")
		code := a.proof(t)
		for _, other := range []string{"", "another verifier", challengeOf(verifier)} {
			if _, err := a.SignInWith(t.Context(), code, other, "", ""); !is(err, BadCode) {
				t.Errorf("verifier %q: %v", other, err)
			}
			want(t, a.Link(t.Context(), u.ID, code, other), BadCode)
		}
		if _, err := a.SignInWith(t.Context(), code, verifier, "", ""); err != nil {
			t.Fatal(err)
		}
		_, err := a.SignInWith(t.Context(), code, verifier, "", "")
		want(t, err, BadCode)
		want(t, a.Link(t.Context(), u.ID, code, verifier), BadCode)
		code = a.proof(t)
		a.move(5 * time.Minute)
		_, err = a.SignInWith(t.Context(), code, verifier, "", "")
		want(t, err, BadCode)
		a.proof(t)
		if n := a.count(t, `select count(*) from oauth_codes`) + a.count(t, `select count(*) from oauth_flows`); n != 1 {
			t.Errorf("%d rows are left of what is over", n)
		}
	})
}

func TestRaceOfCodes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := providing(t, d)
		code := a.proof(t)
		oneOf(t, atOnce(50, func(int) error {
			_, err := a.SignInWith(t.Context(), code, verifier, "", "")
			return err
		}), BadCode)
	})
}

// Too many flows at once refuse further ones until they have expired.
func TestFlowsAreBounded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := providing(t, d)
		number, random := `with recursive s (n) as (select 1 union all select n + 1 from s where n < $1) select n from s`, `randomblob(20)`
		if d.Dialect() == db.Postgres {
			number, random = `select n from generate_series(1, cast($1 as bigint)) as n`, `decode(md5(cast(n as text)), 'hex')`
		}
		a.exec(t, `
			insert into oauth_flows (state, provider, nonce, verifier, browser, return_to, challenge, expires_at)
			select `+random+`, 'google', '', '', `+random+`, '', '', $2 from (`+number+`) as t`, maxFlows, a.now().Add(flowLife))
		_, err := a.BeginOAuth(t.Context(), begin())
		want(t, err, TooManyFlows)
		a.move(flowLife)
		a.begun(t, begin())
	})
}

func TestProviderThatFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, p := providing(t, d)
		c := a.begun(t, begin())
		p.err = errors.New("broken")
		if _, err := a.FinishOAuth(t.Context(), c); err == nil || fault.As(err) != nil {
			t.Errorf("%v", err)
		}
		if titles := []string{a.Providers().Title("google"), a.Providers().Title("gone")}; !slices.Equal(titles, []string{"Google", "gone"}) {
			t.Error(titles)
		}
	})
}
