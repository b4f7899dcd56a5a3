package account

import (
	"context"

	"zakup/internal/platform/client"
	"zakup/internal/platform/db"
	"zakup/internal/platform/limit"
)

// trySignIn counts a sign-in against the address of mail, whether somebody has
// it or not, and against where it comes from. It must be told when it has passed.
func (a *Accounts) trySignIn(ctx context.Context, email string) (*limit.Try, error) {
	key, from, rules := emailKey(email), client.Network(client.From(ctx)), a.o.Limits.Rules()
	return a.o.Limits.Try(ctx,
		limit.Count{Rule: rules.Login, Of: signInFrom(key, from), Own: true},
		limit.Count{Rule: rules.LoginAccount, Of: limit.Key("login", key), Wide: true},
		limit.Count{Rule: rules.LoginAddress, Of: limit.Key("login from", from)})
}

// proven lets whoever has just used a mailed secret of the address sign in from
// where they are, whatever failed before.
func (a *Accounts) proven(ctx context.Context, tx db.Tx, email string) error {
	return a.o.Limits.Known(ctx, tx, signInFrom(emailKey(email), client.Network(client.From(ctx))))
}

// signInFrom names the closest count of sign-ins: of one account from one place.
func signInFrom(key, from string) string { return limit.Key("login", key, from) }

// tryRegister counts a registration, and the letter that it sends.
func (a *Accounts) tryRegister(ctx context.Context, email string) error {
	from, rules := client.Network(client.From(ctx)), a.o.Limits.Rules()
	return a.tryLetter(ctx, registration, email, limit.Count{Rule: rules.Register, Of: limit.Key("register from", from)})
}

// registration is the kind of letters, for their limit, that registrations send:
// whoever asks for the others can't use up these.
const registration = "registration"

// tryLetter counts a letter of the kind that anybody may have sent to the
// address, whether there will be one or not.
func (a *Accounts) tryLetter(ctx context.Context, kind, email string, more ...limit.Count) error {
	from, rules := client.Network(client.From(ctx)), a.o.Limits.Rules()
	_, err := a.o.Limits.Try(ctx, append(more,
		limit.Count{Rule: rules.Letter, Of: limit.Key("letter", kind, emailKey(email))},
		limit.Count{Rule: rules.LetterFrom, Of: limit.Key("letter from", from)})...)
	return err
}
