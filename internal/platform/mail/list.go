package mail

import (
	"context"
	"fmt"
	"math"
	"time"

	"zakup/internal/platform/db"
)

// State is what became of a letter.
type State string

// The states. A failed letter is tried no more, unless it is sent again.
const (
	Queued State = "queued"
	Sent   State = "sent"
	Failed State = "failed"
)

// Record is what is known of a letter, which is never what it says.
type Record struct {
	ID      int64
	Kind    string
	To      string
	Lang    string
	State   State
	Tries   int64
	Error   string // of the last try; "" when it went well
	Created time.Time
	Sent    *time.Time
}

// Filter picks letters; what is empty picks all.
type Filter struct {
	State State
	To    string // exactly
	Kind  string
}

const selectRecord = `select id, kind, recipient, language, state, tries, error, created_at, sent_at from letters`

func scanRecord(r db.Row) (l Record, err error) {
	return l, r.Scan(&l.ID, &l.Kind, &l.To, &l.Lang, &l.State, &l.Tries, &l.Error, &l.Created, &l.Sent)
}

// List returns up to limit letters, the newest first; before is the id of the
// last one of the page before, or 0.
func (p *Post) List(ctx context.Context, f Filter, before int64, limit int) ([]Record, error) {
	if before == 0 {
		before = math.MaxInt64
	}
	where, args := `id < $1`, []any{before}
	equal := func(column, value string) {
		if value != "" {
			args = append(args, value)
			where += fmt.Sprintf(` and %s = $%d`, column, len(args))
		}
	}
	equal("state", string(f.State))
	if f.State != "" && f.State != Sent {
		where += ` and state <> 'sent'` // names the index of the few that were not
	}
	equal("recipient", f.To)
	equal("kind", f.Kind)
	args = append(args, limit)
	rows, err := p.db.Query(ctx, fmt.Sprintf(`%s where %s order by id desc limit $%d`, selectRecord, where, len(args)), args...)
	list, err := db.Collect(rows, err, scanRecord)
	if err != nil {
		return nil, fmt.Errorf("mail: list: %w", err)
	}
	return list, nil
}
