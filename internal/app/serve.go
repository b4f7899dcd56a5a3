package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/net/netutil"

	"zakup/internal/web/api"
)

// Bounds are how much of the server clients may take. A price list has longer
// times of its own.
type Bounds struct {
	Header      time.Duration // for the header of a request, from its first byte
	Answer      time.Duration // for the body and the answer, from the end of the header
	Idle        time.Duration // for a connection between two requests
	Connections int           // at once; more wait in the queue of the system
	Pace        api.Pace      // of bodies
}

// StandardBounds are those of the program.
func StandardBounds() Bounds {
	return Bounds{
		Header: 10 * time.Second, Answer: 90 * time.Second, Idle: time.Minute, Connections: 2048, Pace: api.StandardPace(),
	}
}

const (
	// maxHeader is the longest header of a request, in bytes.
	maxHeader = 64 << 10

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
	secure, err := tlsConfig(a.Config, a.log)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	var protocols http.Protocols
	protocols.SetHTTP1(true) // every bound is one of a connection, which has one request at a time
	server := &http.Server{
		Protocols:         &protocols,
		Handler:           a.API,
		ReadHeaderTimeout: a.bounds.Header, ReadTimeout: a.bounds.Header + a.bounds.Pace.Body,
		WriteTimeout: a.bounds.Answer, IdleTimeout: a.bounds.Idle, MaxHeaderBytes: maxHeader,
		ErrorLog: slog.NewLogLogger(a.log.Handler(), slog.LevelDebug), // what strangers do wrong on their connections
	}
	l = netutil.LimitListener(l, a.bounds.Connections)
	if secure != nil {
		l = tls.NewListener(l, secure) // the handshake waits for the first read of the server, in its own time
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
	sharing, unshare := context.WithCancel(ctx)
	var shared sync.WaitGroup
	shared.Go(func() { a.requests.Run(sharing, a.log) })
	defer func() {
		unshare()
		shared.Wait()
	}()
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	a.log.Info("serving", "address", l.Addr().String(), "database", a.Config.Database.Kind, "jobs", withJobs)
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
