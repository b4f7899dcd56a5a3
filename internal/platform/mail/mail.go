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
	"fmt"
	"slices"
	"strings"
	"time"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
)

// Letter is what a person gets.
type Letter struct {
	Subject string
	Text    string
	HTML    string
	Files   []File
	Only    string // the one address that may get it; "" for any
}

// File is an attachment.
type File struct {
	Name string // in any alphabet; what file names can't have is replaced
	Type string // a MIME type
	Data []byte
}

// The languages of letters.
const (
	Russian = "ru"
	English = "en"
)

// Note is a letter to be written and sent.
type Note struct {
	Key  string // makes the letter one, for ever
	Kind string // whose renderer writes it
	Ref  int64  // what it is about: an id whose meaning is the kind's
	To   string // an e-mail address
	Lang string // of the letter; "" is Russian
}

// Renderer writes the letter about ref in a language.
type Renderer func(ctx context.Context, ref int64, lang string) (Letter, error)

// Attacher makes the attachments of the letter about ref.
type Attacher func(ctx context.Context, ref int64, lang string) ([]File, error)

// Recipient tells the address and the language of now of who gets the letter
// about ref.
type Recipient func(ctx context.Context, q db.Queryer, ref int64) (to, lang string, err error)

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
	trail     *audit.Log
	now       func() time.Time
	renderers map[string]Renderer
	attachers map[string]Attacher
	receivers map[string]Recipient
}

// New makes the post office of the database d.
func New(d *db.DB, q *jobs.Queue, t Transport, trail *audit.Log, now func() time.Time) *Post {
	p := &Post{
		db: d, queue: q, transport: t, trail: trail, now: now,
		renderers: map[string]Renderer{}, attachers: map[string]Attacher{}, receivers: map[string]Recipient{},
	}
	jobs.Handle(q, deliverTimeout, p.deliver)
	return p
}

// Writes sets the renderer of a kind, before any job runs.
func (p *Post) Writes(kind string, r Renderer) { p.renderers[kind] = r }

// Attaches sets who makes the attachments of a kind, before any job runs. They
// are made when the letter is written.
func (p *Post) Attaches(kind string, f Attacher) { p.attachers[kind] = f }

// Recipients sets who gets a letter of a kind that is sent again; without it that
// is whoever got it first.
func (p *Post) Recipients(kind string, r Recipient) { p.receivers[kind] = r }

type letterJob struct{ Letter int64 }

func (letterJob) Kind() string { return "letter" }

// batch is how many letters one statement queues: both databases bound the
// number of its parameters.
const batch = 100

// Send queues letters in tx; one with a known key is not queued again.
func (p *Post) Send(ctx context.Context, tx db.Tx, notes ...Note) error {
	for _, n := range notes {
		if err := p.known(n); err != nil {
			return err
		}
	}
	for some := range slices.Chunk(notes, batch) {
		if _, err := p.send(ctx, tx, some); err != nil {
			return err
		}
	}
	return nil
}

func (p *Post) known(n Note) error {
	if p.renderers[n.Kind] == nil {
		return fmt.Errorf("mail: nobody writes letters of the kind %q", n.Kind)
	}
	return nil
}

// send returns the jobs of those that were not known.
func (p *Post) send(ctx context.Context, tx db.Tx, notes []Note) ([]jobs.Args, error) {
	args := []any{p.now()}
	list := make([]string, len(notes))
	for i, n := range notes {
		if n.Lang == "" {
			n.Lang = Russian
		}
		list[i], args = db.In(args, []any{n.Key, n.Kind, n.Ref, n.To, n.Lang})
	}
	rows, err := tx.Query(ctx, `
		insert into letters (created_at, state, tries, error, key, kind, ref, recipient, language)
		values ($1, 'queued', 0, '', `+strings.Join(list, `), ($1, 'queued', 0, '', `)+`)
		on conflict (key) do nothing
		returning id`, args...)
	queued, err := db.Collect(rows, err, func(r db.Row) (jobs.Args, error) {
		var j letterJob
		err := r.Scan(&j.Letter)
		return j, err
	})
	if err != nil {
		return nil, fmt.Errorf("mail: queue %s: %w", notes[0].Kind, err)
	}
	return queued, p.queue.EnqueueMany(ctx, tx, queued, jobs.Options{Tries: tries})
}
