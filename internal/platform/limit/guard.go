package limit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
)

// Count is something that a try counts against.
type Count struct {
	Rule Rule
	// Of is what it is about and whose, such as "letter/reset/anna@example.org":
	// equal texts are one count. A count of nobody, "", is none.
	Of string
	// Own: a success forgets all that was counted, and is remembered.
	Own bool
	// Wide: it does not hold whoever has succeeded by the Own one lately.
	Wide bool
}

// skew is how far, in microseconds, the clocks of two tries may disagree without
// one of them being taken for two: they are read on several machines, and not in
// the order in which the rows are locked.
const skew = 1_000_000

// remembered is how long a success opens the way past the wide counts.
const remembered = 30 * 24 * time.Hour

// Guard counts tries in one database. A nil one lets everything pass.
type Guard struct {
	db    *db.DB
	now   func() time.Time
	rules Rules
}

// NewGuard makes a guard, and a round of q that deletes what has been forgotten.
func NewGuard(d *db.DB, q *jobs.Queue, rules Rules, now func() time.Time) *Guard {
	g := &Guard{db: d, now: now, rules: rules}
	q.Every("old tries", cleanEvery, g.clean)
	return g
}

// Rules are those that the guard was made with; none of a nil one.
func (g *Guard) Rules() Rules {
	if g == nil {
		return Rules{}
	}
	return g.rules
}

// Try is one that was let through.
type Try struct {
	guard *Guard
	taken []taken
}

// taken is the place that a try has taken in a count.
type taken struct {
	count Count
	hash  []byte
	until int64 // when the next may be made, as this one has set it
}

// notAsked stands for until in a wide count that was left out.
const notAsked = -1

// errHeld rolls the counts back: one of them holds the try, so none counts it.
var errHeld = errors.New("limit: held")

// Try counts a try as failed, or tells by the fault TooMany when the next may be
// made. It counts against all counts or, when one holds it, against none.
func (g *Guard) Try(ctx context.Context, counts ...Count) (*Try, error) {
	try := &Try{guard: g}
	for _, c := range counts {
		if c.Rule.Free > 0 && c.Of != "" {
			sum := sha256.Sum256([]byte(c.Of))
			try.taken = append(try.taken, taken{count: c, hash: sum[:]})
		}
	}
	if g == nil || len(try.taken) == 0 {
		return try, nil
	}
	// The own count comes first, since it tells whether the wide ones hold; all
	// others by their hashes, so that no two tries wait for each other.
	slices.SortFunc(try.taken, func(a, b taken) int {
		if a.count.Own != b.count.Own {
			return map[bool]int{true: -1, false: 1}[a.count.Own]
		}
		return bytes.Compare(a.hash, b.hash)
	})
	var wait time.Duration
	err := g.db.InTx(ctx, func(tx db.Tx) error {
		wait = 0
		now := g.now().UnixMicro()
		var known bool
		for i := range try.taken {
			t := &try.taken[i]
			if t.count.Wide && known {
				t.until = notAsked
				continue
			}
			k, held, err := t.take(ctx, tx, now)
			if err != nil {
				return err
			}
			known = known || k
			wait = max(wait, held)
		}
		if wait > 0 {
			return errHeld
		}
		return nil
	})
	switch {
	case errors.Is(err, errHeld):
		return nil, tooMany(wait)
	case err != nil:
		return nil, fmt.Errorf("limit: try: %w", err)
	}
	return try, nil
}

// take counts the try, unless the count holds it: then it tells for how long.
// What is counted is the time until all of it is forgotten, so that it needs no
// hand to be forgotten in parts. Beyond the free tries the waits double, from a
// fifteenth of the time after which one is forgotten up to that time.
func (t *taken) take(ctx context.Context, tx db.Tx, now int64) (known bool, held time.Duration, err error) {
	free, forget := int64(t.count.Rule.Free), t.count.Rule.Forget.Microseconds()
	first := forget / 15
	// Up to unheld this try is one of the free ones but the last; one forget later it is the last.
	unheld, last, held1 := now+skew+(free-2)*forget, now+skew+(free-1)*forget, int64(0)
	if free == 1 {
		unheld, held1 = -1, now+first // even the first is the last
	}
	var knownUntil int64
	err = tx.QueryRow(ctx, `
		insert into tries (hash, cleared_at, held_until, known_until) values ($1, $2, $3, 0)
		on conflict (hash) do update set
			cleared_at = $4 + case when tries.cleared_at > $5 then tries.cleared_at else $5 end,
			held_until = case
				when tries.cleared_at <= $6 then cast(0 as bigint)
				when tries.cleared_at <= $7 then cast($8 as bigint)
				when tries.cleared_at - $4 <= $7 then cast($9 as bigint)
				when tries.cleared_at - 2 * $4 <= $7 then cast($10 as bigint)
				when tries.cleared_at - 3 * $4 <= $7 then cast($11 as bigint)
				else cast($12 as bigint) end
		where tries.held_until <= $5
		returning held_until, known_until`,
		t.hash, now+forget, held1, forget, now, unheld, last,
		now+first, now+2*first, now+4*first, now+8*first, now+forget).Scan(&t.until, &knownUntil)
	if err == nil {
		return knownUntil > now, 0, nil
	}
	if !errors.Is(err, db.ErrNoRows) {
		return false, 0, err
	}
	var until int64
	if err := tx.QueryRow(ctx, `select held_until, known_until from tries where hash = $1`, t.hash).Scan(&until, &knownUntil); err != nil {
		return false, 0, err
	}
	return knownUntil > now, time.Duration(max(1, until-now)) * time.Microsecond, nil
}

// Passed takes back what the try was counted for: it did not fail. A try that has
// failed needs no word.
func (t *Try) Passed(ctx context.Context) error {
	if t == nil || t.guard == nil || len(t.taken) == 0 {
		return nil
	}
	now := t.guard.now()
	err := t.guard.db.InTx(ctx, func(tx db.Tx) error {
		for _, k := range t.taken {
			if err := k.giveBack(ctx, tx, now); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("limit: a try that passed: %w", err)
	}
	return nil
}

// giveBack ends what this try has set, and nothing that another has set since.
func (t *taken) giveBack(ctx context.Context, tx db.Tx, now time.Time) error {
	if t.count.Own {
		_, err := tx.Exec(ctx, `
			insert into tries (hash, cleared_at, held_until, known_until) values ($1, 0, 0, $2)
			on conflict (hash) do update set cleared_at = 0, held_until = 0, known_until = excluded.known_until`,
			t.hash, now.Add(remembered).UnixMicro())
		return err
	}
	if t.until == notAsked {
		return nil
	}
	_, err := tx.Exec(ctx, `
		update tries set cleared_at = cleared_at - $2, held_until = case when held_until = $3 then 0 else held_until end
		where hash = $1`, t.hash, t.count.Rule.Forget.Microseconds(), t.until)
	return err
}

// Known remembers a success that was none of a try: whoever has proven themselves
// in another way, as by a mailed secret, is not held by the wide counts, nor by
// what their own one has counted. It joins tx.
func (g *Guard) Known(ctx context.Context, tx db.Tx, own string) error {
	if g == nil || own == "" {
		return nil
	}
	sum := sha256.Sum256([]byte(own))
	t := taken{count: Count{Own: true}, hash: sum[:]}
	if err := t.giveBack(ctx, tx, g.now()); err != nil {
		return fmt.Errorf("limit: known: %w", err)
	}
	return nil
}

// Key joins what a count is about; "" when a part is missing.
func Key(parts ...string) string {
	if slices.Contains(parts, "") {
		return ""
	}
	return strings.Join(parts, "\x00")
}

const (
	cleanEvery = 10 * time.Minute
	cleanBatch = 1000
)

// clean deletes what holds nobody and is remembered for nobody.
func (g *Guard) clean(ctx context.Context) error {
	for {
		var n int64
		err := g.db.InTx(ctx, func(tx db.Tx) (err error) {
			n, err = tx.Exec(ctx, `
				delete from tries where held_until <= $1 and known_until <= $1 and cleared_at <= coalesce((
					select cleared_at from tries where cleared_at <= $1 and held_until <= $1 and known_until <= $1
					order by cleared_at limit 1 offset $2), $1)`, g.now().UnixMicro(), cleanBatch-1)
			return err
		})
		if err != nil {
			return fmt.Errorf("limit: delete old tries: %w", err)
		}
		if n < cleanBatch {
			return nil
		}
	}
}
