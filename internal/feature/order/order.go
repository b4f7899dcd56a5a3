// Package order owns placed orders: their parts, one for each shop, their lines
// and their letters.
//
// An order is placed once from a basket, whole or not at all, together with its
// letters. It is a copy: no later import, edit or deletion changes it. Amounts
// are in kopecks.
package order

import (
	"context"
	"fmt"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/money"
)

// ID names an order: the id of the basket that it was.
type ID int64

// PartID names a part of an order.
type PartID int64

// State is how far an order has come.
type State string

// New is the state of an order that was just placed.
const New State = "new"

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
	Total    money.Kopecks
}

// PartNumber is the number of a part, for people.
func PartNumber(order string, n int) string { return fmt.Sprintf("%s/%d", order, n) }

// Line is a quantity of an offer as it was when the order was placed.
type Line struct {
	ID       basket.LineID
	Part     PartID
	Offer    catalog.OfferID
	Name     string
	Category string
	Model    string
	Price    money.Kopecks
	Quantity int64
	Total    money.Kopecks
	Document string // the offer as the lists had it: a JSON object
}

// Orders is the feature.
type Orders struct {
	db    *db.DB
	post  *mail.Post
	admin func(ctx context.Context, q db.Queryer) (string, error)
	now   func() time.Time
}

// NewOrders makes the feature and takes over its letters; admin tells the
// address that gets the invoice of every order.
func NewOrders(d *db.DB, post *mail.Post, admin func(context.Context, db.Queryer) (string, error), now func() time.Time) *Orders {
	o := &Orders{db: d, post: post, admin: admin, now: now}
	post.Writes(buyerLetter, o.writeBuyer)
	post.Writes(shopLetter, o.writeShop)
	post.Writes(invoiceLetter, o.writeInvoice)
	return o
}
