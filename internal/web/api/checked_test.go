package api_test

import (
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
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
