package main

import (
	"errors"
	"os"
	"runtime/pprof"

	"zakup/bench"
	"zakup/internal/feature/pricelist/writing"
)

type benchCmd struct {
	Import benchImportCmd `cmd:"" help:"How fast price lists are imported, beside what the least work would take."`
}

type benchImportCmd struct {
	Database string   `help:"An empty database, as in ZAKUP_DATABASE_URL; it is filled. Without it a new SQLite file."`
	Profile  string   `help:"A file for the profile of the processor's time."`
	Goods    int      `default:"100000" help:"Offers of a list."`
	Format   []string `enum:"json,csv,yml,xlsx,yaml" default:"json,csv,yml,xlsx,yaml" help:"Formats: ${enum}."`
}

func (c *benchImportCmd) Run(p *program) (err error) {
	dir, err := os.MkdirTemp("", "zakup-bench-*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if c.Profile != "" {
		f, err := os.Create(c.Profile)
		if err != nil {
			return err
		}
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer func() { pprof.StopCPUProfile(); _ = f.Close() }()
	}
	o := bench.Importing{Dir: dir, Database: c.Database, Goods: c.Goods}
	for _, f := range c.Format {
		o.Formats = append(o.Formats, writing.Format(f))
	}
	return o.Run(p.ctx, p.stdout)
}
