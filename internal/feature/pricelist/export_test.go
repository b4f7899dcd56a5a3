package pricelist

import "context"

// Work runs the job of an import, as the queue does.
func (l *Lists) Work(ctx context.Context, id ID) error { return l.work(ctx, workJob{id}) }
