package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"
)

// tellTokens prints what the check of a token costs that was not seen yet, and of
// one that was.
func tellTokens(ctx context.Context, p *place, people []*customer, out io.Writer) error {
	fmt.Fprint(out, "\n| check of a token | median µs | p95 µs |\n| --- | --- | --- |\n")
	for _, name := range []string{"not seen: one statement", "seen in the last seconds: none"} {
		var took []time.Duration
		for _, c := range people {
			start := time.Now()
			if _, err := p.Accounts.SignInOf(ctx, c.token); err != nil {
				return err
			}
			took = append(took, time.Since(start))
		}
		fmt.Fprintf(out, "| %s | %.1f | %.1f |\n", name, micros(at(took, 50)), micros(at(took, 95)))
	}
	return nil
}

func micros(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1000 }

// tellAnswers prints how long an answer takes about an address that somebody has,
// and about one that nobody has, asked in turn.
func (o Logins) tellAnswers(ctx context.Context, url string, people []*customer, out io.Writer) error {
	fmt.Fprint(out, "\n| asked about an address | known, median ms | p95 | unknown, median ms | p95 |\n| --- | --- | --- | --- | --- |\n")
	c := &http.Client{Transport: &http.Transport{}}
	defer c.CloseIdleConnections()
	for _, q := range []struct{ name, path, body string }{
		{"sign-in with a wrong password", "login", `{"email": %q, "password": "wrong"}`},
		{"new password", "password_reset", `{"email": %q}`},
		{"letter again", "register/resend", `{"email": %q}`},
		{"registration", "register", `{"email": %q, "password": "long-Enough-1", "first_name": "Анна", "last_name": "Ветрова"}`},
	} {
		var known, unknown []time.Duration
		for n, p := range people {
			for k := range 2 {
				email, to := p.who.Email, &known
				if (n+k)%2 == 0 { // whoever is second finds warmer memory
					email, to = fmt.Sprintf("nobody%d-%s@example.com", n, q.path[:3]), &unknown
				}
				start := time.Now()
				if _, err := o.send(ctx, c, http.MethodPost, url+"/api/v1/user/"+q.path, fmt.Sprintf(q.body, email)); err != nil {
					return err
				}
				*to = append(*to, time.Since(start))
			}
		}
		ms := func(list []time.Duration, percent int) float64 { return micros(at(list, percent)) / 1000 }
		fmt.Fprintf(out, "| %s | %.2f | %.2f | %.2f | %.2f |\n", q.name, ms(known, 50), ms(known, 95), ms(unknown, 50), ms(unknown, 95))
	}
	return nil
}
