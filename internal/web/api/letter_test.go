package api_test

import (
	"strings"
	"testing"

	"zakup/internal/apptest"
	"zakup/internal/feature/account"
	"zakup/internal/platform/config"
)

// An administrator sees what became of letters, not what they say, and sends
// them again with new secrets.
func TestLetters(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		boss := a.Person(t, "admin@example.com", account.Admin)
		a.Do(t, apptest.Person{}, "POST", "user/register", apptest.Form("first_name", "Вера", "last_name", "Ильина",
			"email", "new@example.com", "password", apptest.Password)).Want(t, 200)
		list := func(query string) []map[string]any {
			t.Helper()
			return a.Get(t, boss, "admin/letters"+query).Want(t, 200).Array(t)
		}
		sent := func(n int) {
			t.Helper()
			apptest.Until(t, "the letters are sent", func() bool { return len(list("?state=sent")) == n })
		}
		sent(1)
		first := list("?recipient=new@example.com&kind=confirm&state=sent")[0]
		if first["kind"] != "confirm" || first["recipient"] != "new@example.com" || first["language"] != "ru" ||
			id(first["tries"]) != "1" || first["sent_at"] == nil || first["error"] != nil {
			t.Errorf("the letter is %v", first)
		}
		again := a.Do(t, boss, "POST", "admin/letters/"+id(first["id"])+"/send", apptest.Body{}).Want(t, 200).Object(t)
		if again["kind"] != "confirm" || again["recipient"] != "new@example.com" || again["state"] != "queued" || id(again["id"]) == id(first["id"]) {
			t.Errorf("the letter that was queued is %v", again)
		}
		sent(2)
		for _, query := range []string{"?recipient=NEW@example.com", "?kind=order", "?state=failed", "?state=queued"} {
			if got := list(query); len(got) != 0 {
				t.Errorf("%s: %v", query, got)
			}
		}

		letters := apptest.To(a.Letters(t, 2), "new@example.com")
		if len(letters) != 2 || letters[0].Token() == "" || letters[0].Token() == letters[1].Token() {
			t.Fatalf("letters %+v", letters)
		}
		all := a.Get(t, boss, "admin/letters").Want(t, 200).Text
		for _, l := range letters {
			for _, hidden := range []string{l.Token(), l.Subject} {
				if strings.Contains(all, hidden) {
					t.Errorf("%q is shown in %s", hidden, all)
				}
			}
		}
		ids, sizes := follow(t, a, boss, "admin/letters?limit=1")
		once(t, "admin/letters", ids, 2, true)
		if len(sizes) != 2 {
			t.Errorf("pages of %v", sizes)
		}
		a.Do(t, apptest.Person{}, "POST", "user/register/confirm", apptest.Form("email", "new@example.com", "token", letters[1].Token())).Want(t, 200)
	})
}

// What is queued will be sent anyway.
func TestAQueuedLetterIsNotSentAgain(t *testing.T) {
	t.Parallel()
	apptest.Each(t, func(t *testing.T, a *apptest.App) {
		boss := a.Person(t, "admin@example.com", account.Admin)
		a.Do(t, apptest.Person{}, "POST", "user/register", apptest.Form("first_name", "Вера", "last_name", "Ильина",
			"email", "new@example.com", "password", apptest.Password)).Want(t, 200)
		var queued []map[string]any
		apptest.Until(t, "the letter is queued", func() bool {
			queued = a.Get(t, boss, "admin/letters?state=queued").Want(t, 200).Array(t)
			return len(queued) == 1
		})
		letter := queued[0]
		refused := a.Do(t, boss, "POST", "admin/letters/"+id(letter["id"])+"/send", apptest.Body{}).Want(t, 409)
		if refused.Object(t)["Code"] != "letter_queued" {
			t.Errorf("answered %s", refused.Text)
		}
		if n := len(a.Get(t, boss, "admin/letters").Want(t, 200).Array(t)); n != 1 {
			t.Errorf("%d letters", n)
		}
	}, apptest.With(func(c *config.Config) { c.SMTP = &config.SMTP{Host: "127.0.0.1", Port: 1} }))
}
