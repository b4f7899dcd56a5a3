package main

import (
	"errors"
	"os"
	"runtime/pprof"
	"time"

	"zakup/bench"
	"zakup/internal/feature/pricelist/writing"
)

type benchCmd struct {
	Import benchImportCmd `cmd:"" help:"How fast price lists are imported, beside what the least work would take."`
	Orders benchOrdersCmd `cmd:"" help:"How fast orders are placed, beside the same statements alone, and read."`
	Logins benchLoginsCmd `cmd:"" help:"What signing in costs, and what a storm of sign-ins leaves to readers of the catalogue."`

	Catalogue benchCatalogueCmd `cmd:"" help:"How fast pages of a large catalogue are, beside the statement alone and the same bytes from memory."`
	Serve     benchServeCmd     `cmd:"" hidden:"" help:"Serve for a benchmark."`
}

// benchPlace is where a benchmark runs.
type benchPlace struct {
	Database string `help:"An empty database, as in ZAKUP_DATABASE_URL; it is filled. Without it a new SQLite file."`
	Profile  string `help:"A file for the profile of the processor's time."`
}

// run runs f with a folder of its own, and under the profiler if that is asked.
func (p benchPlace) run(f func(dir string) error) (err error) {
	dir, err := os.MkdirTemp("", "zakup-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if p.Profile != "" {
		file, err := os.Create(p.Profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(file); err != nil {
			return err
		}
		defer func() { pprof.StopCPUProfile(); _ = file.Close() }()
	}
	return f(dir)
}

type benchImportCmd struct {
	benchPlace
	Goods  int      `default:"100000" help:"Offers of a list."`
	Format []string `enum:"json,csv,yml,xlsx,yaml" default:"json,csv,yml,xlsx,yaml" help:"Formats: ${enum}."`
}

func (c *benchImportCmd) Run(p *program) error {
	return c.run(func(dir string) error {
		o := bench.Importing{Dir: dir, Database: c.Database, Goods: c.Goods}
		for _, f := range c.Format {
			o.Formats = append(o.Formats, writing.Format(f))
		}
		return o.Run(p.ctx, p.stdout)
	})
}

type benchOrdersCmd struct {
	benchPlace
	Orders  int `default:"3000" help:"Orders to place of each size."`
	History int `default:"100000" help:"Orders of the buyer whose list is read."`
}

func (c *benchOrdersCmd) Run(p *program) error {
	return c.run(func(dir string) error {
		return bench.Ordering{Dir: dir, Database: c.Database, Orders: c.Orders, History: c.History}.Run(p.ctx, p.stdout)
	})
}

type benchLoginsCmd struct {
	benchPlace
	Storm  int           `default:"100" help:"Sign-ins at once."`
	Rounds int           `default:"5" help:"Turns of reading alone and reading under the storm."`
	Turn   time.Duration `default:"10s" help:"How long a turn is."`
}

func (c *benchLoginsCmd) Run(p *program) error {
	return c.run(func(dir string) error {
		return bench.Logins{Dir: dir, Database: c.Database, Storm: c.Storm, Rounds: c.Rounds, Turn: c.Turn}.Run(p.ctx, p.stdout)
	})
}
