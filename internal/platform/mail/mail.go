// Package mail owns letters: their table, their jobs and their delivery.
//
// A letter is queued in the transaction that gives its reason, by a key that
// makes it one: the same key is never queued, nor sent, twice. It is written
// when it is sent, by the renderer of its kind, so that nothing secret rests in
// the queue. A mail server that is down delays letters and nothing else.
//
// One thing can't be ruled out: a process that dies after the server took a
// letter and before that was recorded hands it over again. It has the same
// Message-ID then, by which servers and mail programs know it.
package mail

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
)

// Letter is what a person gets.
type Letter struct {
	Subject string
	Text    string
	HTML    string
}

// Note is a letter to be written and sent.
type Note struct {
	Key  string // makes the letter one, for ever
	Kind string // whose renderer writes it
	Ref  int64  // what it is about: an id whose meaning is the kind's
	To   string // an e-mail address
}

// Renderer writes the letter about ref.
type Renderer func(ctx context.Context, ref int64) (Letter, error)

// Transport hands a letter over. It wraps errors that no further try will mend
// in jobs.Cancel.
type Transport interface {
	Deliver(ctx context.Context, e Envelope) error
}

// Envelope is a written letter with what its transport needs.
type Envelope struct {
	ID   int64
	Kind string
	To   string
	At   time.Time
	Letter
}

// tries is how often a letter is tried: with ten minutes between tries, three
// and a half days.
const tries = 500

const (
	// serverTimeout is how long a mail server may take for one step: one that
	// looks for spam takes its time, and to give up is to send twice.
	serverTimeout = 5 * time.Minute
	// deliverTimeout is the time of one try.
	deliverTimeout = serverTimeout + time.Minute
	// recordTimeout is how long a try waits for the database to note its result.
	recordTimeout = 30 * time.Second
)

// Post takes letters and has them delivered.
type Post struct {
	db        *db.DB
	queue     *jobs.Queue
	transport Transport
	now       func() time.Time
	renderers map[string]Renderer
}

// New makes the post office of the database d.
func New(d *db.DB, q *jobs.Queue, t Transport, now func() time.Time) *Post {
	p := &Post{db: d, queue: q, transport: t, now: now, renderers: map[string]Renderer{}}
	jobs.Handle(q, deliverTimeout, p.deliver)
	return p
}

// Writes sets the renderer of a kind, before any job runs.
func (p *Post) Writes(kind string, r Renderer) { p.renderers[kind] = r }

type letterJob struct{ Letter int64 }

func (letterJob) Kind() string { return "letter" }

// Send queues a letter in tx; one with a known key is not queued again.
func (p *Post) Send(ctx context.Context, tx db.Tx, n Note) error {
	if p.renderers[n.Kind] == nil {
		return fmt.Errorf("mail: nobody writes letters of the kind %q", n.Kind)
	}
	var id int64
	err := tx.QueryRow(ctx, `
		insert into letters (key, kind, ref, recipient, state, tries, error, created_at)
		values ($1, $2, $3, $4, 'queued', 0, '', $5)
		on conflict (key) do nothing
		returning id`, n.Key, n.Kind, n.Ref, n.To, p.now()).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("mail: queue %s: %w", n.Kind, err)
	}
	return p.queue.Enqueue(ctx, tx, letterJob{id}, jobs.Options{Tries: tries})
}

func (p *Post) deliver(ctx context.Context, job letterJob) error {
	e := Envelope{ID: job.Letter, At: p.now()}
	var ref int64
	var state string
	err := p.db.QueryRow(ctx, `select kind, ref, recipient, state from letters where id = $1`, e.ID).
		Scan(&e.Kind, &ref, &e.To, &state)
	if err != nil {
		return fmt.Errorf("mail: letter %d: %w", e.ID, err)
	}
	if state == "sent" {
		return nil
	}
	if jobs.Exhausted(ctx) {
		err := jobs.Cancel(errors.New("mail: every try ended with its process"))
		return errors.Join(err, p.record(ctx, e.ID, err))
	}
	if e.Letter, err = p.write(ctx, e.Kind, ref); err == nil {
		err = p.transport.Deliver(ctx, e)
	}
	return errors.Join(err, p.record(context.WithoutCancel(ctx), e.ID, err))
}

func (p *Post) write(ctx context.Context, kind string, ref int64) (Letter, error) {
	render := p.renderers[kind]
	if render == nil { // a newer program beside this one may know it
		return Letter{}, fmt.Errorf("mail: nobody here writes letters of the kind %q", kind)
	}
	return render(ctx, ref)
}

// record keeps what became of a try.
func (p *Post) record(ctx context.Context, id int64, failure error) error {
	state, text, sent := "sent", "", new(p.now())
	if failure != nil {
		state, text, sent = "queued", failure.Error(), nil
		if jobs.Cancelled(failure) || jobs.LastTry(ctx) {
			state = "failed"
		}
	}
	note := func() error {
		return p.db.InTx(ctx, func(tx db.Tx) error {
			_, err := tx.Exec(ctx, `
				update letters set state = $2, tries = tries + 1, error = $3, sent_at = $4
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
