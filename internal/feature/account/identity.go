package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/oauth"
)

// IdentityID names an identity.
type IdentityID int64

// Identity is a provider's word for who a person is. Its subject is the key,
// never its address.
type Identity struct {
	ID       IdentityID
	Provider string
	Title    string // of the provider, for people
	Email    string // as the provider said it then
	LinkedAt time.Time
}

// The faults of identities.
var (
	LinkRequired = fault.New(fault.Conflict, "link_required",
		"С этим адресом уже есть учётная запись: войдите в неё по паролю и свяжите её с сервисом входа (POST user/identities)",
		"There is an account of this address already: sign in to it by password and link it with the provider (POST user/identities)")
	Unverified = fault.New(fault.Forbidden, "oauth_unverified",
		"Сервис входа не подтвердил ваш адрес: подтвердите его там или зарегистрируйтесь по паролю",
		"The provider does not vouch for your address: confirm it there, or register with a password")
	IdentityTaken = fault.New(fault.Conflict, "identity_taken",
		"Этот вход уже связан с учётной записью", "This sign-in is linked with an account already")
	LastIdentity = fault.New(fault.Conflict, "last_identity",
		"Без этого входа вы не сможете войти: сначала задайте пароль (POST user/password_reset)",
		"Without this one you could not sign in any more: set a password first (POST user/password_reset)")
	TooManyIdentities = fault.New(fault.Conflict, "too_many_identities",
		"Больше десяти входов связать нельзя", "No more than ten sign-ins can be linked")
)

// maxIdentities is how many of them a person may have.
const maxIdentities = 10

// SignInWith signs a person in by the code of FinishOAuth, and makes them when
// they are new: a buyer whose address the provider vouches for. Who has a second
// factor says its code too; the code of FinishOAuth stays good until that is right.
// BadCode, LinkRequired, Unverified, BadLogin, TOTPRequired, BadTOTP, TOTPLocked.
func (a *Accounts) SignInWith(ctx context.Context, code, verifier, second, lang string) (token string, err error) {
	who, err := a.ownerOf(ctx, code, verifier)
	if err == nil && who != 0 {
		err = a.countTry(ctx, who, second)
	}
	if err != nil {
		return "", err
	}
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		id, err := a.takeProof(ctx, tx, code, verifier)
		if err != nil {
			return err
		}
		who, err := a.personOf(ctx, tx, id, lang)
		if err != nil {
			return err
		}
		if _, err := a.checkFactor(ctx, tx, who, second); err != nil {
			return err
		}
		token, err = a.signIn(ctx, tx, who, id.Provider)
		return err
	})
	if err != nil {
		a.noteBadCode(ctx, who, err)
		return "", fmt.Errorf("account: oauth: %w", err)
	}
	return token, nil
}

// personOf is whose identity it is; somebody unknown joins.
func (a *Accounts) personOf(ctx context.Context, tx db.Tx, id oauth.Identity, lang string) (ID, error) {
	who, err := linked(ctx, tx, id)
	if who != 0 || err != nil {
		return who, err
	}
	if !id.Verified {
		return 0, Unverified
	}
	if who, err = a.join(ctx, tx, id, lang); err != nil {
		return 0, err
	}
	if who == 0 {
		// Somebody has the address: nobody, or by now this very person by a
		// request beside this one.
		if who, err = linked(ctx, tx, id); who == 0 && err == nil {
			who, err = a.claim(ctx, tx, id)
		}
		if err != nil {
			return 0, err
		}
		return who, nil
	}
	return who, a.link(ctx, tx, who, id)
}

// linked finds whose identity it is; 0 when nobody's.
func linked(ctx context.Context, tx db.Tx, id oauth.Identity) (who ID, err error) {
	err = tx.QueryRow(ctx, `select user_id from identities where provider = $1 and subject = $2`, id.Provider, id.Subject).Scan(&who)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	return who, err
}

// join makes an active buyer without a password; 0 when the address is taken.
func (a *Accounts) join(ctx context.Context, tx db.Tx, id oauth.Identity, lang string) (ID, error) {
	if lang == "" {
		lang = defaultLanguage
	}
	u := User{Email: id.Email, Type: Buyer, FirstName: id.FirstName, LastName: id.LastName, Language: lang}
	err := db.About(tx, 0).QueryRow(ctx, `
		insert into users (email, email_key, password_hash, type, first_name, last_name, company, position, language, active, created_at)
		values ($1, $2, '', $3, $4, $5, '', '', $6, $7, $8)
		on conflict (email_key) do nothing
		returning id`,
		u.Email, emailKey(u.Email), u.Type, u.FirstName, u.LastName, u.Language, true, a.o.Now()).Scan(&u.ID)
	if errors.Is(err, db.ErrNoRows) {
		return 0, nil
	}
	if err == nil {
		err = a.joined(ctx, tx, u, false)
	}
	return u.ID, err
}

// claim gives a person the account of their address that nobody has confirmed.
// Whoever registered it may have waited for that, so that what they know of it is
// ended first: the password, mailed secrets, sign-ins, and what they wrote.
// An account that is confirmed is linked by who is signed in to it, and else by
// nobody: LinkRequired, also when it is blocked.
func (a *Accounts) claim(ctx context.Context, tx db.Tx, id oauth.Identity) (who ID, err error) {
	err = tx.QueryRow(ctx, `
		update users set password_hash = '', active = $2, first_name = $3, last_name = $4, company = '', position = ''
		where email_key = $1 and not active and not blocked returning id`,
		emailKey(id.Email), true, id.FirstName, id.LastName).Scan(&who)
	if errors.Is(err, db.ErrNoRows) {
		return 0, LinkRequired
	}
	if err != nil {
		return 0, err
	}
	if err := endSignIns(ctx, tx, who); err != nil {
		return 0, err
	}
	if _, err := tx.Exec(ctx, `delete from secrets where user_id = $1`, who); err != nil {
		return 0, err
	}
	u, err := Find(ctx, tx, who)
	if err != nil {
		return 0, err
	}
	if err := a.joined(ctx, tx, u, false); err != nil {
		return 0, err
	}
	return who, a.link(ctx, tx, who, id)
}

// link adds the identity to the person, with its record and a letter.
func (a *Accounts) link(ctx context.Context, tx db.Tx, who ID, id oauth.Identity) error {
	// The row of the person makes links and their removal wait for each other.
	u, err := scanUser(tx.QueryRow(ctx, selectUser+` where id = $1`+db.ForUpdate(tx), who))
	if err != nil {
		return err
	}
	n, err := tx.Exec(ctx, `
		insert into identities (user_id, provider, subject, email, linked_at)
		select $1, $2, $3, $4, $5 where (select count(*) from identities where user_id = $1) < $6
		on conflict (provider, subject) do nothing`, who, id.Provider, id.Subject, id.Email, a.o.Now(), maxIdentities)
	if err != nil {
		return err
	}
	if n == 0 {
		if owner, err := linked(ctx, tx, id); err != nil || owner != 0 {
			return errors.Join(IdentityTaken, err)
		}
		return TooManyIdentities
	}
	err = a.trail.Record(audit.As(ctx, int64(who)), tx, audit.Entry{Action: "identity.link", Subject: userSubject(who), Details: id.Provider})
	if err != nil {
		return err
	}
	return a.tellIdentities(ctx, tx, u)
}

// Link adds what a provider proved to the person who is signed in. BadCode,
// IdentityTaken, TooManyIdentities.
func (a *Accounts) Link(ctx context.Context, who ID, code, verifier string) error {
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		id, err := a.takeProof(ctx, tx, code, verifier)
		if err != nil {
			return err
		}
		return a.link(ctx, tx, who, id)
	})
	if err != nil {
		return fmt.Errorf("account: link: %w", err)
	}
	return nil
}

// Identities are the person's, oldest first.
func (a *Accounts) Identities(ctx context.Context, who ID) ([]Identity, error) {
	rows, err := a.db.Query(ctx, `select id, provider, email, linked_at from identities where user_id = $1 order by id`, who)
	list, err := db.Collect(rows, err, func(r db.Row) (i Identity, err error) {
		err = r.Scan(&i.ID, &i.Provider, &i.Email, &i.LinkedAt)
		i.Title = a.o.Providers.Title(i.Provider)
		return i, err
	})
	if err != nil {
		return nil, fmt.Errorf("account: identities: %w", err)
	}
	return list, nil
}

// Unlink removes identities of the person and returns how many. LastIdentity when
// they could not sign in any more then: none is removed.
func (a *Accounts) Unlink(ctx context.Context, who ID, ids []IdentityID) (n int64, err error) {
	if len(ids) == 0 {
		return 0, nil
	}
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		// Two removals at once would each leave the other's: one waits.
		u, err := scanUser(tx.QueryRow(ctx, selectUser+` where id = $1`+db.ForUpdate(tx), who))
		if err != nil {
			return err
		}
		list, args := db.In([]any{who}, ids)
		if n, err = tx.Exec(ctx, `delete from identities where user_id = $1 and id in (`+list+`)`, args...); err != nil || n == 0 {
			return err
		}
		var stuck bool
		err = tx.QueryRow(ctx, `
			select password_hash = '' and not exists (select 1 from identities where user_id = $1) from users where id = $1`, who).Scan(&stuck)
		if err == nil && stuck {
			err = LastIdentity
		}
		if err != nil {
			return err
		}
		err = a.trail.Record(ctx, tx, audit.Entry{
			Action: "identity.unlink", Subject: userSubject(who), Details: fmt.Sprintf("%d", n),
		})
		if err != nil {
			return err
		}
		return a.tellIdentities(ctx, tx, u)
	})
	if err != nil {
		return 0, fmt.Errorf("account: unlink: %w", err)
	}
	return n, nil
}
