package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"zakup/internal/app"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist/writing"
)

type exportCmd struct {
	ShopEmail string `required:"" help:"The supplier's address."`
	Format    string `default:"yaml" enum:"yaml,json,csv,xlsx,yml" help:"One of ${enum}."`
	File      string `arg:"" optional:"" name:"FILE" help:"Where to write it; without it to the standard output."`
}

func (c *exportCmd) Run(p *program) (err error) {
	a, err := app.New(p.ctx, p.cfg, app.Options{Log: p.log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	_, shop, err := p.supplier(a, c.ShopEmail)
	if err != nil {
		return err
	}
	if c.File == "" {
		_, err := a.Lists.WriteList(p.ctx, p.stdout, shop, writing.Format(c.Format))
		return explain(err)
	}
	return c.toFile(p, a, shop)
}

// toFile writes a file of another name first: one that was there before is not
// lost by a failure.
func (c *exportCmd) toFile(p *program, a *app.App, shop partner.ShopID) error {
	f, err := os.CreateTemp(filepath.Dir(c.File), filepath.Base(c.File)+".*.part")
	if err != nil {
		return err
	}
	rows, err := a.Lists.WriteList(p.ctx, f, shop, writing.Format(c.Format))
	if err = errors.Join(explain(err), f.Close()); err == nil {
		err = os.Rename(f.Name(), c.File)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	fmt.Fprintf(p.stderr, "%d goods are written to %s\n", rows, c.File)
	return nil
}
