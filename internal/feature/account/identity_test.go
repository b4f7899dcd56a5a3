package account

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/mail/mailtest"
	"zakup/internal/platform/oauth"
)

// signedInWith signs in by what the provider proves and returns who that is.
func (a *accounts) signedInWith(t *testing.T) User {
	t.Helper()
	token, err := a.SignInWith(t.Context(), a.proof(t), verifier, "", "en")
	if err != nil {
		t.Fatal(err)
	}
	u, err := a.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// Somebody new becomes a buyer; afterwards the subject is the key, whatever the
// address is.
func TestSignInWith(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, p := providing(t, d)
		u := a.signedInWith(t)
		expected := User{ID: u.ID, Email: "Anna@example.com", Type: Buyer, FirstName: "Анна", LastName: "Орлова", Language: "en", Owner: u.ID, Role: Owner}
		if diff := cmp.Diff(expected, u); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if !slices.Equal(a.joined, []string{"Anna@example.com buyer false"}) {
			t.Errorf("joined: %q", a.joined)
		}
		// There is no password, so none is right.
		for _, password := range []string{"", password, "Anna@example.com"} {
			if _, err := a.Login(t.Context(), u.Email, password, ""); !is(err, BadLogin) {
				t.Errorf("%q signs in: %v", password, err)
			}
		}
		p.id.Email = "another@example.com"
		if again := a.signedInWith(t); again != u {
			t.Errorf("with another address: %+v", again)
		}
		p.id.Verified = false
		if again := a.signedInWith(t); again != u {
			t.Errorf("with one that is not verified: %+v", again)
		}
		// Whoever has the address next at the provider is somebody else.
		p.id = anna()
		p.id.Subject = "43"
		_, err := a.SignInWith(t.Context(), a.proof(t), verifier, "", "")
		want(t, err, LinkRequired)
		p.id.Email, p.id.Subject = "sub42@example.com", "42 "
		if other := a.signedInWith(t); other.ID == u.ID {
			t.Error("42 and 42 with a space are one")
		}
		a.exec(t, `update users set blocked = $2 where id = $1`, u.ID, true)
		p.id = anna()
		_, err = a.SignInWith(t.Context(), a.proof(t), verifier, "", "")
		want(t, err, BadLogin)
	})
}

// An address counts only when the provider vouches for it.
func TestUnverifiedAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, p := providing(t, d)
		a.registered(t, "anna@example.com")
		for _, id := range []oauth.Identity{
			{Provider: "google", Subject: "42", Email: "anna@example.com"},
			{Provider: "google", Subject: "42", Verified: true},
			{Provider: "google", Subject: "42", Email: "no address", Verified: true},
		} {
			p.id = id
			_, err := a.SignInWith(t.Context(), a.proof(t), verifier, "", "")
			want(t, err, Unverified)
		}
		if n := a.count(t, `select count(*) from users where active`) + a.count(t, `select count(*) from identities`); n != 0 {
			t.Errorf("%d", n)
		}
	})
}

// Whoever registers an address that is not theirs and waits for its owner keeps
// nothing of the account.
func TestPreHijacking(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := providing(t, d)
		confirming := a.registered(t, "anna@example.com")
		a.exec(t, `update users set company = 'ООО Чужое'`)
		u := a.signedInWith(t)
		if u.Email != "anna@example.com" || u.FirstName != "Анна" || u.Company != "" {
			t.Errorf("%+v", u)
		}
		if _, err := a.Login(t.Context(), u.Email, password, ""); !is(err, BadLogin) {
			t.Errorf("the first password signs in: %v", err)
		}
		want(t, a.Confirm(t.Context(), u.Email, confirming), BadSecret)
		if n := a.count(t, `select count(*) from secrets`); n != 0 {
			t.Errorf("%d secrets are left", n)
		}
	})
}

// An account whose address is confirmed is linked by who is signed in to it.
func TestLinkIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, p := providing(t, d)
		u, other := a.person(t, "anna@example.com"), a.person(t, "other@example.com")
		for _, blocked := range []bool{false, true} {
			a.exec(t, `update users set blocked = $2 where id = $1`, u.ID, blocked)
			_, err := a.SignInWith(t.Context(), a.proof(t), verifier, "", "")
			want(t, err, LinkRequired)
		}
		a.exec(t, `update users set blocked = $2 where id = $1`, u.ID, false)
		if err := a.Link(t.Context(), u.ID, a.proof(t), verifier); err != nil {
			t.Fatal(err)
		}
		if got := a.signedInWith(t); got.ID != u.ID {
			t.Errorf("%+v", got)
		}
		a.login(t, "anna@example.com", password) // it stays
		want(t, a.Link(t.Context(), other.ID, a.proof(t), verifier), IdentityTaken)
		want(t, a.Link(t.Context(), u.ID, a.proof(t), verifier), IdentityTaken)
		// The address of the identity need not be the account's.
		p.id = oauth.Identity{Provider: "google", Subject: "7", Email: "elsewhere@example.com"}
		if err := a.Link(t.Context(), u.ID, a.proof(t), verifier); err != nil {
			t.Fatal(err)
		}
		list, err := a.Identities(t.Context(), u.ID)
		if err != nil || len(list) != 2 || list[0].Title != "Google" || list[0].Email != "Anna@example.com" || list[1].Email != "elsewhere@example.com" {
			t.Errorf("%+v, %v", list, err)
		}
		if letters := a.letters(t); !slices.Equal(letters, []string{"identities anna@example.com", "identities anna@example.com"}) {
			t.Errorf("%q", letters)
		}
		if n, err := a.Unlink(t.Context(), other.ID, []IdentityID{list[0].ID}); n != 0 || err != nil {
			t.Errorf("another's: %d, %v", n, err)
		}
		if n, err := a.Unlink(t.Context(), u.ID, []IdentityID{list[0].ID, list[1].ID, list[1].ID, 99}); n != 2 || err != nil {
			t.Errorf("one's own: %d, %v", n, err)
		}
		for i := range maxIdentities + 1 {
			p.id.Subject = fmt.Sprint("many", i)
			if err := a.Link(t.Context(), u.ID, a.proof(t), verifier); i == maxIdentities {
				want(t, err, TooManyIdentities)
			} else if err != nil {
				t.Fatal(err)
			}
		}
		if n := a.count(t, `select count(*) from audit_log where action in ('identity.link', 'identity.unlink')`); n != 2+1+maxIdentities {
			t.Errorf("%d records", n)
		}
	})
}

// Two that come with the same new identity at once are one person.
func TestRaceOfNewIdentity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, _ := providing(t, d)
		codes := make([]string, 20)
		for i := range codes {
			codes[i] = a.proof(t)
		}
		for _, err := range atOnce(len(codes), func(i int) error {
			_, err := a.SignInWith(t.Context(), codes[i], verifier, "", "")
			return err
		}) {
			if err != nil {
				t.Error(err)
			}
		}
		if n := a.count(t, `select count(*) from users`); n != 1 {
			t.Errorf("%d people", n)
		}
		if n := a.count(t, `select count(*) from identities`); n != 1 {
			t.Errorf("%d identities", n)
		}
		if n := a.count(t, `select count(*) from tokens`); n != 20 {
			t.Errorf("%d sign-ins", n)
		}
	})
}

// Unlinking never locks a person out, also not by two removals at once.
func TestLastIdentity(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a, p := providing(t, d)
		u := a.signedInWith(t)
		p.id.Subject = "second"
		if err := a.Link(t.Context(), u.ID, a.proof(t), verifier); err != nil {
			t.Fatal(err)
		}
		list, err := a.Identities(t.Context(), u.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = a.Unlink(t.Context(), u.ID, []IdentityID{list[0].ID, list[1].ID})
		want(t, err, LastIdentity)
		oneOf(t, a.crowd(t, "users", 2, func(i int) error {
			_, err := a.Unlink(t.Context(), u.ID, []IdentityID{list[i].ID})
			return err
		}), LastIdentity)
		if n := a.count(t, `select count(*) from identities`); n != 1 {
			t.Errorf("%d identities are left", n)
		}
		// With a password the last one may go.
		if err := a.ResetPassword(t.Context(), a.resetToken(t, u.Email), password); err != nil {
			t.Fatal(err)
		}
		if n, err := a.Unlink(t.Context(), u.ID, []IdentityID{list[0].ID, list[1].ID}); n != 1 || err != nil {
			t.Errorf("with a password: %d, %v", n, err)
		}
	})
}

func TestIdentitiesLetter(t *testing.T) {
	t.Parallel()
	u := User{Email: "anna@example.com", FirstName: "Анна", LastName: "Орлова"}
	hostile := User{Email: "o'brien@example.com", FirstName: "<script>alert(1)</script>\r\nBcc: victim@example.com", LastName: "{{.Token}}"}
	linked := []Identity{{Title: "Google", Email: "anna@example.com"}, {Title: "Keycloak"}}
	mailtest.Both(t, "letter_identities", identitiesTemplate, identitiesData{u, linked, "https://zakup.example"})
	mailtest.Both(t, "letter_identities_none", identitiesTemplate, identitiesData{u, nil, "https://zakup.example"})
	mailtest.Both(t, "letter_identities_hostile", identitiesTemplate,
		identitiesData{hostile, []Identity{{Title: "<b>Evil</b>", Email: `"><script>"@example.com`}}, "https://zakup.example"})
}
