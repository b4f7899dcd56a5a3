package account

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

// A person's letters are in the person's language.
func TestLettersInTheirLanguage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		a.registered(t, "new@example.com")
		u := a.person(t, "ivan@example.com")
		a.exec(t, `update users set language = 'en'`)
		if err := a.RequestReset(t.Context(), u.Email); err != nil {
			t.Fatal(err)
		}
		if err := a.Resend(t.Context(), "new@example.com"); err != nil {
			t.Fatal(err)
		}
		a.work(t)
		rows, err := d.Query(t.Context(), `select kind, language from letters order by id`)
		got, err := db.Collect(rows, err, func(r db.Row) (string, error) {
			var kind, lang string
			err := r.Scan(&kind, &lang)
			return kind + " " + lang, err
		})
		if diff := cmp.Diff([]string{"confirm ru", "reset en", "confirm en"}, got); err != nil || diff != "" {
			t.Errorf("%v, letters (-want +got)\n%s", err, diff)
		}
		letter, err := a.writeReset(t.Context(), int64(u.ID), "en")
		if err != nil || letter.Subject != "Password reset for Иван Петров" || letter.Only != u.Email {
			t.Errorf("%+v, %v", letter, err)
		}
	})
}

func TestFindAll(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		one, two := a.person(t, "one@example.com"), a.person(t, "two@example.com")
		a.person(t, "three@example.com")
		got, err := FindAll(t.Context(), d, []ID{two.ID, one.ID, two.ID})
		if diff := cmp.Diff(map[ID]User{one.ID: one, two.ID: two}, got); err != nil || diff != "" {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		_, err = FindAll(t.Context(), d, []ID{one.ID, two.ID + 100})
		want(t, err, fault.Absent)
	})
}
