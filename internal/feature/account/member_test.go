package account

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/platform/db"
	"zakup/internal/platform/db/dbtest"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// owner makes a supplier with a shop, which a feature of later makes else.
func (a *accounts) owner(t *testing.T, email string) User {
	t.Helper()
	u, err := a.AddActive(t.Context(), profile(email), Shop)
	if err != nil {
		t.Fatal(err)
	}
	a.shop(t, u.ID)
	return u
}

func (a *accounts) shop(t *testing.T, owner ID) {
	t.Helper()
	a.exec(t, `insert into shops (user_id, name, named, url, approved, accepting, created_at) values ($1, 'Чайная', $2, '', $2, $2, $3)`,
		owner, true, a.now())
}

// invite invites an address and returns the token of the letter.
func (a *accounts) invite(t *testing.T, owner ID, email string, r Role) string {
	t.Helper()
	if _, err := a.Invite(t.Context(), owner, email, r, mail.Russian); err != nil {
		t.Fatal(err)
	}
	return a.mailed(t, invitationLetter, email)
}

// member makes a buyer a member of the owner.
func (a *accounts) member(t *testing.T, owner ID, email string, r Role) User {
	t.Helper()
	u := a.person(t, email)
	if err := a.Accept(t.Context(), u, a.invite(t, owner, email, r)); err != nil {
		t.Fatal(err)
	}
	return a.known(t, u.ID)
}

func (a *accounts) known(t *testing.T, id ID) User {
	t.Helper()
	u, err := Find(t.Context(), a.d, id)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// told are the members of an owner, each "address role state".
func (a *accounts) told(t *testing.T, owner ID) []string {
	t.Helper()
	list, err := a.Members(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	said := []string{}
	for _, m := range list {
		said = append(said, fmt.Sprintf("%s %s member %v", m.Email, m.Role, m.User != 0))
		if (m.User == 0) != (m.ExpiresAt != nil) {
			t.Errorf("%+v", m)
		}
	}
	return said
}

// ids are the memberships of an owner.
func (a *accounts) ids(t *testing.T, owner ID) (ids []MemberID) {
	t.Helper()
	list, err := a.Members(t.Context(), owner)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		ids = append(ids, m.ID)
	}
	return ids
}

// actsFor is for whom the person of a token acts, and how.
func (a *accounts) actsFor(t *testing.T, token string) (ID, Role) {
	t.Helper()
	u, err := a.Authenticate(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	return u.Owner, u.Role
}

func TestJoinAndLeave(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		tea := a.owner(t, "tea@example.com")
		token := a.invite(t, tea.ID, "New@example.com", Manager)
		if diff := cmp.Diff([]string{"New@example.com manager member false"}, a.told(t, tea.ID)); diff != "" {
			t.Error(diff)
		}
		joined := len(a.joined)
		p := Profile{FirstName: new("Анна"), LastName: new("Сомова"), Password: new(password)}
		id, err := a.AcceptNew(t.Context(), token, p)
		if err != nil {
			t.Fatal(err)
		}
		if len(a.joined) != joined {
			t.Error("a member got a shop of their own")
		}
		u := a.known(t, id)
		if u.Type != Shop || u.Owner != tea.ID || u.Role != Manager || u.Email != "New@example.com" || u.FirstName != "Анна" || u.Member == 0 {
			t.Errorf("%+v", u)
		}
		if _, err := a.AcceptNew(t.Context(), token, p); !is(err, InvitationGone) {
			t.Errorf("a second time: %v", err)
		}
		mine, owners := a.login(t, "new@example.com", password), a.login(t, tea.Email, password)
		if who, r := a.actsFor(t, mine); who != tea.ID || r != Manager {
			t.Errorf("%d %s", who, r)
		}
		if who, r := a.actsFor(t, owners); who != tea.ID || r != Owner {
			t.Errorf("%d %s", who, r)
		}
		_, stamp, err := a.Check(t.Context(), "new@example.com", password)
		if err != nil {
			t.Fatal(err)
		}

		// Another role is another stamp, and ends sign-ins; the same is neither.
		if err := a.SetRole(t.Context(), tea.ID, u.Member, Manager); err != nil || !a.signedIn(t, mine) {
			t.Errorf("the same role: %v", err)
		}
		if err := a.SetRole(t.Context(), tea.ID, u.Member, Viewer); err != nil || a.signedIn(t, mine) {
			t.Errorf("another role: %v", err)
		}
		if now, err := StampOf(t.Context(), d, id); err != nil || now == stamp {
			t.Errorf("the stamp of another role: %v", err)
		}
		mine = a.login(t, "new@example.com", password)
		if who, r := a.actsFor(t, mine); who != tea.ID || r != Viewer {
			t.Errorf("%d %s", who, r)
		}

		if err := a.Leave(t.Context(), id); err != nil || a.signedIn(t, mine) || !a.signedIn(t, owners) {
			t.Errorf("left: %v", err)
		}
		if u := a.known(t, id); u.Type != Buyer || u.Owner != id || u.Role != Owner || u.Member != 0 {
			t.Errorf("who left: %+v", u)
		}
		want(t, a.Leave(t.Context(), id), fault.Absent)
		want(t, a.Leave(t.Context(), tea.ID), fault.Absent)

		// Whoever comes back does not have the stamp of before.
		if err := a.Accept(t.Context(), a.known(t, id), a.invite(t, tea.ID, "new@example.com", Manager)); err != nil {
			t.Fatal(err)
		}
		if now, err := StampOf(t.Context(), d, id); err != nil || now == stamp {
			t.Errorf("the stamp came back: %v", err)
		}
		n, err := a.EndMembers(t.Context(), tea.ID, a.ids(t, tea.ID))
		if err != nil || n != 1 || a.known(t, id).Type != Buyer {
			t.Errorf("ended %d: %v", n, err)
		}
		if acts := a.acts(t); !slices.Equal(acts, []string{
			"member.invite", "member.join", "member.role", "member.end", "member.invite", "member.join", "member.end",
		}) {
			t.Errorf("recorded %v", acts)
		}
	})
}

// acts are the acts about members in the log.
func (a *accounts) acts(t *testing.T) []string {
	t.Helper()
	rows, err := a.d.Query(t.Context(), `select action from audit_log where action like 'member.%' order by id`)
	list, err := db.Collect(rows, err, func(r db.Row) (s string, err error) { return s, r.Scan(&s) })
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestInvitationsAreRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		tea, coffee := a.owner(t, "tea@example.com"), a.owner(t, "coffee@example.com")
		anna := a.member(t, tea.ID, "anna@example.com", Viewer)
		boris, stranger := a.person(t, "boris@example.com"), a.person(t, "stranger@example.com")
		token := a.invite(t, tea.ID, boris.Email, Manager)

		for email, f := range map[string]*fault.Error{anna.Email: AlreadyMember, "TEA@example.com": AlreadyMember, "nobody": fault.BadArguments} {
			_, err := a.Invite(t.Context(), tea.ID, email, Viewer, "")
			want(t, err, f)
		}
		_, err := a.Invite(t.Context(), tea.ID, "x@example.com", Owner, "")
		want(t, err, fault.BadArguments)
		want(t, a.SetRole(t.Context(), tea.ID, anna.Member, Owner), fault.BadArguments)
		for _, who := range []ID{anna.ID, boris.ID} {
			_, err = a.Invite(t.Context(), who, "x@example.com", Viewer, "")
			want(t, err, MayNotInvite)
		}

		// What is another owner's is not there.
		want(t, a.SetRole(t.Context(), coffee.ID, anna.Member, Manager), fault.Absent)
		if n, err := a.EndMembers(t.Context(), coffee.ID, a.ids(t, tea.ID)); err != nil || n != 0 {
			t.Errorf("ended %d of another: %v", n, err)
		}

		// A token is of one address, and for who sells nothing.
		want(t, a.Accept(t.Context(), stranger, token), InvitationGone)
		want(t, a.Accept(t.Context(), stranger, "0000"), InvitationGone)
		p := profile("")
		p.Email = nil
		_, err = a.AcceptNew(t.Context(), token, p)
		want(t, err, AccountExists)
		for _, who := range []User{coffee, anna} {
			want(t, a.Accept(t.Context(), who, a.invite(t, map[bool]ID{true: tea.ID, false: coffee.ID}[who.ID == coffee.ID], who.Email, Viewer)), NotForSuppliers)
		}
		// A buyer who sold before has a shop that orders still name.
		old := a.person(t, "old@example.com")
		a.shop(t, old.ID)
		want(t, a.Accept(t.Context(), old, a.invite(t, tea.ID, old.Email, Viewer)), NotForSuppliers)
		if u := a.known(t, old.ID); u.Type != Buyer {
			t.Errorf("a refusal changed %+v", u)
		}

		// Revoked, expired, and letters of those.
		gone := a.invite(t, tea.ID, "gone@example.com", Viewer)
		ids := a.ids(t, tea.ID)
		if n, err := a.EndMembers(t.Context(), tea.ID, ids[len(ids)-1:]); err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		_, err = a.AcceptNew(t.Context(), gone, p)
		want(t, err, InvitationGone)
		if _, err := a.writeInvitation(t.Context(), int64(ids[len(ids)-1]), mail.Russian); !jobs.Cancelled(err) {
			t.Errorf("the letter of what is gone: %v", err)
		}
		a.move(invitationLife)
		want(t, a.Accept(t.Context(), boris, token), InvitationGone)
		if diff := cmp.Diff([]string{"anna@example.com viewer member true"}, a.told(t, tea.ID)); diff != "" {
			t.Error(diff)
		}
	})
}

// Whoever registered an address that is not theirs has nothing of it when its
// owner joins.
func TestAnUnconfirmedAccountOfTheInvited(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		tea := a.owner(t, "tea@example.com")
		theirs := a.registered(t, "anna@example.com")
		p := Profile{FirstName: new("Анна"), LastName: new("Сомова"), Password: new("another#Pass1")}
		id, err := a.AcceptNew(t.Context(), a.invite(t, tea.ID, "anna@example.com", Viewer), p)
		if err != nil {
			t.Fatal(err)
		}
		want(t, a.Confirm(t.Context(), "anna@example.com", theirs), BadSecret)
		_, err = a.Login(t.Context(), "anna@example.com", password, "")
		want(t, err, BadLogin)
		if u, err := a.Authenticate(t.Context(), a.login(t, "anna@example.com", "another#Pass1")); err != nil || u.ID != id || u.FirstName != "Анна" || u.Owner != tea.ID {
			t.Errorf("%+v, %v", u, err)
		}
	})
}

func TestAnOwnerIsBlocked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		tea := a.owner(t, "tea@example.com")
		anna := a.member(t, tea.ID, "anna@example.com", Manager)
		before := a.login(t, anna.Email, password)
		_, stamp, err := a.Check(t.Context(), anna.Email, password)
		if err != nil {
			t.Fatal(err)
		}
		a.block(t, tea.ID, true)
		if a.signedIn(t, before) {
			t.Error("a sign-in of a member outlived the block of the owner")
		}
		during := a.login(t, anna.Email, password)
		if who, _ := a.actsFor(t, during); who != 0 {
			t.Errorf("acts for %d", who)
		}
		if now, err := StampOf(t.Context(), d, anna.ID); err != nil || now == stamp {
			t.Errorf("the stamp is the same: %v", err)
		}
		_, err = a.Invite(t.Context(), tea.ID, "x@example.com", Viewer, "")
		want(t, err, MayNotInvite)
		a.block(t, tea.ID, false)
		if who, _ := a.actsFor(t, during); who != tea.ID {
			t.Errorf("acts for %d", who)
		}

		// A member who is blocked is alone.
		boris := a.login(t, a.member(t, tea.ID, "boris@example.com", Viewer).Email, password)
		owners := a.login(t, tea.Email, password)
		a.block(t, anna.ID, true)
		if a.signedIn(t, during) || !a.signedIn(t, owners) || !a.signedIn(t, boris) {
			t.Error("the block of a member")
		}
	})
}

// Who is no supplier any more has no members, and a member made a buyer is none.
func TestMembersOfAnotherType(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		tea := a.owner(t, "tea@example.com")
		change := func(id ID) {
			t.Helper()
			err := d.InTx(t.Context(), func(tx db.Tx) error {
				changed, err := ChangeType(t.Context(), tx, id, Buyer)
				if err == nil && !changed {
					err = errors.New("nothing changed")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		anna, boris := a.member(t, tea.ID, "anna@example.com", Manager), a.member(t, tea.ID, "boris@example.com", Viewer)
		signed := a.login(t, boris.Email, password)
		a.invite(t, tea.ID, "vera@example.com", Viewer)
		change(anna.ID)
		if u := a.known(t, anna.ID); u.Type != Buyer || u.Member != 0 {
			t.Errorf("%+v", u)
		}
		change(tea.ID)
		if u := a.known(t, boris.ID); u.Type != Buyer || u.Member != 0 || a.signedIn(t, signed) || len(a.told(t, tea.ID)) != 0 {
			t.Errorf("%+v, %v", u, a.told(t, tea.ID))
		}
		if n := a.count(t, `select count(*) from invitations`); n != 0 {
			t.Errorf("%d tokens of invitations", n)
		}
	})
}

// However many accept an invitation at once, by whichever of its letters, one does.
func TestAcceptAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		tea := a.owner(t, "tea@example.com")
		for round := range 3 {
			email := fmt.Sprintf("anna%d@example.com", round)
			tokens := []string{a.invite(t, tea.ID, email, Viewer), a.invite(t, tea.ID, email, Viewer)}
			p := Profile{FirstName: new("Анна"), LastName: new("Сомова"), Password: new(password)}
			all := atOnce(10, func(i int) error {
				_, err := a.AcceptNew(t.Context(), tokens[i%2], p)
				if is(err, AccountExists) {
					err = InvitationGone
				}
				return err
			})
			oneOf(t, all, InvitationGone)
		}
		// Of two suppliers' invitations a person accepts one.
		for round := range 3 {
			coffee := a.owner(t, fmt.Sprintf("coffee%d@example.com", round))
			u := a.person(t, fmt.Sprintf("boris%d@example.com", round))
			tokens := []string{a.invite(t, tea.ID, u.Email, Viewer), a.invite(t, coffee.ID, u.Email, Viewer)}
			oneOf(t, a.crowd(t, "users", 2, func(i int) error { return a.Accept(t.Context(), u, tokens[i]) }), NotForSuppliers)
		}
		if n := a.count(t, `select count(*) from members where user_id is not null`); n != 6 {
			t.Errorf("%d members", n)
		}
	})
}

// Fifty invitations at once: twenty are made, each address has one.
func TestInviteAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		tea := a.owner(t, "tea@example.com")
		all := a.crowd(t, "users", 50, func(i int) error {
			_, err := a.Invite(t.Context(), tea.ID, fmt.Sprintf("m%d@example.com", i), Viewer, "")
			return err
		})
		made := 0
		for _, err := range all {
			if err == nil {
				made++
				continue
			}
			want(t, err, TooManyMembers)
		}
		if n := a.count(t, `select count(*) from members`); made != maxMembers || n != maxMembers || len(a.letters(t)) != maxMembers {
			t.Errorf("%d made, %d there, %d letters", made, n, len(a.letters(t)))
		}
		// An address that is there is invited anew, and takes no further place.
		first, err := a.Members(t.Context(), tea.ID)
		if err != nil {
			t.Fatal(err)
		}
		a.move(time.Hour)
		again := a.crowd(t, "users", 10, func(int) error {
			id, err := a.Invite(t.Context(), tea.ID, first[0].Email, Manager, "")
			if err == nil && id != first[0].ID {
				err = fmt.Errorf("made %d", id)
			}
			return err
		})
		if err := errors.Join(again...); err != nil {
			t.Error(err)
		}
		// What has expired makes room: all but the one that was renewed.
		a.move(invitationLife - time.Hour)
		if _, err := a.Invite(t.Context(), tea.ID, "late@example.com", Viewer, ""); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{first[0].Email + " manager member false", "late@example.com viewer member false"}, a.told(t, tea.ID)); diff != "" {
			t.Error(diff)
		}
	})
}

// Whatever the order of logins and the end of a membership at once: when it has
// returned, no token acts for the shop, and none of before works.
func TestEndAndLoginAtOnce(t *testing.T) {
	const logins = 10
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		a := open(t, d)
		tea := a.owner(t, "tea@example.com")
		for round := range 3 {
			anna := a.member(t, tea.ID, fmt.Sprintf("anna%d@example.com", round), Manager)
			tokens := make([]string, logins)
			before := a.login(t, anna.Email, password)
			all := a.crowd(t, "users", logins+1, func(i int) error {
				if i == logins {
					n, err := a.EndMembers(t.Context(), tea.ID, []MemberID{anna.Member})
					if err == nil && (n != 1 || a.signedIn(t, before)) {
						err = errors.New("a token works when the membership has ended")
					}
					return err
				}
				token, err := a.Login(t.Context(), anna.Email, password, "")
				tokens[i] = token
				return err
			})
			if err := errors.Join(all...); err != nil {
				t.Error(err)
			}
			for _, token := range tokens {
				u, err := a.Authenticate(t.Context(), token)
				if err == nil && (u.Type != Buyer || u.Owner != anna.ID) {
					t.Errorf("a token acts: %+v", u)
				}
			}
		}
	})
}
