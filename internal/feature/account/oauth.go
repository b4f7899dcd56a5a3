package account

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"golang.org/x/oauth2"

	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/oauth"
)

// The faults of signing in with a provider.
var (
	NoProvider = fault.New(fault.NotFound, "no_such_provider",
		"Такого сервиса входа нет: какие есть, говорит GET user/oauth", "There is no such sign-in provider: GET user/oauth tells which there are")
	BadReturn = fault.New(fault.Invalid, "oauth_return",
		"Этот адрес возврата не разрешён: он должен в точности стоять в настройках сервиса",
		"This return address is not allowed: it must stand in the settings of the service to the letter")
	BadState = fault.New(fault.Invalid, "oauth_state",
		"Вход начат не в этом браузере, уже закончен или длился больше десяти минут: начните сначала",
		"This sign-in was not begun in this browser, is over, or took longer than ten minutes: begin anew")
	Declined = fault.New(fault.Unauthenticated, "oauth_declined",
		"Сервис входа отказал или вход отменён", "The sign-in provider refused, or the sign-in was cancelled")
	BadCode = fault.New(fault.Unauthenticated, "oauth_code",
		"Код входа неизвестен, использован, просрочен или выдан другому клиенту",
		"The code of the sign-in is unknown, used, expired, or was given to another client")
	TooManyFlows = fault.New(fault.Unavailable, "oauth_busy",
		"Слишком много входов одновременно: попробуйте через несколько минут", "Too many sign-ins at once: try again in some minutes")
)

const (
	// flowLife is how long a person may stay at the provider.
	flowLife = 10 * time.Minute
	// codeLife is how long the result waits for the client that began.
	codeLife = 5 * time.Minute
	// maxFlows is how many sign-ins may be on their way at once, all told.
	maxFlows = 10_000
)

// Begin is what a client says that begins a sign-in with a provider.
type Begin struct {
	Provider string
	Return   string // where the browser goes with the result; "": nowhere
	// Challenge is the base64url of the SHA-256 of a verifier that the client keeps
	// (RFC 7636, S256): who comes for the result must say the verifier.
	Challenge string
	Browser   string // what the browser's cookie has already; "": none
	Callback  string // our address that the provider sends the browser back to
}

// Begun is where the browser goes, and what its cookie must have for flowLife.
type Begun struct {
	Address, Browser string
	Life             time.Duration
}

var (
	challengeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)
	tokenForm     = regexp.MustCompile(`^[0-9a-f]{40}$`)
)

// Providers are those by whom one can sign in.
func (a *Accounts) Providers() oauth.Providers { return a.o.Providers }

// BeginOAuth notes a sign-in that a browser begins. A result that goes into an
// address may be seen there, so that it needs a challenge. NoProvider, BadReturn,
// TooManyFlows, oauth.Unreachable.
func (a *Accounts) BeginOAuth(ctx context.Context, b Begin) (Begun, error) {
	p, ok := a.o.Providers.Find(b.Provider)
	switch {
	case !ok:
		return Begun{}, NoProvider
	case b.Return != "" && !slices.Contains(a.o.Returns, b.Return):
		return Begun{}, BadReturn
	case b.Challenge == "" && b.Return != "":
		return Begun{}, fault.BadArguments.WithText("code_challenge", fault.Blank())
	case b.Challenge != "" && !challengeForm.MatchString(b.Challenge):
		return Begun{}, fault.BadArguments.With("code_challenge",
			"Нужен SHA-256 проверочного слова в base64url: 43 знака.", "The SHA-256 of the verifier in base64url is needed: 43 characters.")
	}
	out := Begun{Browser: b.Browser, Life: flowLife}
	if !tokenForm.MatchString(b.Browser) {
		out.Browser, _ = newToken()
	}
	state, hash := newToken()
	nonce, _ := newToken()
	f := oauth.Flow{State: state, Nonce: nonce, Verifier: oauth2.GenerateVerifier()}
	var err error
	if out.Address, err = p.Begin(ctx, b.Callback, f); err != nil {
		return Begun{}, err
	}
	now := a.o.Now()
	err = a.db.InTx(ctx, func(tx db.Tx) error {
		for _, expired := range []string{
			`delete from oauth_flows where expires_at <= $1`, `delete from oauth_codes where expires_at <= $1`,
		} {
			if _, err := tx.Exec(ctx, expired, now); err != nil {
				return err
			}
		}
		n, err := tx.Exec(ctx, `
			insert into oauth_flows (state, provider, nonce, verifier, browser, return_to, challenge, expires_at)
			select $1, $2, $3, $4, $5, $6, $7, $8 where (select count(*) from oauth_flows) < $9`,
			hash, p.Name, f.Nonce, f.Verifier, hashToken(out.Browser), b.Return, b.Challenge, now.Add(flowLife), maxFlows)
		if err == nil && n == 0 {
			return TooManyFlows
		}
		return err
	})
	if err != nil {
		return Begun{}, fmt.Errorf("account: begin oauth: %w", err)
	}
	return out, nil
}

// Callback is what a browser brings back from a provider.
type Callback struct {
	Provider, State, Code string
	Issuer                string // the parameter iss, if there was one
	Refused               string // the parameter error, if there was one
	Browser               string // of the cookie
	Callback              string // our address that this is
}

// Result is what the client comes for: a code for SignInWith or Link, that works
// once and for Life. It is told at Return, if that is not "".
type Result struct {
	Code, Return string
	Life         time.Duration
}

// FinishOAuth ends a sign-in that was begun in the same browser with the same
// provider, once. Result.Return is also there with a fault, when it is known.
// BadState, Declined, oauth.Unreachable, oauth.Untrusted.
func (a *Accounts) FinishOAuth(ctx context.Context, c Callback) (Result, error) {
	var out Result
	p, ok := a.o.Providers.Find(c.Provider)
	if !ok {
		return out, NoProvider
	}
	f := oauth.Flow{State: c.State}
	var challenge string
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		return tx.QueryRow(ctx, `
			delete from oauth_flows where state = $1 and provider = $2 and browser = $3 and expires_at > $4
			returning nonce, verifier, return_to, challenge`,
			hashToken(c.State), p.Name, hashToken(c.Browser), a.o.Now()).Scan(&f.Nonce, &f.Verifier, &out.Return, &challenge)
	})
	if errors.Is(err, db.ErrNoRows) {
		return out, BadState
	}
	if err != nil {
		return out, fmt.Errorf("account: finish oauth: %w", err)
	}
	if c.Refused != "" {
		return out, Declined.Because(fmt.Errorf("%s: %.100q", p.Name, c.Refused))
	}
	id, err := p.Finish(ctx, c.Callback, f, c.Code, c.Issuer)
	if err != nil {
		return out, err
	}
	out.Code, out.Life = "", codeLife
	out.Code, err = a.keepProof(ctx, id, challenge)
	return out, err
}

// keepProof keeps what a provider proved until the client comes for it.
func (a *Accounts) keepProof(ctx context.Context, id oauth.Identity, challenge string) (string, error) {
	if !goodEmail(id.Email) || len(id.Email) > maxEmail {
		id.Email, id.Verified = "", false
	}
	code, hash := newToken()
	err := a.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `
			insert into oauth_codes (hash, challenge, provider, subject, email, verified, first_name, last_name, expires_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, hash, challenge, id.Provider, id.Subject, id.Email, id.Verified,
			clipped(id.FirstName, maxName), clipped(id.LastName, maxName), a.o.Now().Add(codeLife))
		return err
	})
	if err != nil {
		return "", fmt.Errorf("account: finish oauth: %w", err)
	}
	return code, nil
}

// ownerOf is whose identity the code proves; 0 when nobody's yet. BadCode.
func (a *Accounts) ownerOf(ctx context.Context, code, verifier string) (who ID, err error) {
	err = a.db.QueryRow(ctx, `
		select coalesce(i.user_id, 0) from oauth_codes c left join identities i on i.provider = c.provider and i.subject = c.subject
		where c.hash = $1 and c.challenge = $2 and c.expires_at > $3`,
		hashToken(code), challengeOf(verifier), a.o.Now()).Scan(&who)
	if errors.Is(err, db.ErrNoRows) {
		err = BadCode
	}
	return who, err
}

// takeProof takes what a provider proved, once. BadCode.
func (a *Accounts) takeProof(ctx context.Context, tx db.Tx, code, verifier string) (id oauth.Identity, err error) {
	err = tx.QueryRow(ctx, `
		delete from oauth_codes where hash = $1 and challenge = $2 and expires_at > $3
		returning provider, subject, email, verified, first_name, last_name`,
		hashToken(code), challengeOf(verifier), a.o.Now()).
		Scan(&id.Provider, &id.Subject, &id.Email, &id.Verified, &id.FirstName, &id.LastName)
	if errors.Is(err, db.ErrNoRows) {
		err = BadCode
	}
	return id, err
}

// challengeOf is the challenge of a verifier; "" of none.
func challengeOf(verifier string) string {
	if verifier == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
