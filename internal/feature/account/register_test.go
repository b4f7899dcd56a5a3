package account

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

func TestRegistrationRules(t *testing.T) {
	long := func(n int) *string { return new(strings.Repeat("ж", n)) }
	const notEmail = "email: Enter a valid email address."
	cases := []struct {
		name   string
		change func(p *Profile)
		code   *fault.Error
		fields []string
	}{
		{"no address", func(p *Profile) { p.Email = nil }, fault.BadArguments, []string{notEmail}},
		{"blank address", func(p *Profile) { p.Email = new(" ") }, fault.BadArguments, []string{notEmail}},
		{"no domain", func(p *Profile) { p.Email = new("ivan") }, fault.BadArguments, []string{notEmail}},
		{"no local part", func(p *Profile) { p.Email = new("@example.com") }, fault.BadArguments, []string{notEmail}},
		{"no dot", func(p *Profile) { p.Email = new("ivan@example") }, fault.BadArguments, []string{notEmail}},
		{"dot at the end", func(p *Profile) { p.Email = new("ivan@example.") }, fault.BadArguments, []string{notEmail}},
		{"two dots", func(p *Profile) { p.Email = new("ivan@example..com") }, fault.BadArguments, []string{notEmail}},
		{"a name beside it", func(p *Profile) { p.Email = new("Ivan <ivan@example.com>") }, fault.BadArguments, []string{notEmail}},
		{"two addresses", func(p *Profile) { p.Email = new("a@example.com,b@example.com") }, fault.BadArguments, []string{notEmail}},
		{"a header in it", func(p *Profile) { p.Email = new("a@example.com\r\nBcc: b@example.com") }, fault.BadArguments, []string{notEmail}},
		{"long address", func(p *Profile) { p.Email = new(strings.Repeat("a", 250) + "@b.ru") }, fault.BadArguments, []string{
			"email: Ensure this field has no more than 254 characters.",
		}},
		{"long names", func(p *Profile) {
			p.FirstName, p.LastName, p.Company, p.Position = long(151), long(151), long(41), long(41)
		}, fault.BadArguments, []string{
			"company: Ensure this field has no more than 40 characters.",
			"first_name: Ensure this field has no more than 150 characters.",
			"last_name: Ensure this field has no more than 150 characters.",
			"position: Ensure this field has no more than 40 characters.",
		}},
		{"no password", func(p *Profile) { p.Password = nil }, WeakPassword, []string{
			"password: This password is too short. It must contain at least 8 characters.",
		}},
		{"all at once", func(p *Profile) { p.Email, p.Company, p.Password = new("ivan"), long(41), new("123") }, fault.BadArguments, []string{
			"company: Ensure this field has no more than 40 characters.",
			notEmail,
			"password: This password is entirely numeric.",
			"password: This password is too short. It must contain at least 8 characters.",
		}},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		for _, c := range cases {
			t.Run(c.name, func(t *testing.T) {
				p := profile("ivan@example.com")
				c.change(&p)
				err := a.Register(t.Context(), p, Buyer)
				want(t, err, c.code)
				if diff := cmp.Diff(c.fields, fields(err)); diff != "" {
					t.Errorf("(-want +got)\n%s", diff)
				}
				for _, f := range fault.As(err).Fields {
					if f.Text.RU == "" || f.Text.RU == f.Text.EN {
						t.Errorf("%s says in Russian: %q", f.Name, f.Text.RU)
					}
				}
			})
		}
		for _, kind := range []Type{Admin, "", "root"} {
			if err := a.Register(t.Context(), profile("ivan@example.com"), kind); !is(err, fault.BadArguments) || len(fields(err)) != 1 {
				t.Errorf("type %q: %v", kind, err)
			}
		}
		if n := a.count(t, `select count(*) from users`); n != 0 || len(a.letters(t)) != 0 {
			t.Errorf("%d people, letters %v", n, a.letters(t))
		}
	})
}

func TestAddressesThatAreGood(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"a@a.ru11", "user@example.com", "o'brien+tag@sub.example.co", "иван@пример.рф", "root@localhost"} {
		if !goodEmail(s) {
			t.Errorf("%s is refused", s)
		}
	}
}

func TestRegister(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		p := profile("  Ivan@Example.com ")
		p.Company, p.Position = new(" ООО Ромашка\n"), new("менеджер")
		if err := a.Register(t.Context(), p, Shop); err != nil {
			t.Fatal(err)
		}
		got, err := a.ByEmail(t.Context(), "ivan@example.com")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(User{
			ID: got.ID, Email: "Ivan@Example.com", Type: Shop, FirstName: "Иван", LastName: "Петров",
			Company: "ООО Ромашка", Position: "менеджер", Language: "ru",
			Owner: got.ID, Role: Owner,
		}, got); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if diff := cmp.Diff([]string{"confirm Ivan@Example.com"}, a.letters(t)); diff != "" {
			t.Errorf("letters (-want +got)\n%s", diff)
		}
		_, err = a.Login(t.Context(), "ivan@example.com", password, "")
		want(t, err, BadLogin)
		if len(a.joined) != 0 {
			t.Errorf("joined before the address is confirmed: %v", a.joined)
		}
		if err := a.Confirm(t.Context(), "ivan@example.com", a.mailed(t, confirmLetter, "Ivan@Example.com")); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"Ivan@Example.com shop false"}, a.joined); diff != "" {
			t.Errorf("joined (-want +got)\n%s", diff)
		}
	})
}

// Who is active and what the hook made are there together or not.
func TestConfirmIsWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		token := a.registered(t, "ivan@example.com")
		a.refuse = errors.New("no shop today")
		if err := a.Confirm(t.Context(), "ivan@example.com", token); !errors.Is(err, a.refuse) {
			t.Errorf("got %v", err)
		}
		if n := a.count(t, `select count(*) from users where active`); n != 0 {
			t.Errorf("%d people are active", n)
		}
		a.refuse = nil
		if err := a.Confirm(t.Context(), "ivan@example.com", token); err != nil {
			t.Error(err)
		}
	})
}

func TestAddActive(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		if _, err := FirstAdmin(t.Context(), d); !is(err, fault.Absent) {
			t.Errorf("an administrator of nothing: %v", err)
		}
		for _, kind := range []Type{Admin, Buyer, Shop, Admin} {
			if _, err := a.AddActive(t.Context(), profile(string(kind)+"@example.com"), kind); err != nil {
				want(t, err, EmailTaken) // the second administrator
			}
		}
		a.login(t, "buyer@example.com", password)
		if diff := cmp.Diff([]string{
			"admin@example.com admin true", "buyer@example.com buyer true", "shop@example.com shop true",
		}, a.joined); diff != "" {
			t.Errorf("joined (-want +got)\n%s", diff)
		}
		if got := a.letters(t); len(got) != 0 {
			t.Errorf("letters %v", got)
		}
		records, err := a.trail.List(t.Context(), audit.Filter{Action: "user.add"}, 0, 10)
		if err != nil || len(records) != 3 || records[0].Details != "shop" || records[0].Subject != "user/3" && d.Dialect() == db.SQLite {
			t.Errorf("recorded: %+v, %v", records, err)
		}
		if _, err := a.AddActive(t.Context(), profile("boss@example.com"), Admin); err != nil {
			t.Fatal(err)
		}
		u, err := FirstAdmin(t.Context(), d)
		if err != nil || u.Email != "admin@example.com" {
			t.Errorf("the first administrator: %v, %v", u, err)
		}
	})
}

func TestAnAddressIsOnePerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		ctx := t.Context()
		token := a.registered(t, "Иван@Example.com")
		if err := a.Register(ctx, profile("иВАН@eXAMPLE.com"), Buyer); err != nil {
			t.Fatal(err)
		}
		if n := a.count(t, `select count(*) from users`); n != 1 {
			t.Errorf("%d people of one address", n)
		}
		_, err := a.AddActive(ctx, profile("иВАН@eXAMPLE.com"), Shop)
		want(t, err, EmailTaken)
		if diff := cmp.Diff([]string{"email: Пользователь with this email address already exists."}, fields(err)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
		if err := a.Confirm(ctx, " ИВАН@EXAMPLE.COM ", token); err != nil {
			t.Errorf("confirm in capitals: %v", err)
		}
		a.login(t, "иван@example.com", password)
		u, err := a.ByEmail(ctx, "ИВАН@example.COM")
		if err != nil || u.Email != "Иван@Example.com" {
			t.Errorf("by address: %v, %v", u, err)
		}
		_, err = a.ByEmail(ctx, "nobody@example.com")
		want(t, err, fault.Absent)
	})
}

func TestRaceForAnAddress(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		spellings := []string{"ivan@example.com", "IVAN@example.com", "Ivan@Example.Com"}
		for i, err := range atOnce(50, func(i int) error {
			return a.Register(t.Context(), profile(spellings[i%len(spellings)]), Buyer)
		}) {
			if err != nil {
				t.Errorf("%d: %v", i, err)
			}
		}
		if n := a.count(t, `select count(*) from users`); n != 1 {
			t.Errorf("%d people", n)
		}
		if got := a.letters(t); len(got) != 1 {
			t.Errorf("letters %v", got)
		}
	})
}

func TestTheLanguageOfANewPerson(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		for email, c := range map[string]struct {
			said *string
			want string
		}{"a@example.com": {nil, "ru"}, "b@example.com": {new("ru"), "ru"}, "c@example.com": {new("en"), "en"}} {
			p := profile(email)
			p.Language = c.said
			if err := a.Register(t.Context(), p, Buyer); err != nil {
				t.Fatal(err)
			}
			if u, err := a.ByEmail(t.Context(), email); err != nil || u.Language != c.want {
				t.Errorf("%s: %q, %v", email, u.Language, err)
			}
		}
		p := profile("d@example.com")
		p.Language = new("de")
		err := a.Register(t.Context(), p, Buyer)
		if diff := cmp.Diff([]string{"language: Must be one of: ru, en."}, fields(err)); diff != "" {
			t.Errorf("(-want +got)\n%s", diff)
		}
	})
}
