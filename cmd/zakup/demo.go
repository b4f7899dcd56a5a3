package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"zakup/examples"
	"zakup/internal/app"
	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/jobs"
)

type demoCmd struct{}

// demo is what the walk-through tells.
type demo struct {
	URL      string
	MailDir  string
	Password string
}

// demoShops are the suppliers of the demonstration and their price lists.
var demoShops = []struct{ email, list string }{
	{"elektromir@example.com", "elektromir.yaml"},
	{"optsnab@example.com", "optsnab.json"},
}

//go:embed walkthrough.txt
var walkthroughText string

var walkthrough = template.Must(template.New("walkthrough").Parse(walkthroughText))

// Run serves like serve, with example data that is made at the first start. The
// walk-through is kept in the data folder, since it has the passwords.
func (demoCmd) Run(p *program) error {
	return p.serve(true, func(a *app.App) error {
		path := filepath.Join(p.cfg.DataDir, "demo.txt")
		text, err := os.ReadFile(path) //nolint:gosec // in our own folder
		if errors.Is(err, fs.ErrNotExist) {
			text, err = p.makeDemo(a, path)
		}
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		_, err = p.stdout.Write(text)
		return err
	})
}

func (p *program) makeDemo(a *app.App, path string) ([]byte, error) {
	d := demo{
		URL: "http://" + p.cfg.Addr, MailDir: filepath.Join(p.cfg.DataDir, "mail"),
		Password: "Zakup-" + rand.Text()[:10],
	}
	people := []struct {
		email, first, last, company string
		kind                        account.Type
	}{
		{"admin@example.com", "Анна", "Волкова", "Закуп", account.Admin},
		{"buyer@example.com", "Иван", "Петров", "Сеть «Ромашка»", account.Buyer},
		{demoShops[0].email, "Олег", "Сомов", "Электромир", account.Shop},
		{demoShops[1].email, "Мария", "Лисина", "ОптСнаб", account.Shop},
	}
	for _, who := range people {
		_, err := a.Accounts.AddActive(p.ctx, account.Profile{
			FirstName: &who.first, LastName: &who.last, Email: &who.email, Company: &who.company, Password: &d.Password,
		}, who.kind)
		if err != nil {
			return nil, fmt.Errorf("%s: %w (the demonstration wants a data folder of its own)", who.email, explain(err))
		}
	}
	if err := p.importDemo(); err != nil {
		return nil, err
	}
	var text strings.Builder
	if err := walkthrough.Execute(&text, d); err != nil {
		return nil, err
	}
	return []byte(text.String()), os.WriteFile(path, []byte(text.String()), 0o600)
}

// importDemo imports the lists by a program of its own, since the one that
// serves has not started its jobs yet.
func (p *program) importDemo() (err error) {
	a, err := app.New(p.ctx, p.cfg, app.Options{Log: p.log, Queues: []string{jobs.Imports}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	if err := a.StartJobs(p.ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.StopJobs(context.WithoutCancel(p.ctx))) }()
	for _, s := range demoShops {
		who, err := a.Accounts.ByEmail(p.ctx, s.email)
		if err != nil {
			return err
		}
		shop, err := a.Shops.Of(p.ctx, who.ID)
		if err != nil {
			return err
		}
		f, err := examples.Files.Open(s.list)
		if err != nil {
			return err
		}
		id, err := a.Lists.FromFile(p.ctx, who.ID, shop.ID, s.list, f)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
		i, err := a.Lists.Wait(p.ctx, who.ID, id, time.Minute, nil)
		if err != nil {
			return err
		}
		if i.State != pricelist.Applied {
			return fmt.Errorf("%s: %s %s", s.list, i.State, i.Reason.EN)
		}
	}
	return nil
}
