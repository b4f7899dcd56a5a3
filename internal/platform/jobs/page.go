package jobs

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"sync"

	"riverqueue.com/riverui"
	"riverqueue.com/riverui/uiendpoints"
)

// Page is River's own page of the queue: it shows jobs with their arguments,
// and cancels, deletes and repeats them. It asks nobody who they are: whoever
// mounts it does.
type Page struct {
	ui    *riverui.Handler
	ctx   context.Context //nolint:containedctx // the life of the page, not of a call
	close context.CancelFunc
	start func() error
}

// Page makes the page for a path such as /admin/jobs.
func (q *Queue) Page(path string) (*Page, error) {
	var endpoints uiendpoints.Bundle
	if q.pg != nil {
		endpoints = riverui.NewEndpoints(q.pg, nil)
	} else {
		endpoints = riverui.NewEndpoints(q.lite, nil)
	}
	ui, err := riverui.NewHandler(&riverui.HandlerOpts{Endpoints: endpoints, Prefix: path, Logger: slog.New(warnings{q.log.Handler()})})
	if err != nil {
		return nil, fmt.Errorf("jobs: the page: %w", err)
	}
	p := &Page{ui: ui}
	p.ctx, p.close = context.WithCancel(context.Background())
	// It counts jobs in the background: only once somebody has looked.
	p.start = sync.OnceValue(func() error { return ui.Start(p.ctx) })
	return p, nil
}

// ServeHTTP serves everything below the path.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := p.start(); err != nil {
		panic(fmt.Errorf("jobs: the page: %w", err)) // answered as any failure of the service
	}
	p.ui.ServeHTTP(w, r)
}

// Close ends what the page does in the background.
func (p *Page) Close() { p.close() }
