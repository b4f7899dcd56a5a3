package main

import (
	"fmt"
	"log/slog"

	"zakup/internal/app"
	"zakup/internal/web/api"
)

type migrateCmd struct{}

func (migrateCmd) Run(p *program) error {
	if err := app.Migrate(p.ctx, p.cfg); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, "the database is current:", p.cfg.Database)
	return nil
}

type configCmd struct{}

func (configCmd) Run(p *program) error {
	return p.cfg.Print(p.stdout)
}

type openapiCmd struct{}

func (openapiCmd) Run(p *program) error {
	// The document needs none of the parts that serve it.
	text, err := api.New(api.Deps{Log: slog.New(slog.DiscardHandler)}).OpenAPI()
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}
