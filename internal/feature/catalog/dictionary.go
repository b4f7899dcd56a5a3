package catalog

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"zakup/internal/platform/db"
)

// The bounds of what serves filters. What is beyond them is shown, and no more.
const (
	maxTraitLength = 100   // characters of a name or a value
	maxOfferTraits = 100   // of an offer
	maxListNames   = 1000  // of a list
	maxRemembered  = 50000 // values that are remembered while a list is read
	lookUp         = 1000  // values in one statement
)

// dictionary numbers the values that lists write. It remembers those that it has
// found in the database: what it adds may be rolled back with its transaction.
type dictionary struct {
	found map[Parameter]int64
	names map[string]*written // by their keys
}

// written is what a list says of a characteristic.
type written struct {
	name   string
	values map[string]typed // by their keys, at most maxChoices+1
}

type entry struct{ name, text string } // keys

// learn returns the ids of the values, those that are new added. The rest of the
// list need not be looked up again.
func (d *dictionary) learn(ctx context.Context, tx db.Tx, offers [][]Parameter) (map[Parameter]int64, error) {
	if d.found == nil || len(d.found) > maxRemembered {
		d.found = map[Parameter]int64{}
	}
	if d.names == nil {
		d.names = map[string]*written{}
	}
	ids := map[Parameter]int64{}
	missing := map[entry]Parameter{}
	for _, list := range offers {
		for _, p := range list[:min(len(list), maxOfferTraits)] {
			if _, known := ids[p]; known {
				continue
			}
			id := d.found[p]
			ids[p] = id
			if e, fits := d.note(p); fits && id == 0 {
				if _, twice := missing[e]; !twice {
					missing[e] = p
				}
			}
		}
	}
	byKey, err := lookUpEntries(ctx, tx, slices.SortedFunc(maps.Keys(missing), compareEntries))
	if err != nil {
		return nil, err
	}
	before := maps.Clone(byKey)
	maps.DeleteFunc(missing, func(e entry, _ Parameter) bool { return byKey[e] != 0 })
	if len(missing) > 0 {
		added := slices.SortedFunc(maps.Keys(missing), compareEntries)
		if err := addEntries(ctx, tx, added, missing); err != nil {
			return nil, err
		}
		more, err := lookUpEntries(ctx, tx, added)
		if err != nil {
			return nil, err
		}
		maps.Copy(byKey, more)
	}
	for p, id := range ids {
		if id == 0 {
			e := entryOf(p)
			ids[p] = byKey[e]
			if before[e] != 0 {
				d.found[p] = before[e]
			}
		}
	}
	return ids, nil
}

func entryOf(p Parameter) entry { return entry{Key(p.Name), Key(p.Value)} }

func compareEntries(a, b entry) int {
	if a.name != b.name {
		return strings.Compare(a.name, b.name)
	}
	return strings.Compare(a.text, b.text)
}

// note remembers what is said of a characteristic; false for what serves no filter.
func (d *dictionary) note(p Parameter) (entry, bool) {
	e := entryOf(p)
	if e.name == "" || e.text == "" || utf8.RuneCountInString(p.Name) > maxTraitLength || utf8.RuneCountInString(p.Value) > maxTraitLength {
		return e, false
	}
	w := d.names[e.name]
	if w == nil {
		if len(d.names) == maxListNames {
			return e, false
		}
		w = &written{name: strings.TrimSpace(p.Name), values: map[string]typed{}}
		d.names[e.name] = w
	}
	if len(w.values) <= maxChoices {
		w.values[e.text] = readTyped(p.Value)
	}
	return e, true
}

// traits writes the ids of the values of an offer, as offers has them.
func traits(list []Parameter, ids map[Parameter]int64) string {
	var b []byte
	for _, p := range list[:min(len(list), maxOfferTraits)] {
		if id := ids[p]; id != 0 {
			if len(b) > 0 {
				b = append(b, ' ')
			}
			b = strconv.AppendInt(b, id, 10)
		}
	}
	return string(b)
}

func lookUpEntries(ctx context.Context, q db.Queryer, list []entry) (map[entry]int64, error) {
	byKey := map[entry]int64{}
	for chunk := range slices.Chunk(list, lookUp) {
		rows := make([][]any, len(chunk))
		for i, e := range chunk {
			rows[i] = []any{e.name, e.text}
		}
		values, args := db.Values(nil, rows)
		found, err := q.Query(ctx, `
			with w (name_key, text_key) as (values `+values+`)
			select n.name_key, v.text_key, v.id
			from w join parameter_names n on n.name_key = w.name_key
			join parameter_values v on v.name_id = n.id and v.text_key = w.text_key`, args...)
		_, err = db.Collect(found, err, func(r db.Row) (e entry, err error) {
			var id int64
			err = r.Scan(&e.name, &e.text, &id)
			byKey[e] = id
			return e, err
		})
		if err != nil {
			return nil, fmt.Errorf("catalog: values: %w", err)
		}
	}
	return byKey, nil
}

// addEntries adds values in the order of their keys, so that two lists do not
// wait for each other in a circle.
func addEntries(ctx context.Context, tx db.Tx, list []entry, as map[entry]Parameter) error {
	for chunk := range slices.Chunk(list, lookUp) {
		var names, rows [][]any
		for _, e := range chunk {
			p := as[e]
			if len(names) == 0 || names[len(names)-1][0] != e.name {
				names = append(names, []any{e.name, strings.TrimSpace(p.Name)})
			}
			number, truth := "", ""
			m := readTyped(p.Value)
			if m.number != nil {
				number = strconv.FormatFloat(*m.number, 'g', -1, 64)
			}
			if m.truth != nil {
				truth = map[bool]string{true: "1", false: "0"}[*m.truth]
			}
			rows = append(rows, []any{e.name, e.text, strings.TrimSpace(p.Value), number, m.unit, truth})
		}
		values, args := db.Values(nil, names)
		_, err := tx.Exec(ctx, `
			with w (name_key, name) as (values `+values+`)
			insert into parameter_names (name_key, name)
			select w.name_key, w.name from w where true
			on conflict (name_key) do nothing`, args...)
		if err == nil {
			values, args = db.Values(nil, rows)
			_, err = tx.Exec(ctx, `
				with w (name_key, text_key, text, number, unit, truth) as (values `+values+`)
				insert into parameter_values (name_id, text_key, text, number, unit, truth)
				select n.id, w.text_key, w.text, cast(nullif(w.number, '') as double precision), w.unit,
					case w.truth when '1' then true when '0' then false end
				from w join parameter_names n on n.name_key = w.name_key
				where true order by w.name_key, w.text_key
				on conflict (name_id, text_key) do nothing`, args...)
		}
		if err != nil {
			return fmt.Errorf("catalog: add values: %w", err)
		}
	}
	return nil
}
