package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"zakup/examples"
	"zakup/internal/app"
	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
)

type demoCmd struct{}

// demo is what the walk-through tells.
type demo struct {
	URL      string
	MailDir  string
	Password string
}

// demoPeople are those of the demonstration; a supplier has a price list.
var demoPeople = []struct {
	email, first, last, company string
	kind                        account.Type
	list                        string
}{
	{"admin@example.com", "Анна", "Волкова", "Закуп", account.Admin, ""},
	{"buyer@example.com", "Иван", "Петров", "Сеть «Ромашка»", account.Buyer, ""},
	{"elektromir@example.com", "Олег", "Сомов", "Электромир", account.Shop, "elektromir.yaml"},
	{"optsnab@example.com", "Мария", "Лисина", "ОптСнаб", account.Shop, "optsnab.json"},
}

//go:embed walkthrough.txt
var walkthroughText string

var walkthrough = template.Must(template.New("walkthrough").Parse(walkthroughText))

// Run serves like serve, with example data that is made once.
func (demoCmd) Run(p *program) error {
	return p.serve(true, func(a *app.App, at net.Addr) error {
		mail, err := filepath.Abs(filepath.Join(p.cfg.DataDir, "mail"))
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		d := demo{URL: app.LocalURL(p.cfg, at.String()), MailDir: mail}
		if d.Password, err = p.demoPassword(a); err == nil {
			err = p.makeDemo(a, d.Password)
		}
		if err != nil {
			return fmt.Errorf("demo: %w", err)
		}
		return walkthrough.Execute(p.stdout, d)
	})
}

// demoPassword returns the password of all. It is kept in the data folder before
// anything is made with it, so that a start that was broken off is gone on with.
func (p *program) demoPassword(a *app.App) (string, error) {
	path := filepath.Join(p.cfg.DataDir, "demo-password")
	text, err := os.ReadFile(path) //nolint:gosec // in our own folder
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return strings.TrimSpace(string(text)), err
	}
	for _, who := range demoPeople {
		known, err := p.knows(a, who.email)
		if err != nil {
			return "", err
		}
		if known {
			return "", fmt.Errorf("there is %s already: the demonstration wants a data folder and a database of its own", who.email)
		}
	}
	password := "Zakup-" + rand.Text()[:10]
	return password, os.WriteFile(path, []byte(password+"\n"), 0o600)
}

func (p *program) knows(a *app.App, email string) (bool, error) {
	_, err := a.Accounts.ByEmail(p.ctx, email)
	if errors.Is(err, fault.Absent) {
		return false, nil
	}
	return err == nil, err
}

// makeDemo makes what is not there yet.
func (p *program) makeDemo(a *app.App, password string) error {
	for _, who := range demoPeople {
		known, err := p.knows(a, who.email)
		if err == nil && !known {
			_, err = a.Accounts.AddActive(p.ctx, account.Profile{
				FirstName: &who.first, LastName: &who.last, Email: &who.email, Company: &who.company, Password: &password,
			}, who.kind)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", who.email, explain(err))
		}
	}
	return p.importDemo()
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
	for _, who := range demoPeople {
		if who.list == "" {
			continue
		}
		if err := p.importOnce(a, who.email, who.list); err != nil {
			return fmt.Errorf("%s: %w", who.list, err)
		}
	}
	return nil
}

// importOnce imports a list unless the shop has one.
func (p *program) importOnce(a *app.App, email, list string) error {
	who, err := a.Accounts.ByEmail(p.ctx, email)
	if err != nil {
		return err
	}
	shop, err := a.Shops.Of(p.ctx, who.ID)
	if err != nil {
		return err
	}
	past, err := a.Lists.History(p.ctx, who.ID, 0, 1)
	if err != nil || len(past) > 0 && past[0].State == pricelist.Applied {
		return err
	}
	f, err := examples.Files.Open(list)
	if err != nil {
		return err
	}
	id, err := a.Lists.FromFile(p.ctx, who.ID, shop.ID, list, f, pricelist.Options{})
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	i, err := a.Lists.Wait(p.ctx, who.ID, id, time.Minute, nil)
	if err == nil && i.State != pricelist.Applied {
		err = fmt.Errorf("%s %s", i.State, i.Reason.EN)
	}
	return err
}
