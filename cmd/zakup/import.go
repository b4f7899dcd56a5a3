package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/term"

	"zakup/internal/app"
	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/jobs"
)

type importCmd struct {
	ShopEmail string `required:"" help:"The supplier's address."`
	DryRun    bool   `help:"Change nothing: only tell what would."`
	GoodRows  bool   `help:"Leave goods with errors out instead of refusing the list."`
	Force     bool   `help:"Apply the list though something about it looks wrong."`
	Source    string `arg:"" name:"FILE-or-URL" help:"A price list."`
}

// supplier finds a supplier and the shop by the address.
func (p *program) supplier(a *app.App, email string) (account.ID, partner.ShopID, error) {
	who, err := a.Accounts.ByEmail(p.ctx, email)
	var shop partner.Shop
	if err == nil {
		shop, err = a.Shops.Of(p.ctx, who.Owner)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("%s: %w", email, explain(err))
	}
	return who.ID, shop.ID, nil
}

func (c *importCmd) Run(p *program) (err error) {
	a, err := app.New(p.ctx, p.cfg, app.Options{Log: p.log, Queues: []string{jobs.Imports}})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	who, shop, err := p.supplier(a, c.ShopEmail)
	if err != nil {
		return err
	}
	if err := a.StartJobs(p.ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.StopJobs(context.WithoutCancel(p.ctx))) }()
	id, err := c.send(p.ctx, a, who, shop)
	if err != nil {
		return explain(err)
	}
	done, err := p.follow(a, who, id)
	if err == nil && done.State == pricelist.Held && c.Force {
		if err = a.Lists.Apply(p.ctx, who, id); err == nil {
			done, err = p.follow(a, who, id)
		}
	}
	if err != nil {
		return err
	}
	return p.summary(a, done)
}

func (c *importCmd) send(ctx context.Context, a *app.App, who account.ID, shop partner.ShopID) (pricelist.ID, error) {
	o := pricelist.Options{DryRun: c.DryRun, GoodRows: c.GoodRows}
	if strings.HasPrefix(c.Source, "http://") || strings.HasPrefix(c.Source, "https://") {
		return a.Lists.FromURL(ctx, who, shop, c.Source, o)
	}
	f, err := os.Open(c.Source)
	if err != nil {
		return 0, err
	}
	defer func() { _ = f.Close() }()
	return a.Lists.FromFile(ctx, who, shop, filepath.Base(c.Source), f, o)
}

// barStep is how often the bar is drawn.
const barStep = 200 * time.Millisecond

// follow waits for the end of an import, with a bar when a person looks on.
func (p *program) follow(a *app.App, who account.ID, id pricelist.ID) (pricelist.Import, error) {
	f, isFile := p.stderr.(*os.File)
	bar := isFile && term.IsTerminal(int(f.Fd()))
	for {
		i, err := a.Lists.Wait(p.ctx, who, id, barStep, nil)
		if bar {
			fmt.Fprintf(p.stderr, "\r%s", drawn(i))
		}
		if err != nil || i.Rests() {
			if bar {
				fmt.Fprintln(p.stderr)
			}
			return i, err
		}
	}
}

const barWidth = 30

func drawn(i pricelist.Import) string {
	full := 0
	switch {
	case i.Rests():
		full = barWidth
	case i.Size > 0:
		full = int(min(i.Done, i.Size) * barWidth / i.Size)
	}
	return fmt.Sprintf("[%s%s] %-8s %d goods", strings.Repeat("=", full), strings.Repeat(" ", barWidth-full), i.State, i.Rows)
}

func (p *program) summary(a *app.App, i pricelist.Import) error {
	problems, err := a.Lists.Problems(p.ctx, i.ID)
	if err != nil {
		return err
	}
	for _, e := range problems {
		where := "file"
		switch {
		case e.Cell != "":
			where = e.Cell
		case e.Line > 0:
			where = fmt.Sprintf("line %d", e.Line)
		}
		fmt.Fprintf(p.stderr, "%s: %s: %s\n", where, e.Severity, e.Text.EN)
	}
	switch i.State {
	case pricelist.Refused:
		return fmt.Errorf("import %d is refused: %s", i.ID, i.Reason.EN)
	case pricelist.Held:
		return fmt.Errorf("import %d is held, nothing was changed: %s; --force applies it", i.ID, i.WhyHeld().EN)
	case pricelist.Checked:
		d := i.Difference
		fmt.Fprintf(p.stdout, "import %d would bring %d new, %d withdrawn, %d renamed, %d dearer, %d cheaper; %d warnings\n",
			i.ID, d.New+d.Returned, d.Withdrawn, d.Renamed, d.PriceUp, d.PriceDown, i.Warnings)
		return nil
	}
	fmt.Fprintf(p.stdout, "import %d is applied: %d new, %d changed, %d unchanged, %d withdrawn; %d warnings\n",
		i.ID, i.Created, i.Updated, i.Unchanged, i.Withdrawn, i.Warnings)
	return nil
}
