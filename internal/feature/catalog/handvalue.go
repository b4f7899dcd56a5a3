package catalog

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"zakup/internal/feature/partner"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// AnyShop stands for whichever shop an offer is of.
const AnyShop partner.ShopID = 0

// maxValueLength is the longest value by hand, in characters.
const maxValueLength = 1000

// checkValues tells which names and values can't be.
func checkValues(list []Parameter) error {
	if len(list) == 0 {
		return fault.Missing.Fact("Missing", []string{"items"})
	}
	if len(list) > maxOfferTraits {
		return fault.BadArguments.With("items", "Не больше 100 характеристик.", "No more than 100 characteristics.")
	}
	for _, p := range list {
		if err := checkText("parameter", p.Name, maxTraitLength); err != nil {
			return err
		}
		if utf8.RuneCountInString(p.Value) > maxValueLength {
			return fault.BadArguments.WithText("value", fault.TooLong(maxValueLength))
		}
	}
	return nil
}

func checkText(field, text string, longest int) error {
	if Key(text) == "" {
		return fault.BadArguments.WithText(field, fault.Blank())
	}
	if utf8.RuneCountInString(text) > longest {
		return fault.BadArguments.WithText(field, fault.TooLong(longest))
	}
	return nil
}

// SetValues gives an offer values by hand, which win over those of lists until
// they are removed; an empty one hides the list's. A shop gives them to its own
// offers, an administrator (AnyShop) to any. fault.Absent.
func (c *Catalog) SetValues(ctx context.Context, shop partner.ShopID, id OfferID, values []Parameter) error {
	if err := checkValues(values); err != nil {
		return err
	}
	return c.byHand(ctx, shop, id, values, func(tx db.Tx, names map[string]int64) error {
		for _, v := range values {
			_, err := tx.Exec(ctx, `
				insert into hand_values (offer_id, name_id, name, text) values ($1, $2, $3, $4)
				on conflict (offer_id, name_id) do update set name = excluded.name, text = excluded.text`,
				id, names[Key(v.Name)], strings.TrimSpace(v.Name), strings.TrimSpace(v.Value))
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// RemoveValues removes values by hand, so that the list's are in force again.
// fault.Absent, when there is no such offer; values there are none of are none.
func (c *Catalog) RemoveValues(ctx context.Context, shop partner.ShopID, id OfferID, names []string) error {
	keys, named := make([]string, len(names)), make([]Parameter, len(names))
	for i, n := range names {
		keys[i], named[i].Name = Key(n), n
	}
	if err := checkValues(named); err != nil {
		return err
	}
	return c.byHand(ctx, shop, id, nil, func(tx db.Tx, _ map[string]int64) error {
		list, args := db.In([]any{id}, keys)
		_, err := tx.Exec(ctx, `
			delete from hand_values where offer_id = $1 and name_id in (select id from parameter_names where name_key in (`+list+`))`, args...)
		return err
	})
}

func (c *Catalog) byHand(
	ctx context.Context, shop partner.ShopID, id OfferID, values []Parameter, change func(tx db.Tx, names map[string]int64) error,
) error {
	return wrapped("values by hand", c.db.InTx(ctx, func(tx db.Tx) error {
		var owner partner.ShopID
		err := tx.QueryRow(ctx, `select shop_id from offers where id = $1 and ($2 = 0 or shop_id = $2)`, id, shop).Scan(&owner)
		if errors.Is(err, db.ErrNoRows) {
			return fault.Absent
		}
		// The row that each merge of the shop begins with: what is written by hand is
		// not to come between what a merge reads and what it writes.
		if err == nil {
			_, err = tx.Exec(ctx, `update offer_generations set generation = generation where shop_id = $1`, owner)
		}
		var names map[string]int64
		if err == nil {
			names, err = nameIDs(ctx, tx, values)
		}
		if err == nil {
			err = listed(ctx, tx, `offers.id = $1`, id)
		}
		if err == nil {
			err = change(tx, names)
		}
		if err == nil {
			err = hand(ctx, tx, owner)
		}
		if err == nil {
			err = mark(ctx, tx, `select cast($1 as bigint)`, id)
		}
		if err == nil && len(values) > 0 {
			d := &dictionary{names: map[string]*written{}}
			for _, v := range values {
				d.note(v)
			}
			err = d.define(ctx, tx, owner)
		}
		if err == nil && shop == AnyShop {
			err = c.trail.Record(ctx, tx, audit.Entry{Action: "offer.parameters", Subject: fmt.Sprintf("offer/%d", id)})
		}
		return err
	}))
}

// nameIDs are those of the names of the values, by their keys; new ones are added.
func nameIDs(ctx context.Context, tx db.Tx, values []Parameter) (map[string]int64, error) {
	ids := map[string]int64{}
	values = slices.SortedFunc(slices.Values(values), func(a, b Parameter) int { return strings.Compare(Key(a.Name), Key(b.Name)) })
	for _, v := range values {
		_, err := tx.Exec(ctx, `insert into parameter_names (name, name_key) values ($1, $2) on conflict (name_key) do nothing`,
			strings.TrimSpace(v.Name), Key(v.Name))
		var id int64
		if err == nil {
			err = tx.QueryRow(ctx, `select id from parameter_names where name_key = $1`, Key(v.Name)).Scan(&id)
		}
		if err != nil {
			return nil, err
		}
		ids[Key(v.Name)] = id
	}
	return ids, nil
}

// unhand gives the offers that the staged list changes their documents of the
// list, until hand.
func unhand(ctx context.Context, tx db.Tx, as Staging, shop partner.ShopID) error {
	return listed(ctx, tx, `offers.shop_id = $2 and exists (
		select 1 from staged_offers s
		where s.import_id = $1 and s.external_id = offers.external_id and s.kind < 4 and s.kind = 0 and s.content <> offers.content)`, as, shop)
}

// listed gives the offers for which the condition holds what the list says of
// them.
func listed(ctx context.Context, tx db.Tx, condition string, args ...any) error {
	_, err := tx.Exec(ctx, `
		update offers set document = l.document, traits = l.traits
		from listed_documents l
		where l.offer_id = offers.id and `+condition, args...)
	if err == nil {
		_, err = tx.Exec(ctx, `
			delete from listed_documents where offer_id in (
				select offers.id from listed_documents l join offers on offers.id = l.offer_id where `+condition+`)`, args...)
	}
	if err != nil {
		return fmt.Errorf("catalog: listed: %w", err)
	}
	return nil
}

type handled struct {
	id         OfferID
	document   string
	parameters []Parameter
	values     []handValue
}

type handValue struct {
	Parameter
	done bool
}

// handAtOnce is how many offers are read at a time.
const handAtOnce = 200

// hand writes the values by hand of the shop's offers into the documents of its
// list, where that is not done yet, and keeps what the list says.
func hand(ctx context.Context, tx db.Tx, shop partner.ShopID) error {
	var d dictionary
	for {
		rows, err := tx.Query(ctx, `
			select o.id, o.document from offers o
			where o.shop_id = $1 and o.id in (select offer_id from hand_values)
				and not exists (select 1 from listed_documents l where l.offer_id = o.id)
			order by o.id limit $2`, shop, handAtOnce)
		list, err := db.Collect(rows, err, func(r db.Row) (h handled, err error) { return h, r.Scan(&h.id, &h.document) })
		if err == nil && len(list) == 0 {
			return nil
		}
		if err == nil {
			err = handPage(ctx, tx, &d, list)
		}
		if err != nil {
			return fmt.Errorf("catalog: hand: %w", err)
		}
	}
}

func handPage(ctx context.Context, tx db.Tx, d *dictionary, list []handled) error {
	at, ids := map[OfferID]int{}, make([]OfferID, len(list))
	for i, h := range list {
		at[h.id], ids[i] = i, h.id
	}
	in, args := db.In(nil, ids)
	_, err := tx.Exec(ctx, `
		insert into listed_documents (offer_id, document, traits) select id, document, traits from offers where id in (`+in+`)`, args...)
	if err != nil {
		return err
	}
	rows, err := tx.Query(ctx, `select offer_id, name, text from hand_values where offer_id in (`+in+`) order by offer_id, name_id`, args...)
	_, err = db.Collect(rows, err, func(r db.Row) (id OfferID, err error) {
		var v handValue
		err = r.Scan(&id, &v.Name, &v.Value)
		list[at[id]].values = append(list[at[id]].values, v)
		return id, err
	})
	if err != nil {
		return err
	}
	of, err := meanings(ctx, tx, list)
	if err != nil {
		return err
	}
	said := make([][]Parameter, len(list))
	for i := range list {
		list[i].apply(of)
		said[i] = list[i].parameters
	}
	known, err := d.learn(ctx, tx, said)
	for _, h := range list {
		if err == nil {
			_, err = tx.Exec(ctx, `update offers set document = $2, traits = $3 where id = $1`, h.id, h.document, traits(h.parameters, known))
		}
	}
	return err
}

// meanings reads the characteristics of the offers' lists, and returns of each
// name, by its key, what characteristic it is of.
func meanings(ctx context.Context, tx db.Tx, list []handled) (map[string]CharacteristicID, error) {
	of := map[string]CharacteristicID{}
	var keys []string
	note := func(name string) {
		if key := Key(name); of[key] == 0 {
			of[key] = -1
			keys = append(keys, key)
		}
	}
	for i := range list {
		var l Listing
		if err := l.parse(list[i].document); err != nil {
			return nil, err
		}
		list[i].parameters = l.Parameters
		for _, p := range l.Parameters {
			note(p.Name)
		}
		for _, v := range list[i].values {
			note(v.Name)
		}
	}
	for chunk := range slices.Chunk(keys, lookUp) {
		in, args := db.In(nil, chunk)
		rows, err := tx.Query(ctx, `select name_key, parameter_id from parameter_names where parameter_id is not null and name_key in (`+in+`)`, args...)
		_, err = db.Collect(rows, err, func(r db.Row) (id CharacteristicID, err error) {
			var key string
			err = r.Scan(&key, &id)
			of[key] = id
			return id, err
		})
		if err != nil {
			return nil, err
		}
	}
	return of, nil
}

// apply writes the values by hand into the document.
func (h *handled) apply(of map[string]CharacteristicID) {
	var all []Parameter
	for _, p := range h.parameters {
		n := slices.IndexFunc(h.values, func(v handValue) bool {
			a, b := Key(v.Name), Key(p.Name)
			return a == b || of[a] > 0 && of[a] == of[b]
		})
		if n < 0 {
			all = append(all, p)
			continue
		}
		if v := &h.values[n]; !v.done && v.Value != "" {
			all = append(all, Parameter{p.Name, v.Value})
		}
		h.values[n].done = true
	}
	for _, v := range h.values {
		if !v.done && v.Value != "" {
			all = append(all, v.Parameter)
		}
	}
	h.parameters = all
	before, _, _ := strings.Cut(h.document, parametersMember)
	h.document = string(appendParameters([]byte(before), all))
}
