package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// The times of the server. A price list has longer ones of its own.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = time.Minute
	writeTimeout  = 90 * time.Second
	idleTimeout   = 2 * time.Minute
	maxHeader     = 64 << 10

	// shutdownTimeout is how long a stopping process finishes requests; those
	// that are left are cut off then. stopTimeout is for all.
	shutdownTimeout = 25 * time.Second
	stopTimeout     = 28 * time.Second

	// flushEvery is how often what is gathered in memory is written down.
	flushEvery = time.Minute
)

// Serve answers requests on the listener, and works on jobs if withJobs, until
// ctx ends. Then it takes no more, finishes requests in flight and running
// jobs, within 30 s, and returns nil. It is called once.
func (a *App) Serve(ctx context.Context, l net.Listener, withJobs bool) error {
	server := &http.Server{
		Handler:           a.API,
		ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		WriteTimeout: writeTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
	}
	if withJobs {
		if err := a.StartJobs(ctx); err != nil {
			return errors.Join(err, l.Close())
		}
	}
	flushing := make(chan struct{})
	go func() {
		defer close(flushing)
		a.flush(ctx)
	}()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	a.log.Info("serving", "address", l.Addr().String(), "database", a.Config.Database.Kind, "jobs", withJobs)
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		a.log.Info("stopping")
	}
	close(a.stopping)
	err = errors.Join(err, a.stop(server, withJobs))
	<-flushing
	return err
}

// flush writes down what is gathered in memory, until the program begins to stop.
func (a *App) flush(ctx context.Context) {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-a.stopping:
			return
		case <-tick.C:
		}
		if err := a.Accounts.Flush(ctx); err != nil && ctx.Err() == nil {
			a.log.Warn("not written down", "error", err)
		}
	}
}

func (a *App) stop(server *http.Server, withJobs bool) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	jobs := make(chan error, 1)
	go func() {
		if !withJobs {
			jobs <- nil
			return
		}
		jobs <- a.StopJobs(ctx)
	}()
	requests, cancelRequests := context.WithTimeout(ctx, shutdownTimeout)
	defer cancelRequests()
	err := server.Shutdown(requests)
	if err != nil {
		err = errors.Join(fmt.Errorf("app: requests were cut off: %w", err), server.Close())
	}
	return errors.Join(err, a.Accounts.Flush(ctx), <-jobs)
}
