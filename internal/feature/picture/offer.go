package picture

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// maxOffer is how many pictures an offer has at most.
const maxOffer = 10

// OfOffer are the pictures of an offer, the main one first: those by hand, or
// those of its price list. It is one statement.
func OfOffer(ctx context.Context, q db.Queryer, offer int64) ([]Picture, error) {
	rows, err := q.Query(ctx, `
		select p.name, p.width, p.height, o.position
		from offer_pictures o join pictures p on p.id = o.picture_id where o.offer_id = $1
		union all
		select p.name, p.width, p.height, l.position
		from listed_pictures l join picture_copies c on c.id = l.copy_id join pictures p on p.id = c.picture_id
		where l.offer_id = $1 and not exists (select 1 from offer_pictures where offer_id = $1)
		order by 4`, offer)
	list, err := db.Collect(rows, err, func(r db.Row) (p Picture, err error) {
		var position int64
		return p, r.Scan(&p.Name, &p.Width, &p.Height, &position)
	})
	return list, wrapped("offer", err)
}

// Main is the one expression for the name of the main picture of an offer o, empty when
// there is none. OfOffer has it first.
const Main = `coalesce(
	(select p.name from offer_pictures x join pictures p on p.id = x.picture_id where x.offer_id = o.id order by x.position limit 1),
	(select p.name from listed_pictures x join picture_copies c on c.id = x.copy_id join pictures p on p.id = c.picture_id
		where x.offer_id = o.id order by x.position limit 1), '')`

// ThumbSide is of the picture that lists show, in pixels.
const ThumbSide = 320

// owned is fault.Absent unless the offer is the shop's.
func owned(ctx context.Context, q db.Queryer, shop partner.ShopID, offer int64) error {
	var id int64
	err := q.QueryRow(ctx, `select id from offers where id = $1 and shop_id = $2`, offer, shop).Scan(&id)
	if errors.Is(err, db.ErrNoRows) {
		return fault.Absent
	}
	return err
}

// SetOffer gives an offer of the shop the pictures of the files, in their order, in
// place of those by hand before; they win over those of price lists. A file is
// read when the one before it is stored. One that is wrong changes nothing.
// fault.Absent, fault.Missing, TooMany, the faults of raster.
func (p *Pictures) SetOffer(ctx context.Context, shop partner.ShopID, offer int64, files iter.Seq2[io.Reader, error]) ([]Picture, error) {
	if err := owned(ctx, p.db, shop, offer); err != nil {
		return nil, wrapped("offer", err)
	}
	list, err := p.keepAll(ctx, files)
	if err == nil {
		err = p.db.InTx(ctx, func(tx db.Tx) error { return replace(ctx, tx, shop, offer, list) })
	}
	if err != nil {
		return nil, wrapped("offer", errors.Join(err, p.drop(ctx, list...)))
	}
	shown := make([]Picture, len(list))
	for i, k := range list {
		shown[i] = k.Picture
	}
	return shown, nil
}

// keepAll returns what it has kept also when it fails.
func (p *Pictures) keepAll(ctx context.Context, files iter.Seq2[io.Reader, error]) (list []kept, err error) {
	for file, err := range files {
		if err == nil && len(list) == maxOffer {
			err = TooMany
		}
		var k kept
		if err == nil {
			k, err = p.keep(ctx, file)
		}
		if err != nil {
			return list, err
		}
		list = append(list, k)
	}
	if len(list) == 0 {
		return nil, fault.Missing.Fact("Missing", []string{"file"})
	}
	return list, nil
}

func replace(ctx context.Context, tx db.Tx, shop partner.ShopID, offer int64, list []kept) error {
	if err := remove(ctx, tx, shop, offer, ""); err != nil {
		return err
	}
	for i, k := range list {
		if _, err := tx.Exec(ctx, `insert into offer_pictures (offer_id, position, picture_id) values ($1, $2, $3)`, offer, i, k.id); err != nil {
			return err
		}
		if err := show(ctx, tx, k); err != nil {
			return err
		}
	}
	return nil
}

// RemoveOffer takes away the pictures by hand of an offer of the shop, or the one
// of that name: then those of its price list are shown, once there is none by hand.
// fault.Absent.
func (p *Pictures) RemoveOffer(ctx context.Context, shop partner.ShopID, offer int64, name string) error {
	if name != "" && !isName(name) {
		return fault.Absent
	}
	return wrapped("offer", p.db.InTx(ctx, func(tx db.Tx) error { return remove(ctx, tx, shop, offer, name) }))
}

func remove(ctx context.Context, tx db.Tx, shop partner.ShopID, offer int64, name string) error {
	if err := owned(ctx, tx, shop, offer); err != nil {
		return err
	}
	// Of two that set pictures at once, the second replaces those of the first.
	if err := tx.Serialize(ctx, fmt.Sprintf("pictures of offer/%d", offer)); err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `
		delete from offer_pictures where offer_id = $1 and ($2 = '' or picture_id in (select id from pictures where name = $2))
		returning picture_id`, offer, name)
	gone, err := db.Collect(rows, err, func(r db.Row) (id ID, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	if name != "" && len(gone) == 0 {
		return fault.Absent
	}
	return forget(ctx, tx, gone...)
}
