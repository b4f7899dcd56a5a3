package bench

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// placeBare makes an order of the customer's basket by the statements that order.Place sends
// to PostgreSQL, and nothing else: no rules, no checks, no HTTP.
func (m *market) placeBare(ctx context.Context, c *customer) error {
	return pgx.BeginFunc(ctx, m.db.Pool(), func(tx pgx.Tx) error { return bare{ctx, tx, c}.place() })
}

type bare struct {
	ctx context.Context
	tx  pgx.Tx
	c   *customer
}

type bareLine struct{ id, offer, shop, quantity int64 }

func (b bare) place() error {
	var id int64
	if err := b.tx.QueryRow(b.ctx, `select id from baskets where id = $1 and user_id = $2 for no key update`, b.c.basket, b.c.who.ID).Scan(&id); err != nil {
		return err
	}
	lines, err := b.lines(id)
	if err != nil {
		return err
	}
	offers, shops := b.named(lines)
	for _, read := range []struct {
		query string
		args  []any
	}{
		{`select id, last_name, first_name, patronymic, email, phone, city, street, house, structure, building, apartment
			from contacts where id = $1 and user_id = $2`, []any{b.c.contact, b.c.who.ID}},
		{`select id, user_id, name, url, approved, accepting, open from shops where id = any($1) order by id for share`, []any{shops}},
		{`select o.id, o.shop_id, p.name, c.name, o.model, o.price, o.price_rrc, o.on_hand - o.reserved - o.shipped, o.document,
				o.external_id, o.unit_code, o.unit_name, o.vat, o.min_quantity, o.multiple
			from offers o join products p on p.id = o.product_id join categories c on c.id = o.category_id where o.id = any($1)
			order by o.id for no key update of o`, []any{offers}},
		{`select user_id, name, inn, kpp, address, bank, bik, account, correspondent from requisites where user_id = any($1)`, []any{shops}},
		{`select id, email, type, first_name, last_name, company, position, language, accept_shortages from users where id = any($1)`, []any{shops}},
	} {
		if err := b.drop(read.query, read.args...); err != nil {
			return err
		}
	}
	if _, err := b.tx.Exec(b.ctx, `update offers set reserved = reserved + 1
		where id = any($1) and not withdrawn and on_hand - reserved - shipped >= 1`, offers); err != nil {
		return err
	}
	if _, err := b.tx.Exec(b.ctx, `delete from baskets where id = $1`, id); err != nil {
		return err
	}
	if err := b.write(id, lines, shops); err != nil {
		return err
	}
	var n int64
	if err := b.tx.QueryRow(b.ctx, `insert into order_numbers (year, last) values (1998, 1)
		on conflict (year) do update set last = order_numbers.last + 1 returning last`).Scan(&n); err != nil {
		return err
	}
	_, err = b.tx.Exec(b.ctx, `
		insert into orders (id, number, seq, user_id, state, total, placed_at, requisites, contact_id,
			last_name, first_name, patronymic, email, phone, city, street, house, structure, building, apartment)
		values ($1, $2, $3, $4, 'new', 1, now(), '', $5, '', '', '', '', '+79990000001', 'Казань', 'Баумана', '', '', '', '')`,
		id, fmt.Sprint("1998-", n), 1998_000_000_000+n, b.c.who.ID, b.c.contact)
	return err
}

func (b bare) lines(id int64) ([]bareLine, error) {
	rows, err := b.tx.Query(b.ctx, `
		select l.id, l.offer_id, o.shop_id, l.quantity from basket_lines l join offers o on o.id = l.offer_id
		where l.basket_id = $1 order by l.id`, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (l bareLine, err error) {
		return l, r.Scan(&l.id, &l.offer, &l.shop, &l.quantity)
	})
}

func (b bare) named(lines []bareLine) (offers, shops []int64) {
	seen := map[int64]bool{}
	for _, l := range lines {
		offers = append(offers, l.offer)
		if !seen[l.shop] {
			seen[l.shop], shops = true, append(shops, l.shop)
		}
	}
	return offers, shops
}

// drop reads a result and drops it.
func (b bare) drop(query string, args ...any) error {
	rows, err := b.tx.Query(b.ctx, query, args...)
	if err != nil {
		return err
	}
	for rows.Next() {
	}
	return rows.Err()
}

// write writes the parts, the lines, the event, the letters and the jobs.
func (b bare) write(id int64, lines []bareLine, shops []int64) error {
	rows, err := b.tx.Query(b.ctx, `
		insert into order_parts (order_id, n, shop_id, shop_name, state, total, requisites)
		select $1, v.n, v.shop, 'Поставщик', 'new', 1, '' from unnest($2::bigint[]) with ordinality v (shop, n)
		returning id, shop_id`, id, shops)
	parts := map[int64]int64{}
	if err == nil {
		_, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (none struct{}, err error) {
			var part, shop int64
			err = r.Scan(&part, &shop)
			parts[shop] = part
			return none, err
		})
	}
	if err != nil {
		return err
	}
	document := strings.Repeat("x", 300)
	_, err = b.tx.CopyFrom(b.ctx, pgx.Identifier{"order_lines"}, []string{
		"id", "order_id", "part_id", "offer_id", "name", "category", "model", "price", "ordered", "quantity", "total",
		"external_id", "unit_code", "unit_name", "vat", "document",
	}, pgx.CopyFromSlice(len(lines), func(i int) ([]any, error) {
		l := lines[i]
		return []any{l.id, id, parts[l.shop], l.offer, "Товар", "Чай", "model", 10_000, l.quantity, l.quantity, 10_000, "1", "", "", "", document}, nil
	}))
	if err != nil {
		return err
	}
	if _, err := b.tx.Exec(b.ctx, `
		insert into order_events (order_id, version, at, user_id, role, from_state, to_state, from_quantity, to_quantity, reason)
		values ($1, 1, now(), $2, 'buyer', 'basket', 'new', 0, 0, '')`, id, b.c.who.ID); err != nil {
		return err
	}
	letters := make([]string, len(shops)+2)
	for i := range letters {
		letters[i] = fmt.Sprintf("bare/%d/%d", id, i)
	}
	if err := b.drop(`
		insert into letters (created_at, state, tries, error, key, kind, ref, recipient, language)
		select now(), 'queued', 0, '', v.key, 'order', 1, 'somebody@example.com', 'ru' from unnest($1::text[]) v (key)
		on conflict (key) do nothing returning id`, letters); err != nil {
		return err
	}
	for kind, jobs := range map[string]int{"letter": len(letters), "documents": 1} {
		if err := b.drop(`
			insert into river_job (args, created_at, kind, max_attempts, metadata, priority, queue, scheduled_at, state, tags)
			select '{"Letter":1}', now(), $1, 500, '{}', 1, 'default', now(), 'available', '{}' from generate_series(1, $2)
			returning id`, kind, jobs); err != nil {
			return err
		}
	}
	return nil
}
