// Package picture owns the pictures of people and of goods: what was drawn of
// files that they sent, or that price lists name.
//
// It promises that what the store keeps has a row first, so that nothing in it is
// nobody's; that a picture is shown from when all of its sides are stored, until
// nothing names it; and that addresses of a shop's lists are fetched once each.
// What a file becomes, package raster says.
package picture

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"time"

	"zakup/internal/feature/picture/raster"
	"zakup/internal/platform/blob"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
)

// ID names a picture inside.
type ID int64

// Picture is one that can be shown.
type Picture struct {
	Name          string // by which anybody may see it
	Width, Height int    // of its largest side
}

// TooMany is the fault of more pictures than an offer may have.
var TooMany = fault.New(fault.Invalid, "too_many_pictures",
	"Картинок не больше 10", "No more than 10 pictures")

// Pictures is the feature.
type Pictures struct {
	db    *db.DB
	store blob.Store
	fetch *fetch.Client
	log   *slog.Logger
	now   func() time.Time
}

const (
	// sweepEvery is how often what nothing names is removed.
	sweepEvery = time.Hour
	// copyEvery is the pause before addresses of price lists are looked for again.
	copyEvery = 10 * time.Second
)

// New makes the feature; its rounds run where jobs do.
func New(d *db.DB, queue *jobs.Queue, store blob.Store, fetcher *fetch.Client, log *slog.Logger, now func() time.Time) *Pictures {
	p := &Pictures{db: d, store: store, fetch: fetcher, log: log, now: now}
	queue.Every("unused pictures", sweepEvery, p.Sweep)
	queue.Every("addresses of pictures", copyEvery, func(ctx context.Context) error {
		if err := p.WalkDue(ctx); err != nil {
			return err
		}
		return p.CopyDue(ctx)
	})
	return p
}

var letters = base32.StdEncoding.WithPadding(base32.NoPadding)

// newName is what nobody can guess, in the letters of names of the store.
func newName() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return strings.ToLower(letters.EncodeToString(b))
}

// isName tells whether name can be one: PostgreSQL does not take every text.
func isName(name string) bool {
	return len(name) == letters.EncodedLen(16) && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz234567") == ""
}

// FileName is the last part of the address of a side, and of its name in the store.
func FileName(side int) string { return strconv.Itoa(side) + ".jpg" }

// Root is where the service shows pictures.
const Root = "/pictures/"

// Address is where the service shows a side of a picture.
func Address(name string, side int) string { return Root + stored(name, side) }

// stored is the name in the store.
func stored(name string, side int) string { return name + "/" + FileName(side) }

// wrapped says where an error comes from, and leaves faults as they are.
func wrapped(what string, err error) error {
	if err == nil || fault.As(err) != nil {
		return err
	}
	return fmt.Errorf("picture: %s: %w", what, err)
}

// scanPicture reads name, width and height.
func scanPicture(r db.Row) (p Picture, err error) { return p, r.Scan(&p.Name, &p.Width, &p.Height) }

// one is the first of those that a query finds; nil when it finds none.
func one(ctx context.Context, q db.Queryer, query string, args ...any) (*Picture, error) {
	rows, err := q.Query(ctx, query, args...)
	list, err := db.Collect(rows, err, scanPicture)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// Sides are those that every picture is kept in.
func Sides() []int { return raster.Sides[:] }
