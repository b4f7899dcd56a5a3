package limit

import (
	"context"
	"time"
)

// Share is one exchange of Run.
func (r *Requests) Share(ctx context.Context) error { return r.share(ctx) }

// Count is what the limiter knows of the key in the window that runs.
func (l *Limiter) Count(key string) int {
	n, _, _ := l.counter.Get(key, time.Now().UTC().Truncate(l.rate.Per), time.Time{})
	return n
}
