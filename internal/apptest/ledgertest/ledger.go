// Package ledgertest proves from a database at rest, and from the letters that
// were captured, that nothing of the orders in it was lost or done twice.
//
// It reads tables and nothing else, so that it shares no mistake with the
// program.
package ledgertest

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"zakup/internal/platform/db"
)

// rule is a query that finds what is wrong: the first column names it.
type rule struct{ what, query string }

// rules hold of any database of the program in which all jobs are done.
var rules = []rule{
	{"a part without lines, or whose sum is another", `
		select p.order_id || '/' || p.n from order_parts p
		where p.total <> coalesce((select sum(l.price * l.quantity) from order_lines l where l.part_id = p.id), -1)
			or exists (select 1 from order_lines l where l.part_id = p.id and l.total <> l.price * l.quantity)`},
	{"an order without parts, or whose sum is another", `
		select o.id || '' from orders o
		where o.total <> coalesce((
			select sum(p.total) from order_parts p
			where p.order_id = o.id and (o.state = 'canceled' or p.state <> 'canceled')), -1)`},
	{"a line of another order's part", `
		select l.id || '' from order_lines l join order_parts p on p.id = l.part_id where p.order_id <> l.order_id`},
	{"an order that is still a basket", `select o.id || '' from orders o join baskets b on b.id = o.id`},
	{"a number that is missing", `
		select n.year || '-' || n.last from order_numbers n
		where n.last <> (select count(*) from orders o where o.seq / 1000000000 = n.year)
			or n.last <> (select max(o.seq) from orders o where o.seq / 1000000000 = n.year) - n.year * cast(1000000000 as bigint)`},
	{"reserved stock that is not what is ordered", `
		select f.id || '' from offers f
		where f.reserved <> coalesce((
			select sum(l.quantity) from order_lines l join order_parts p on p.id = l.part_id
			where l.offer_id = f.id and p.state in ('new', 'confirmed', 'assembled')), 0)`},
	{"shipped stock that is not what was sent", `
		select f.id || '' from offers f
		where f.shipped > coalesce((
			select sum(l.quantity) from order_lines l join order_parts p on p.id = l.part_id
			where l.offer_id = f.id and p.state in ('sent', 'delivered')), 0)`},
	{"an order whose events are not those of its versions", `
		select o.id || '' from orders o
		where o.version <> (select count(distinct e.version) from order_events e where e.order_id = o.id)
			or o.version <> (select max(e.version) from order_events e where e.order_id = o.id)`},
	{"a part whose state is not where its events lead", `
		select p.order_id || '/' || p.n from order_parts p
		where p.state <> coalesce((
			select e.to_state from order_events e where e.part_id = p.id order by e.id desc limit 1), 'new')`},
	{"a letter about a new order that was not queued", `
		select w.key from (
			select 'order/' || o.id || '/buyer' as key from orders o
			union all select 'order/' || o.id || '/invoice' from orders o
			union all select 'order/' || p.order_id || '/part/' || p.n from order_parts p) w
		where not exists (select 1 from letters l where l.key = w.key)`},
	{"a letter about a change that was not queued", `
		select w.key from (
			select distinct 'order/' || e.order_id || '/version/' || e.version || '/buyer' as key
			from order_events e where e.version > 1 and e.part_id is not null and e.from_state <> e.to_state
			union select distinct 'order/' || e.order_id || '/version/' || e.version || '/part/' || p.n
			from order_events e join order_parts p on p.id = e.part_id join shops s on s.id = p.shop_id
			where e.version > 1 and e.user_id <> s.user_id) w
		where not exists (select 1 from letters l where l.key = w.key)`},
	{"a letter that was not sent", `select key || ' ' || state || ' ' || error from letters where state <> 'sent'`},
	{"a letter without a job", `
		select l.key from letters l where l.state <> 'sent' and not exists (
			select 1 from river_job j where j.kind = 'letter' and j.state not in ('completed', 'discarded', 'cancelled'))`},
	{"a job that is not done", `select kind || ' ' || state from river_job where state <> 'completed'`},
	// Orders of before there were documents have none until they change.
	{"a document that was not made", `
		select o.id || '' from orders o
		where o.seq >= (select min(d.seq) from orders d join invoices i on i.order_id = d.id) and ((
			select count(*) from invoices i where i.order_id = o.id and i.part_n = 0 and i.version = o.version) <> 2
			or exists (
				select 1 from order_parts p where p.order_id = o.id and (
					select count(*) from invoices i where i.order_id = o.id and i.part_n = p.n and i.version = p.version) <> 2))`},
}

// Check returns what is wrong, a sentence each.
func Check(ctx context.Context, d *db.DB) ([]string, error) {
	var wrong []string
	for _, r := range rules {
		rows, err := d.Query(ctx, r.query+` limit 10`)
		list, err := db.Collect(rows, err, func(row db.Row) (s string, err error) { return s, row.Scan(&s) })
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.what, err)
		}
		for _, name := range list {
			wrong = append(wrong, r.what+": "+name)
		}
	}
	return wrong, nil
}

// CheckLetters compares the letters that were sent with the files that hold
// them: each is there, once, and no other is.
func CheckLetters(ctx context.Context, d *db.DB, folder fs.FS) ([]string, error) {
	files, err := fs.Glob(folder, "*")
	if err != nil {
		return nil, err
	}
	there := map[string]int{}
	for _, name := range files {
		id, _, _ := strings.Cut(strings.TrimLeft(path.Base(name), "0"), "-")
		there[id]++
	}
	rows, err := d.Query(ctx, `select id || '' from letters where state = 'sent'`)
	sent, err := db.Collect(rows, err, func(row db.Row) (s string, err error) { return s, row.Scan(&s) })
	if err != nil {
		return nil, err
	}
	var wrong []string
	for _, id := range sent {
		if there[id] != 1 {
			wrong = append(wrong, fmt.Sprintf("the letter %s was sent, and is there %d times", id, there[id]))
		}
		delete(there, id)
	}
	for id := range there {
		wrong = append(wrong, "nobody sent the letter "+id)
	}
	return wrong, nil
}
