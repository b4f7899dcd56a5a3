package account

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
)

func TestPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		names := map[ID]string{}
		for _, p := range []struct {
			name, first, last string
			kind              Type
		}{
			{"anna", "Анна", "Ёлкина", Buyer},
			{"boris", "БОРИС", "Анненков", Shop},
			{"chief", "Chief", "", Admin},
			{"ivan_1", "иван", "Петров", Buyer},
		} {
			say := profile(p.name + "@Example.com")
			say.FirstName, say.LastName = &p.first, &p.last
			u, err := a.AddActive(t.Context(), say, p.kind)
			if err != nil {
				t.Fatal(err)
			}
			names[u.ID] = p.name
		}
		a.registered(t, "waiting@example.com")
		boris, err := a.ByEmail(t.Context(), "boris@example.com")
		if err != nil {
			t.Fatal(err)
		}
		a.block(t, boris.ID, true)
		for _, c := range []struct {
			search Search
			want   string
		}{
			{Search{}, "waiting ivan_1 chief boris anna"},
			{Search{Type: Buyer}, "waiting ivan_1 anna"},
			{Search{Type: Admin}, "chief"},
			{Search{Blocked: new(true)}, "boris"},
			{Search{Blocked: new(false), Type: Shop}, ""},
			{Search{Prefix: " аНН"}, "boris anna"},
			{Search{Prefix: "ёЛКИНА"}, "anna"},
			{Search{Prefix: "борис анн"}, "boris"},
			{Search{Prefix: "анненков Б"}, "boris"},
			{Search{Prefix: "BORIS@EX"}, "boris"},
			{Search{Prefix: "ivan%"}, ""},
			{Search{Prefix: "петров", Type: Shop}, ""},
			{Search{Prefix: "example"}, ""},
			{Search{Prefix: "\x00\xff"}, ""},
		} {
			for _, page := range []int{1, 2, 100} {
				got, before := []string{}, ID(0)
				for {
					list, err := a.People(t.Context(), c.search, before, page)
					if err != nil {
						t.Fatal(err)
					}
					for _, k := range list {
						name, _, _ := strings.Cut(k.Email, "@")
						got = append(got, name)
						before = k.ID
					}
					if len(list) < page {
						break
					}
				}
				if diff := cmp.Diff(strings.Fields(c.want), got); diff != "" {
					t.Errorf("%+v, %d a page (-want +got)\n%s", c.search, page, diff)
				}
			}
		}
	})
}

// A search by prefix goes on past the people that one statement looks at.
func TestASearchLooksAtEverybody(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "first@example.com")
		for i := range searchStep {
			email := "x" + strings.Repeat("0", i%7) + string(rune('a'+i%26)) + strings.Repeat("1", i/26) + "@example.com"
			a.exec(t, `
				insert into users (email, email_key, password_hash, type, first_name, last_name, company, position, active, created_at)
				values ($1, $1, '', 'buyer', '', '', '', '', $2, $3)`, email, true, a.now())
		}
		list, err := a.People(t.Context(), Search{Prefix: "first"}, 0, 10)
		if err != nil || len(list) != 1 || list[0].ID != u.ID {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

func TestKnownOf(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		u := a.person(t, "ivan@example.com")
		a.block(t, u.ID, true)
		got, err := KnownOf(t.Context(), d, u.ID)
		if diff := cmp.Diff(Known{User: u, Active: true, Blocked: true, CreatedAt: a.now()}, got); diff != "" || err != nil {
			t.Errorf("%v (-want +got)\n%s", err, diff)
		}
		_, err = KnownOf(t.Context(), d, u.ID+1)
		want(t, err, fault.Absent)
	})
}
