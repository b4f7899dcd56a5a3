package main

import (
	"errors"
	"fmt"

	"zakup/internal/app"
	"zakup/internal/feature/account"
	"zakup/internal/platform/config"
	"zakup/internal/platform/fault"
)

type userCmd struct {
	Add       userAddCmd       `cmd:"" help:"Make an active account and print its id."`
	ResetTOTP userResetTOTPCmd `cmd:"" name:"reset-totp" help:"Switch the second factor of an account off whose owner has lost it, also of an administrator."`
}

type userResetTOTPCmd struct {
	Email string `required:"" help:"The address of the account."`
}

func (c *userResetTOTPCmd) Run(p *program) (err error) {
	a, err := app.New(p.ctx, p.cfg, app.Options{Log: p.log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	u, err := a.Accounts.ByEmail(p.ctx, c.Email)
	if err == nil {
		err = a.Accounts.ResetTOTP(p.ctx, u.ID, true)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Email, explain(err))
	}
	return nil
}

type userAddCmd struct {
	Email     string `required:"" help:"The address; it must be new."`
	Password  string `required:"" help:"At least 8 characters, not a common one."`
	Type      string `required:"" enum:"buyer,shop,admin" help:"buyer, shop or admin. A shop is approved."`
	FirstName string `help:"First name."`
	LastName  string `help:"Last name."`
}

func (c *userAddCmd) Run(p *program) (err error) {
	a, err := app.New(p.ctx, p.cfg, app.Options{Log: p.log})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	u, err := a.Accounts.AddActive(p.ctx, account.Profile{
		FirstName: &c.FirstName, LastName: &c.LastName, Email: &c.Email, Password: &c.Password,
	}, account.Type(c.Type))
	if err != nil {
		return fmt.Errorf("%s: %w", c.Email, explain(err))
	}
	fmt.Fprintln(p.stdout, u.ID)
	if u.Type == account.Admin && p.cfg.AdminTOTP == config.TOTPRequired {
		fmt.Fprintln(p.stderr, "This administrator can administer nothing before a second factor is set up: POST user/totp")
	}
	return nil
}

// explain tells a fault as a person at a terminal reads it.
func explain(err error) error {
	e := fault.As(err)
	if e == nil {
		return err
	}
	text := e.Text.EN
	for _, f := range e.Fields {
		text += "\n  " + f.Name + ": " + f.Text.EN
	}
	return errors.New(text)
}
