package markettest

import (
	"context"
	"slices"
	"sync"

	"zakup/internal/platform/mail"
)

// Outbox is a mail server that keeps what it takes.
type Outbox struct {
	mu      sync.Mutex
	taken   []mail.Envelope
	tried   map[int64]int
	trouble func(e mail.Envelope, try int) error
}

// Trouble makes the server refuse letters: f is asked before each try of a
// letter, the first being 1.
func (o *Outbox) Trouble(f func(e mail.Envelope, try int) error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.trouble = f
}

// Deliver takes a letter.
func (o *Outbox) Deliver(_ context.Context, e mail.Envelope) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.tried == nil {
		o.tried = map[int64]int{}
	}
	o.tried[e.ID]++
	if o.trouble != nil {
		if err := o.trouble(e, o.tried[e.ID]); err != nil {
			return err
		}
	}
	o.taken = append(o.taken, e)
	return nil
}

// Taken are the letters so far.
func (o *Outbox) Taken() []mail.Envelope {
	o.mu.Lock()
	defer o.mu.Unlock()
	return slices.Clone(o.taken)
}
