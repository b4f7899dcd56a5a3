package api_test

import (
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// The check of a token that was seen in the last seconds costs no statement:
// whoever is known then asks as cheaply as who is not.
func TestCheckingATokenCostsNothing(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		p := a.Buyer(t, "buyer@example.com")
		key := addKey(t, a, p, account.CatalogRead)
		cost := func(who apptest.Person) int64 {
			before := a.Statements()
			a.Get(t, who, "categories").Want(t, 200)
			return a.Statements() - before
		}
		cost(apptest.Person{}) // the number of categories is remembered from now on
		anonymous := cost(apptest.Person{})
		for name, who := range map[string]apptest.Person{"a session": p, "a key": key} {
			a.Clock.Move(5e9)
			if first, second := cost(who), cost(who); first != anonymous+1 || second != anonymous {
				t.Errorf("%s: %d statements, then %d; %d for who is not known", name, first, second, anonymous)
			}
		}
		// What is ended here works no more at once.
		a.Do(t, p, "POST", "user/logout", apptest.Body{}).Want(t, 200)
		a.Get(t, p, "categories").Want(t, 401)
		a.Get(t, key, "categories").Want(t, 200)
	}, apptest.NoJobs())
}

// What is gathered in memory is written down when the process stops: when a token
// was last used, and that a sign-in failed.
func TestWhatIsGatheredIsWrittenAtTheEnd(t *testing.T) {
	t.Parallel()
	dbtest.EachURL(t, func(t *testing.T, url string) {
		t.Run("a process", func(t *testing.T) {
			a := apptest.New(t, url, apptest.NoJobs())
			p := a.Buyer(t, "buyer@example.com")
			a.Get(t, p, "user/details").Want(t, 200)
			a.Do(t, apptest.Person{}, "POST", "user/login", apptest.Form("email", p.Email, "password", "wrong")).Want(t, 401)
		})
		d, err := db.Open(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = d.Close() })
		for _, query := range []string{
			`select count(*) from tokens where last_used_at is not null`,
			`select count(*) from audit_log where action = 'user.sign_in_failed' and address = '127.0.0.1' and subject = 'user/1'`,
		} {
			var n int
			if err := d.QueryRow(t.Context(), query).Scan(&n); err != nil || n != 1 {
				t.Errorf("%s: %d, %v", query, n, err)
			}
		}
	})
}
