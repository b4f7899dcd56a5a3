package mail

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
)

func (p *Post) deliver(ctx context.Context, job letterJob) error {
	e := Envelope{ID: job.Letter, At: p.now()}
	var ref int64
	var state State
	var lang string
	err := p.db.QueryRow(ctx, `select kind, ref, recipient, state, language from letters where id = $1`, e.ID).
		Scan(&e.Kind, &ref, &e.To, &state, &lang)
	if err != nil {
		return fmt.Errorf("mail: letter %d: %w", e.ID, err)
	}
	if state == Sent {
		return nil
	}
	if jobs.Exhausted(ctx) {
		err := jobs.Cancel(errors.New("mail: every try ended with its process"))
		return errors.Join(err, p.record(ctx, e.ID, err))
	}
	defer func() {
		if why := recover(); why != nil { // the queue tells the rest of it
			failure := quiet{fmt.Errorf("mail: panic: %v", why)}
			if err := p.record(context.WithoutCancel(ctx), e.ID, failure); err != nil {
				why = fmt.Sprintf("%v; %v", failure, err)
			}
			panic(why)
		}
	}()
	if e.Letter, err = p.write(ctx, e.Kind, ref, lang); err == nil {
		err = p.hand(ctx, e)
	}
	return errors.Join(err, p.record(context.WithoutCancel(ctx), e.ID, err))
}

func (p *Post) hand(ctx context.Context, e Envelope) error {
	if e.Only != "" && e.Only != e.To {
		return jobs.Cancel(errors.New("mail: the person has another address now"))
	}
	if err := p.transport.Deliver(ctx, e); err != nil {
		return quiet{err}
	}
	return nil
}

// quiet is an error of the mail server, whose words may repeat what the letter
// says: what looks like a secret is not told.
type quiet struct{ error }

var secret = regexp.MustCompile(`[0-9A-Fa-f]{32,}`)

func (q quiet) Error() string { return secret.ReplaceAllString(q.error.Error(), "***") }

// Unwrap is for those who look whether it was cancelled.
func (q quiet) Unwrap() error { return q.error }

func (p *Post) write(ctx context.Context, kind string, ref int64, lang string) (Letter, error) {
	render := p.renderers[kind]
	if render == nil { // a newer program beside this one may know it
		return Letter{}, fmt.Errorf("mail: nobody here writes letters of the kind %q", kind)
	}
	l, err := render(ctx, ref, lang)
	if attach := p.attachers[kind]; attach != nil && err == nil {
		l.Files, err = attach(ctx, ref, lang)
	}
	return l, err
}

// record keeps what became of a try.
func (p *Post) record(ctx context.Context, id int64, failure error) error {
	state, text, sent := Sent, "", new(p.now())
	if failure != nil {
		state, text, sent = Queued, failure.Error(), nil
		if jobs.Cancelled(failure) || jobs.LastTry(ctx) {
			state = Failed
		}
	}
	note := func() error {
		return p.db.InTx(ctx, func(tx db.Tx) error {
			_, err := tx.Exec(ctx, `
				update letters set state = $2, tries = tries + 1, sent_at = $4,
					error = case when forget and $2 <> 'queued' then '' else $3 end,
					recipient = case when forget and $2 <> 'queued' then '' else recipient end
				where id = $1 and state <> 'sent'`, id, state, text, sent)
			return err
		})
	}
	// A letter that went out and is not noted would go out again.
	end := time.After(recordTimeout)
	for {
		err := note()
		if err == nil || failure != nil {
			return err
		}
		select {
		case <-end:
			return fmt.Errorf("mail: letter %d went out, which could not be noted: %w", id, err)
		case <-time.After(time.Second):
		}
	}
}
