package mail

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// AlreadyQueued is the fault of sending again what is on its way.
var AlreadyQueued = fault.New(fault.Conflict, "letter_queued",
	"Письмо уже в очереди и будет отправлено", "The letter is queued and will be sent anyway")

// again comes between the key of a letter and the number of its sending.
const again = "#again-"

// Again queues a letter that was sent, or given up, once more, as a letter of its
// own, to the same recipient, or to the address of now where the kind knows it. It
// is written anew, with new secrets, and recorded in the log of acts.
// It fails with fault.Absent, or AlreadyQueued while the letter, or an earlier
// sending of it, is queued; one whose job was ended otherwise has failed.
func (p *Post) Again(ctx context.Context, id int64) (Record, error) {
	var r Record
	err := p.db.InTx(ctx, func(tx db.Tx) (err error) {
		r, err = p.again(ctx, tx, id)
		return err
	})
	return r, err
}

func (p *Post) again(ctx context.Context, tx db.Tx, id int64) (Record, error) {
	var n Note
	err := tx.QueryRow(ctx, `select key, kind, ref, recipient, language from letters where id = $1`, id).
		Scan(&n.Key, &n.Kind, &n.Ref, &n.To, &n.Lang)
	if errors.Is(err, db.ErrNoRows) {
		return Record{}, fault.Absent
	}
	if err != nil {
		return Record{}, fmt.Errorf("mail: letter %d: %w", id, err)
	}
	first, _, _ := strings.Cut(n.Key, again)
	n.Key = first
	for sending := 1; ; sending++ {
		var before letterJob
		var state State
		err := tx.QueryRow(ctx, `select id, state from letters where key = $1`, n.Key).Scan(&before.Letter, &state)
		if errors.Is(err, db.ErrNoRows) {
			break
		}
		if err != nil {
			return Record{}, fmt.Errorf("mail: letter %d: %w", id, err)
		}
		if state == Queued {
			if err := p.abandoned(ctx, tx, before); err != nil {
				return Record{}, err
			}
		}
		n.Key = fmt.Sprint(first, again, sending)
	}
	if err := p.known(n); err != nil {
		return Record{}, err
	}
	if r := p.receivers[n.Kind]; r != nil {
		if n.To, n.Lang, err = r(ctx, tx, n.Ref); err != nil {
			return Record{}, fmt.Errorf("mail: letter %d: %w", id, err)
		}
	}
	if n.To == "" { // who got it has deleted their account
		return Record{}, fault.Absent
	}
	queued, err := p.send(ctx, tx, []Note{n})
	if err != nil {
		return Record{}, err
	}
	if len(queued) == 0 { // somebody else was faster
		return Record{}, AlreadyQueued
	}
	r, err := scanRecord(tx.QueryRow(ctx, selectRecord+` where key = $1`, n.Key))
	if err != nil {
		return Record{}, fmt.Errorf("mail: letter %d: %w", id, err)
	}
	return r, p.trail.Record(ctx, tx, audit.Entry{
		Action: "letter.send", Subject: fmt.Sprintf("letter/%d", r.ID), Details: fmt.Sprintf("letter/%d again: %s", id, r.Kind),
	})
}

// abandoned notes that a queued letter has no job any more: somebody ended it
// from outside. It fails with AlreadyQueued while it has one.
func (p *Post) abandoned(ctx context.Context, tx db.Tx, job letterJob) error {
	lives, err := p.queue.Lives(ctx, tx, job)
	if err == nil && lives {
		return AlreadyQueued
	}
	if err == nil {
		_, err = tx.Exec(ctx, `update letters set state = 'failed', error = $2 where id = $1 and state = 'queued'`,
			job.Letter, "mail: its job was ended before it was sent")
	}
	if err != nil {
		return fmt.Errorf("mail: letter %d: %w", job.Letter, err)
	}
	return nil
}
