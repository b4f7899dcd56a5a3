package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

func TestUpdateChangesWhatIsSaid(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u, other := a.person(t, "ivan@example.com"), a.person(t, "other@example.com")
		signedIn := a.login(t, u.Email, password)
		for _, step := range []struct {
			say    Profile
			change func(u *User)
		}{
			{Profile{}, func(*User) {}},
			{Profile{Company: new(" ООО Ромашка ")}, func(u *User) { u.Company = "ООО Ромашка" }},
			{Profile{Position: new("менеджер"), Company: new("")}, func(u *User) { u.Position, u.Company = "менеджер", "" }},
			{Profile{FirstName: new("Пётр"), LastName: new("Иванов")}, func(u *User) { u.FirstName, u.LastName = "Пётр", "Иванов" }},
			{Profile{FirstName: new(" ")}, func(u *User) { u.FirstName = "" }},
			{Profile{Language: new("en")}, func(u *User) { u.Language = "en" }},
			{Profile{AcceptShortages: new(true)}, func(u *User) { u.AcceptShortages = true }},
			{Profile{Language: new("ru"), AcceptShortages: new(false)}, func(u *User) { u.Language, u.AcceptShortages = "ru", false }},
			{Profile{Email: new("Ivan@example.com")}, func(u *User) { u.Email = "Ivan@example.com" }},
			{Profile{Email: new("new@example.com"), Company: new("Роза")}, func(u *User) { u.Company = "Роза" }},
		} {
			token, err := a.Update(t.Context(), u.ID, step.say)
			if err != nil || token != "" {
				t.Fatalf("%+v: %q, %v", step.say, token, err)
			}
			step.change(&u)
			got, err := a.Authenticate(t.Context(), signedIn)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(u, got); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		}
		if got, err := Find(t.Context(), d, other.ID); err != nil || got != other {
			t.Errorf("another person: %+v, %v", got, err)
		}
		a.login(t, "ivan@example.com", password)
	})
}

// Nothing is saved when anything is wrong, a good new password included.
func TestUpdateIsWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		signedIn := a.login(t, u.Email, password)
		good := Profile{FirstName: new("Пётр"), Company: new("Ромашка"), Password: new("another#Pass1")}
		for name, c := range map[string]struct {
			change func(p *Profile)
			fault  *fault.Error
			fields []string
		}{
			"long name": {func(p *Profile) { p.FirstName = new(strings.Repeat("ж", 151)) }, fault.BadArguments, []string{
				"first_name: Ensure this field has no more than 150 characters.",
			}},
			"blank address":    {func(p *Profile) { p.Email = new("") }, fault.BadArguments, []string{"email: Enter a valid email address."}},
			"no such language": {func(p *Profile) { p.Language = new("de") }, fault.BadArguments, []string{"language: Must be one of: ru, en."}},
			"no language":      {func(p *Profile) { p.Language = new("") }, fault.BadArguments, []string{"language: Must be one of: ru, en."}},
			"blank password": {func(p *Profile) { p.Password = new("") }, WeakPassword, []string{
				"password: This password is too short. It must contain at least 8 characters.",
			}},
			"like what is known": {func(p *Profile) { p.Password = new("Петров12") }, WeakPassword, []string{
				"password: The password is too similar to the last name.",
			}},
			"like what is new": {func(p *Profile) { p.Password = new("ромашка!") }, WeakPassword, []string{
				"password: The password is too similar to the company.",
			}},
		} {
			p := good
			c.change(&p)
			token, err := a.Update(t.Context(), u.ID, p)
			want(t, err, c.fault)
			if diff := cmp.Diff(c.fields, fields(err)); diff != "" || token != "" {
				t.Errorf("%s: token %q, fields (-want +got)\n%s", name, token, diff)
			}
			if got, err := a.Authenticate(t.Context(), signedIn); err != nil || got != u {
				t.Errorf("%s: now %+v, %v", name, got, err)
			}
		}
		a.login(t, u.Email, password)
	})
}
