// Package invoice owns the накладные: documents made of an order, as a whole and
// of each of its parts, as PDF and as XLSX.
//
// A document is of one version of its order, which it names; of each only the
// newest is kept. It is made in the background after every change, or when it is
// asked for before that. Its sums are those of the order to the kopeck: see paper.
// It is no legal document: the supplier issues that one.
package invoice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/invoice/paper"
	"zakup/internal/feature/order"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
)

// Format is how a document is written.
type Format string

// The formats.
const (
	PDF  Format = "pdf"
	XLSX Format = "xlsx"
)

var writers = map[Format]func(io.Writer, paper.Document) error{PDF: paper.WritePDF, XLSX: paper.WriteXLSX}

// Type is the media type of the format.
func (f Format) Type() string {
	if f == PDF {
		return "application/pdf"
	}
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
}

// makeTimeout is the time for the documents of one order.
const makeTimeout = 5 * time.Minute

// File is a document.
type File struct {
	Name   string
	Format Format
	Data   []byte
}

// Invoices is the feature.
type Invoices struct {
	db     *db.DB
	orders *order.Orders
	now    func() time.Time
}

// New makes the feature, takes over its jobs and has the letters about new
// orders carry their documents.
func New(d *db.DB, queue *jobs.Queue, orders *order.Orders, post *mail.Post, now func() time.Time) *Invoices {
	i := &Invoices{db: d, orders: orders, now: now}
	jobs.Handle(queue, makeTimeout, i.makeAll)
	post.Attaches(order.InvoiceLetter, i.ofOrder)
	post.Attaches(order.ShopLetter, i.ofPart)
	return i
}

func (i *Invoices) ofOrder(ctx context.Context, ref int64, _ string) ([]mail.File, error) {
	return i.attachments(ctx, order.ID(ref), 0)
}

func (i *Invoices) ofPart(ctx context.Context, ref int64, _ string) ([]mail.File, error) {
	var id order.ID
	var n int
	if err := i.db.QueryRow(ctx, `select order_id, n from order_parts where id = $1`, ref).Scan(&id, &n); err != nil {
		return nil, fmt.Errorf("invoice: part %d: %w", ref, err)
	}
	return i.attachments(ctx, id, n)
}

func (i *Invoices) attachments(ctx context.Context, id order.ID, n int) ([]mail.File, error) {
	var list []mail.File
	for _, f := range []Format{PDF, XLSX} {
		file, err := i.Of(ctx, id, n, f)
		if err != nil {
			return nil, err
		}
		list = append(list, mail.File{Name: file.Name, Type: f.Type(), Data: file.Data})
	}
	return list, nil
}

// OfBuyer returns the document of the person's order, or of one part of it (n
// from 1). fault.Absent when it is not there or not theirs.
func (i *Invoices) OfBuyer(ctx context.Context, who account.ID, id order.ID, n int, f Format) (File, error) {
	if _, err := i.orders.Get(ctx, who, id); err != nil {
		return File{}, err
	}
	return i.Of(ctx, id, n, f)
}

// OfSupplier returns the document of the supplier's part of the order.
func (i *Invoices) OfSupplier(ctx context.Context, who account.ID, id order.ID, f Format) (File, error) {
	o, err := i.orders.PartOf(ctx, who, id)
	if err != nil {
		return File{}, err
	}
	return i.Of(ctx, id, o.Parts[0].N, f)
}

// Of returns the document of any order, or of one part of it (n from 1).
func (i *Invoices) Of(ctx context.Context, id order.ID, n int, f Format) (File, error) {
	file, err := i.kept(ctx, id, n, f)
	if errors.Is(err, db.ErrNoRows) {
		file, err = i.make(ctx, id, n, f)
	}
	if err != nil {
		return File{}, fmt.Errorf("invoice: %w", err)
	}
	return file, nil
}

// kept finds the document of the order as it is now.
func (i *Invoices) kept(ctx context.Context, id order.ID, n int, f Format) (File, error) {
	file := File{Format: f}
	var number string
	err := i.db.QueryRow(ctx, `
		select o.number, i.data from invoices i
		join orders o on o.id = i.order_id
		left join order_parts p on p.order_id = i.order_id and p.n = i.part_n
		where i.order_id = $1 and i.part_n = $2 and i.format = $3 and i.version = coalesce(p.version, o.version)`,
		id, n, f).Scan(&number, &file.Data)
	file.Name = fileName(number, n, f)
	return file, err
}

func fileName(number string, n int, f Format) string {
	if n > 0 {
		number += fmt.Sprintf("-%d", n)
	}
	return "Накладная " + number + "." + string(f)
}

// make writes a document and keeps it.
func (i *Invoices) make(ctx context.Context, id order.ID, n int, f Format) (File, error) {
	o, err := i.orders.Paper(ctx, id)
	if err != nil {
		return File{}, err
	}
	return i.write(ctx, o, n, f)
}

func (i *Invoices) write(ctx context.Context, o order.Paper, n int, f Format) (File, error) {
	d, found := document(o, n)
	if !found {
		return File{}, fault.Absent.WithText("part", fault.UnknownKey(int64(n)))
	}
	d.Made = i.now()
	var b bytes.Buffer
	if err := writers[f](&b, d); err != nil {
		return File{}, err
	}
	file := File{Name: fileName(o.Number, n, f), Format: f}
	err := i.db.InTx(ctx, func(tx db.Tx) error {
		// Of two that make it at once the first one's is kept, for both.
		err := tx.QueryRow(ctx, `
			insert into invoices (order_id, part_n, version, format, data, created_at) values ($1, $2, $3, $4, $5, $6)
			on conflict (order_id, part_n, version, format) do update set data = invoices.data
			returning data`, o.ID, n, d.Version, f, b.Bytes(), d.Made).Scan(&file.Data)
		if err == nil {
			_, err = tx.Exec(ctx, `delete from invoices where order_id = $1 and part_n = $2 and format = $3 and version < $4`,
				o.ID, n, f, d.Version)
		}
		return err
	})
	return file, err
}

// makeAll makes those documents of an order that are not there yet. When the
// order has changed meanwhile, another job does it.
func (i *Invoices) makeAll(ctx context.Context, job order.Documents) error {
	o, err := i.orders.Paper(ctx, job.Order)
	if err != nil || o.Version != job.Version {
		return err
	}
	for n := range len(o.Parts) + 1 {
		for _, f := range []Format{PDF, XLSX} {
			switch _, err := i.kept(ctx, o.ID, n, f); {
			case err == nil:
				continue
			case !errors.Is(err, db.ErrNoRows):
				return fmt.Errorf("invoice: %w", err)
			}
			if _, err := i.write(ctx, o, n, f); err != nil {
				return fmt.Errorf("invoice: order %d, part %d, %s: %w", o.ID, n, f, err)
			}
		}
	}
	return nil
}
