// Package order owns placed orders: their parts, one for each shop, their lines
// and their letters.
//
// An order is placed once from a basket, whole or not at all, together with its
// letters. It is a copy: no later import, edit or deletion changes it. What
// changes are the states of its parts, and quantities that a supplier has not;
// every change is of the version that its author saw, and is remembered with who
// made it, when and why. Amounts are in kopecks.
package order

import (
	"context"
	"fmt"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/money"
)

// ID names an order: the id of the basket that it was.
type ID int64

// PartID names a part of an order.
type PartID int64

// The faults of this feature.
var (
	AlreadyPlaced = fault.New(fault.Conflict, "already_placed",
		"Заказ уже оформлен", "The order has been placed already")
	TooLarge = fault.New(fault.Conflict, "order_too_large",
		"Сумма заказа слишком велика", "The sum of the order is too large")
)

// Order is a placed order, or for a supplier its own part of one.
type Order struct {
	ID       ID
	Number   string
	State    State
	Version  int64 // counts the changes; of a supplier's order, those of its part
	Total    money.Kopecks
	PlacedAt time.Time
	Contact  account.Contact
	Lines    []Line
	Parts    []Part
}

// Part is what one shop delivers of an order.
type Part struct {
	ID       PartID
	N        int // from 1 in the order
	Shop     partner.ShopID
	ShopName string
	State    State
	Version  int64
	Total    money.Kopecks
	Owner    account.ID // of the shop
}

// PartNumber is the number of a part, for people.
func PartNumber(order string, n int) string { return fmt.Sprintf("%s/%d", order, n) }

// Line is a quantity of an offer as it was when the order was placed. Only the
// quantity may become less: see Ordered.
type Line struct {
	ID       basket.LineID
	Part     PartID
	Offer    catalog.OfferID
	Name     string
	Category string
	Model    string
	Price    money.Kopecks
	Ordered  int64 // when it was placed
	Quantity int64 // that will come
	Total    money.Kopecks
	Decision Decision // about a shortage
	Reason   string   // of the shortage
	Document string   // the offer as the lists had it: a JSON object

	ExternalID, UnitCode, UnitName, VAT string // see catalog.Terms; empty in orders of old
}

// Orders is the feature.
type Orders struct {
	db      *db.DB
	queue   *jobs.Queue
	post    *mail.Post
	trail   *audit.Log
	baskets *basket.Baskets
	admin   func(ctx context.Context, q db.Queryer) (to, lang string, err error)
	now     func() time.Time
}

// NewOrders makes the feature and takes over its letters; admin tells the
// address that gets the invoice of every order, and its language.
func NewOrders(
	d *db.DB, queue *jobs.Queue, post *mail.Post, trail *audit.Log, baskets *basket.Baskets,
	admin func(context.Context, db.Queryer) (to, lang string, err error), now func() time.Time,
) *Orders {
	o := &Orders{db: d, queue: queue, post: post, trail: trail, baskets: baskets, admin: admin, now: now}
	post.Writes(buyerLetter, o.writeBuyer)
	post.Writes(ShopLetter, o.writeShop)
	post.Writes(InvoiceLetter, o.writeInvoice)
	post.Writes(changeLetter, o.writeChange)
	post.Writes(partChangeLetter, o.writePartChange)
	for kind, whose := range recipients {
		post.Recipients(kind, recipient(whose))
	}
	return o
}

// Documents is the job that makes the documents of an order anew; the feature
// invoice does it.
type Documents struct {
	Order   ID
	Version int64
}

// Kind names the job.
func (Documents) Kind() string { return "documents" }

var documentsJob = jobs.Options{Queue: jobs.Documents}
