package main

import (
	"errors"
	"fmt"
	"net"

	"zakup/internal/app"
	"zakup/internal/platform/jobs"
)

type serveCmd struct {
	Jobs bool `default:"true" negatable:"" help:"Work on jobs (letters, imports) in this process too."`
}

func (c *serveCmd) Run(p *program) error {
	return p.serve(c.Jobs, func(*app.App, net.Addr) error { return nil })
}

// serve builds the program, prepares it, which is told the address, and serves
// until the process is told to stop.
func (p *program) serve(withJobs bool, prepare func(*app.App, net.Addr) error) (err error) {
	a, err := app.New(p.ctx, p.cfg, app.Options{Log: p.log, Queues: jobs.All()})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	var lc net.ListenConfig
	l, err := lc.Listen(p.ctx, "tcp", p.cfg.Addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if err := prepare(a, l.Addr()); err != nil {
		return errors.Join(err, l.Close())
	}
	return a.Serve(p.ctx, l, withJobs)
}
