// Package audit owns the log of what was done by whom: the acts of
// administrators, and whatever else must be answered for later.
//
// A record commits with the act that it tells of, or not at all. Records are
// never changed. Details are short facts without secrets.
package audit

import (
	"context"
	"fmt"
	"math"
	"strings"
	"time"
	"unicode/utf8"

	"zakup/internal/platform/db"
)

// ID names a record; a later record has a higher one.
type ID int64

// Actor is who makes a request.
type Actor struct {
	User    int64  // 0: nobody who is known
	Address string // of the client, without the port
	Request string // its id in the log of the program
	Agent   string // the client's program, as it names itself; not in the log
}

// Entry is what was done.
type Entry struct {
	Action  string // such as shop.approve
	Subject string // such as shop/12
	Details string // what is beyond maxDetails characters is cut off
}

// maxDetails is the longest text of details, in characters.
const maxDetails = 1000

// Record is an entry of the log.
type Record struct {
	ID ID
	At time.Time
	Actor
	Entry
}

type actorKey struct{}

// With returns a context that says who acts.
func With(ctx context.Context, a Actor) context.Context { return context.WithValue(ctx, actorKey{}, a) }

// ActorOf returns who acts; nobody when the context does not say.
func ActorOf(ctx context.Context) Actor {
	a, _ := ctx.Value(actorKey{}).(Actor)
	return a
}

// As returns a context in which the same client acts as a person, once it has
// proven to be them.
func As(ctx context.Context, user int64) context.Context {
	a := ActorOf(ctx)
	a.User = user
	return With(ctx, a)
}

// Log is the log. It is safe for concurrent use.
type Log struct {
	db  *db.DB
	now func() time.Time
}

// New opens the log.
func New(d *db.DB, now func() time.Time) *Log { return &Log{db: d, now: now} }

// Record adds an entry as part of tx, by the actor of the context; without one
// it was done on the command line, or by the program itself.
func (l *Log) Record(ctx context.Context, tx db.Tx, e Entry) error {
	a := ActorOf(ctx)
	_, err := tx.Exec(ctx, `
		insert into audit_log (at, user_id, action, subject, details, address, request)
		values ($1, $2, $3, $4, $5, $6, $7)`, l.now(), a.User, e.Action, e.Subject, clip(e.Details), a.Address, a.Request)
	if err != nil {
		return fmt.Errorf("audit: record %s: %w", e.Action, err)
	}
	return nil
}

// RecordAlone adds an entry about an act that has no transaction of ours, before
// it is done.
func (l *Log) RecordAlone(ctx context.Context, e Entry) error {
	return l.db.InTx(ctx, func(tx db.Tx) error { return l.Record(ctx, tx, e) })
}

func clip(details string) string {
	if utf8.RuneCountInString(details) <= maxDetails {
		return details
	}
	return string([]rune(details)[:maxDetails])
}

// Filter chooses records; a zero field chooses all.
type Filter struct {
	User    int64
	Action  string
	Subject string // one, or all of a kind: "shop/"
	Since   time.Time
	Until   time.Time // exclusive
}

// List returns records, newest first, before the id given (0: from the newest).
func (l *Log) List(ctx context.Context, f Filter, before ID, limit int) ([]Record, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	where, args := f.where([]any{before, limit})
	rows, err := l.db.Query(ctx, `
		select id, at, user_id, action, subject, details, address, request from audit_log
		where id < $1`+where+` order by id desc limit $2`, args...)
	list, err := db.Collect(rows, err, func(r db.Row) (e Record, err error) {
		return e, r.Scan(&e.ID, &e.At, &e.User, &e.Action, &e.Subject, &e.Details, &e.Address, &e.Request)
	})
	if err != nil {
		return nil, fmt.Errorf("audit: list: %w", err)
	}
	return list, nil
}

// where writes the conditions of the filter and appends their values to args.
func (f Filter) where(args []any) (string, []any) {
	var b strings.Builder
	and := func(condition string, value any) {
		args = append(args, value)
		fmt.Fprintf(&b, ` and `+condition, len(args))
	}
	if f.User != 0 {
		and(`user_id = $%d`, f.User)
	}
	if f.Action != "" {
		and(`action = $%d`, f.Action)
	}
	switch {
	case strings.HasSuffix(f.Subject, "/"):
		and(`substr(subject, 1, length($%[1]d)) = $%[1]d`, f.Subject)
	case f.Subject != "":
		and(`subject = $%d`, f.Subject)
	}
	if !f.Since.IsZero() {
		and(`at >= $%d`, f.Since)
	}
	if !f.Until.IsZero() {
		and(`at < $%d`, f.Until)
	}
	return b.String(), args
}
