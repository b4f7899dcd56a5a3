package account

import (
	"fmt"
	"strings"
	"testing"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
)

// leave deletes an account, proven by its stamp.
func (a *accounts) leave(t *testing.T, who ID, stamp Stamp) error {
	t.Helper()
	return a.d.InTx(t.Context(), func(tx db.Tx) error {
		_, err := Leave(t.Context(), tx, who, stamp, a.now())
		return err
	})
}

// Two administrators leave at once: one stays.
func TestTheLastAdministratorStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		for i := range 5 {
			a.exec(t, `delete from users`)
			var ids []ID
			var stamps []Stamp
			for k := range 2 {
				u, err := a.AddActive(t.Context(), profile(fmt.Sprintf("admin%d-%d@example.com", i, k)), Admin)
				if err != nil {
					t.Fatal(err)
				}
				stamp, err := a.Prove(t.Context(), u, password, "")
				if err != nil {
					t.Fatal(err)
				}
				ids, stamps = append(ids, u.ID), append(stamps, stamp)
			}
			oneOf(t, a.crowd(t, "users", 2, func(i int) error { return a.leave(t, ids[i], stamps[i]) }), LastAdmin)
			if n := a.count(t, `select count(*) from users where active`); n != 1 {
				t.Errorf("%d administrators stay", n)
			}
		}
	})
}

// A password that was changed meanwhile proves nothing any more, and nobody
// writes anything into an account that is empty.
func TestAfterLeaving(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		_, err := a.Prove(t.Context(), u, "wrong", "")
		want(t, err, WrongPassword)
		stamp, err := a.Prove(t.Context(), u, password, "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Update(t.Context(), u.ID, Profile{Password: new("another#Pass1")}); err != nil {
			t.Fatal(err)
		}
		want(t, a.leave(t, u.ID, stamp), WrongPassword)
		if stamp, err = a.Prove(t.Context(), u, "another#Pass1", ""); err != nil {
			t.Fatal(err)
		}
		if err := a.leave(t, u.ID, stamp); err != nil {
			t.Fatal(err)
		}
		_, err = a.AddContact(t.Context(), u.ID, ContactEdit{Phone: new("1")})
		want(t, err, BadToken)
		want(t, a.SetRequisites(t.Context(), u.ID, Requisites{Name: "ООО Роза"}), BadToken)
		_, err = a.Update(t.Context(), u.ID, Profile{FirstName: new("Иван"), Email: new("new@example.com")})
		want(t, err, BadToken)
		want(t, a.leave(t, u.ID, stamp), WrongPassword)
		if all := everything(t, d); strings.Contains(all, "ivan@example.com") || strings.Contains(all, "Петров") {
			t.Errorf("something is left: %s", all)
		}
		a.person(t, "ivan@example.com")
	})
}
