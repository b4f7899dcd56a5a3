package pricelist

import "context"

// Work runs the job of an import, as the queue does.
func (l *Lists) Work(ctx context.Context, id ID) error { return l.work(ctx, workJob{id}) }

// WorkExport runs the job of an export, as the queue does.
func (l *Lists) WorkExport(ctx context.Context, id ExportID) error {
	return l.workExport(ctx, exportJob{id})
}

// DropExpired is a round of the exports, as every process makes them.
func (l *Lists) DropExpired(ctx context.Context) error { return l.dropExpired(ctx) }
