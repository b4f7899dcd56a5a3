package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/jackc/pgx/v5"
)

// beside is the database of the smaller catalogue, made if it is not there, and
// what removes it.
func (o Cataloguing) beside(ctx context.Context) (address string, drop func(context.Context) error, err error) {
	if o.Database == "" {
		address = o.url(o.Small)
		path := strings.TrimPrefix(address, "sqlite:")
		return address, func(context.Context) error { return os.Remove(path) }, nil
	}
	if strings.HasPrefix(o.Database, "sqlite:") {
		address = o.Database + "-small"
		path := strings.TrimPrefix(address, "sqlite:")
		return address, func(context.Context) error { return os.Remove(path) }, nil
	}
	u, err := url.Parse(o.Database)
	if err != nil {
		return "", nil, errors.New("the address of the database is not an URL")
	}
	name := strings.TrimPrefix(u.Path, "/") + "_small"
	u.Path = "/" + name
	quoted := pgx.Identifier{name}.Sanitize()
	var there bool
	err = o.onServer(ctx, func(c *pgx.Conn) error {
		err := c.QueryRow(ctx, `select exists (select 1 from pg_database where datname = $1)`, name).Scan(&there)
		if err == nil && !there {
			_, err = c.Exec(ctx, `create database `+quoted)
		}
		return err
	})
	if err != nil {
		return "", nil, fmt.Errorf("a database beside the given one, for the smaller catalogue (--small=0: none): %w", err)
	}
	return u.String(), func(ctx context.Context) error {
		return o.onServer(ctx, func(c *pgx.Conn) error {
			_, err := c.Exec(ctx, `drop database `+quoted)
			return err
		})
	}, nil
}

func (o Cataloguing) onServer(ctx context.Context, f func(*pgx.Conn) error) error {
	c, err := pgx.Connect(ctx, o.Database)
	if err != nil {
		return err
	}
	return errors.Join(f(c), c.Close(ctx))
}
