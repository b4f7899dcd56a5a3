package main

import (
	"os"
	"time"

	"zakup/bench"
	"zakup/internal/app"
)

type benchCatalogueCmd struct {
	Database   string        `help:"An empty database, as in ZAKUP_DATABASE_URL, or one that this command has filled. Without it a SQLite file."`
	Keep       string        `type:"path" help:"A folder for what is filled, which is used again there. Without it all but a given database is removed."`
	Offers     int           `default:"1000000" help:"Offers of the catalogue; three products to ten of them."`
	Suppliers  int           `default:"50" help:"Suppliers, ten at least."`
	Categories int           `default:"1000" help:"Categories; a twentieth of the offers is in one."`
	Small      int           `default:"10000" help:"Offers of the catalogue that tells what growth costs; 0 for none. On PostgreSQL it is a database beside, NAME_small."`
	Seed       int64         `default:"1" help:"Other goods for another number."`
	Turn       time.Duration `default:"5s" help:"How long each request is measured, and each of its floors."`
	Profile    string        `type:"path" help:"A file for the profile of the serving process's time."`
}

func (c *benchCatalogueCmd) Run(p *program) error {
	o := bench.Cataloguing{
		Dir: c.Keep, Keep: c.Keep != "", Database: c.Database, Offers: c.Offers, Suppliers: c.Suppliers,
		Categories: c.Categories, Small: c.Small, Seed: c.Seed, Turn: c.Turn, Profile: c.Profile,
	}
	if o.Keep {
		if err := os.MkdirAll(o.Dir, 0o750); err != nil {
			return err
		}
		return o.Run(p.ctx, p.stdout, p.stderr)
	}
	return benchPlace{}.run(func(dir string) error {
		o.Dir = dir
		return o.Run(p.ctx, p.stdout, p.stderr)
	})
}

// benchServeCmd is the process that a benchmark puts under load.
type benchServeCmd struct {
	Floor   bool
	Profile string
}

func (c *benchServeCmd) Run(p *program) error {
	return benchPlace{Profile: c.Profile}.run(func(string) error {
		return bench.Serve(p.ctx, p.cfg, app.Options{Log: p.log}, c.Floor, os.Stdin, p.stdout)
	})
}
