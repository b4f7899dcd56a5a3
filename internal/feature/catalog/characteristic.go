package catalog

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"zakup/internal/platform/audit"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
)

// CharacteristicID names a characteristic.
type CharacteristicID int64

// Characteristic is what is told of goods, such as their colour.
type Characteristic struct {
	ID         CharacteristicID
	Name       string
	Unit       string // "" when there is none
	Kind       Kind
	Filterable bool
	Position   int64      // in lists, the smallest first
	Category   CategoryID // 0: of all
	Names      []string   // as lists have it; for administrators
}

// CharacteristicExists is the refusal of a name that another one has.
var CharacteristicExists = fault.New(fault.Conflict, "parameter_exists",
	"Характеристика с таким названием уже есть: их можно объединить", "There is a characteristic of that name: they can be merged")

const characteristicColumns = `p.id, p.name, p.unit, p.kind, p.filterable, p.position, coalesce(p.category_id, 0)`

func scanCharacteristic(r db.Row) (c Characteristic, err error) {
	return c, r.Scan(&c.ID, &c.Name, &c.Unit, &c.Kind, &c.Filterable, &c.Position, &c.Category)
}

// published chooses characteristics p that are for everybody: what suppliers write
// is not published before somebody has looked at them.
const published = `p.filterable and (p.shop_id is null or p.shop_id in (select id from shops where approved))`

// Characteristics returns one page of those that goods can be chosen by: of all
// categories, or of some, by position and name; and their number.
// What only shops that nobody has approved write is not among them.
func (c *Catalog) Characteristics(ctx context.Context, categories []CategoryID, limit, offset int64) (list []Characteristic, total int64, err error) {
	shown, args := published, []any(nil)
	if len(categories) > 0 {
		var in string
		in, args = db.In(nil, categories)
		shown += ` and (p.category_id is null or p.category_id in (` + in + `))`
	}
	total, err = count(ctx, c.db, `select count(*) from parameters p where `+shown, args...)
	if err == nil {
		var rows db.Rows
		n := len(args)
		rows, err = c.db.Query(ctx, fmt.Sprintf(`
			select `+characteristicColumns+` from parameters p where `+shown+`
			order by p.position, p.name, p.id limit $%d offset $%d`, n+1, n+2), append(args, limit, offset)...)
		list, err = db.Collect(rows, err, scanCharacteristic)
	}
	if err != nil {
		return nil, 0, fmt.Errorf("catalog: characteristics: %w", err)
	}
	return list, total, nil
}

// AllCharacteristics returns those there are, by id, after the one given, with
// their names in lists.
func (c *Catalog) AllCharacteristics(ctx context.Context, after CharacteristicID, limit int) ([]Characteristic, error) {
	rows, err := c.db.Query(ctx, `
		select `+characteristicColumns+` from parameters p where p.id > $1 order by p.id limit $2`, after, limit)
	list, err := db.Collect(rows, err, scanCharacteristic)
	if err == nil && len(list) > 0 {
		err = withNames(ctx, c.db, list)
	}
	if err != nil {
		return nil, fmt.Errorf("catalog: all characteristics: %w", err)
	}
	return list, nil
}

func withNames(ctx context.Context, q db.Queryer, list []Characteristic) error {
	at := map[CharacteristicID]int{}
	ids := make([]CharacteristicID, len(list))
	for i, c := range list {
		at[c.ID], ids[i] = i, c.ID
	}
	in, args := db.In(nil, ids)
	rows, err := q.Query(ctx, `select parameter_id, name from parameter_names where parameter_id in (`+in+`) order by id`, args...)
	_, err = db.Collect(rows, err, func(r db.Row) (id CharacteristicID, err error) {
		var name string
		err = r.Scan(&id, &name)
		list[at[id]].Names = append(list[at[id]].Names, name)
		return id, err
	})
	return err
}

// CharacteristicChange is what an administrator says of a characteristic; nil
// leaves it as it is.
type CharacteristicChange struct {
	Name       *string
	Unit       *string
	Kind       *Kind
	Filterable *bool
	Position   *int64
	Category   *CategoryID // 0: of all
}

// maxUnitLength is the longest unit, in characters.
const maxUnitLength = 20

func (c *CharacteristicChange) check() error {
	if c.Name != nil {
		if err := checkText("name", *c.Name, maxTraitLength); err != nil {
			return err
		}
	}
	if c.Unit != nil && utf8.RuneCountInString(*c.Unit) > maxUnitLength {
		return fault.BadArguments.WithText("unit", fault.TooLong(maxUnitLength))
	}
	if c.Kind != nil && *c.Kind == "" { // which says nothing
		c.Kind = nil
	}
	return nil
}

// AddCharacteristic makes one. A name that was merged into another comes out of it
// with its values, one that was dropped comes back. CharacteristicExists.
func (c *Catalog) AddCharacteristic(ctx context.Context, change CharacteristicChange) (id CharacteristicID, err error) {
	if err := change.check(); err != nil {
		return 0, err
	}
	err = c.db.InTx(ctx, func(tx db.Tx) error {
		name := strings.TrimSpace(*change.Name)
		err := tx.QueryRow(ctx, `
			insert into parameters (name, unit, unit_key, kind, filterable, position) values ($1, '', '', 'text', true, 0) returning id`, name).Scan(&id)
		if err == nil {
			err = takeName(ctx, tx, id, name)
		}
		if err == nil {
			err = changeCharacteristic(ctx, tx, id, change)
		}
		if err == nil {
			err = c.recordCharacteristic(ctx, tx, "parameter.add", id, name)
		}
		return err
	})
	return id, wrapped("add characteristic", err)
}

// ChangeCharacteristic changes one: values stay what they are. fault.Absent,
// CharacteristicExists.
func (c *Catalog) ChangeCharacteristic(ctx context.Context, id CharacteristicID, change CharacteristicChange) error {
	if err := change.check(); err != nil {
		return err
	}
	return wrapped("change characteristic", c.db.InTx(ctx, func(tx db.Tx) error {
		if err := changeCharacteristic(ctx, tx, id, change); err != nil {
			return err
		}
		if change.Name != nil {
			if err := takeName(ctx, tx, id, strings.TrimSpace(*change.Name)); err != nil {
				return err
			}
		}
		return c.recordCharacteristic(ctx, tx, "parameter.change", id, "")
	}))
}

// DropCharacteristic forgets one. What lists write of it is shown still, and no
// list makes it again. fault.Absent.
func (c *Catalog) DropCharacteristic(ctx context.Context, id CharacteristicID) error {
	return wrapped("drop characteristic", c.db.InTx(ctx, func(tx db.Tx) error {
		if _, err := tx.Exec(ctx, `update parameter_names set parameter_id = null, dropped = true where parameter_id = $1`, id); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `delete from parameters where id = $1`, id)
		if err == nil && n == 0 {
			err = fault.Absent
		}
		if err == nil {
			err = c.recordCharacteristic(ctx, tx, "parameter.delete", id, "")
		}
		return err
	}))
}

// MergeCharacteristics makes the names of others, with their values, names of
// this one; AddCharacteristic takes a name out again. fault.Absent, when one of
// them is none.
func (c *Catalog) MergeCharacteristics(ctx context.Context, into CharacteristicID, others []CharacteristicID) error {
	return wrapped("merge characteristics", c.db.InTx(ctx, func(tx db.Tx) error {
		list, args := db.In([]any{into}, others)
		rows, err := tx.Query(ctx, `select id, name from parameters where id = $1 or id in (`+list+`) order by id`+db.ForUpdate(tx), args...)
		var names []string
		found := map[CharacteristicID]bool{}
		_, err = db.Collect(rows, err, func(r db.Row) (id CharacteristicID, err error) {
			var name string
			if err = r.Scan(&id, &name); id != into {
				names = append(names, name)
			}
			found[id] = true
			return id, err
		})
		if err != nil {
			return err
		}
		for _, id := range append(others, into) {
			if !found[id] {
				return fault.Absent
			}
		}
		_, err = tx.Exec(ctx, `update parameter_names set parameter_id = $1 where parameter_id in (`+list+`)`, args...)
		if err == nil {
			_, err = tx.Exec(ctx, `delete from parameters where id <> $1 and id in (`+list+`)`, args...)
		}
		if err == nil {
			err = c.recordCharacteristic(ctx, tx, "parameter.merge", into, strings.Join(names, ", "))
		}
		return err
	}))
}

// takeName gives the characteristic a name of lists, which may be one that was
// merged into another.
func takeName(ctx context.Context, tx db.Tx, id CharacteristicID, name string) error {
	n, err := tx.Exec(ctx, `
		insert into parameter_names (name, name_key, parameter_id) values ($1, $2, $3)
		on conflict (name_key) do update set parameter_id = excluded.parameter_id, dropped = false
		where parameter_names.parameter_id is null or parameter_names.parameter_id = excluded.parameter_id
			or not exists (select 1 from parameters p where p.id = parameter_names.parameter_id and p.name = $1)`,
		name, Key(name), id)
	if err == nil && n == 0 {
		err = CharacteristicExists
	}
	return err
}

func changeCharacteristic(ctx context.Context, tx db.Tx, id CharacteristicID, change CharacteristicChange) error {
	if c := change.Category; c != nil && *c != 0 {
		n, err := count(ctx, tx, `select count(*) from categories where id = $1`, *c)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.BadArguments.WithText("category_id", fault.UnknownKey(int64(*c)))
		}
	}
	n, err := tx.Exec(ctx, `
		update parameters set name = coalesce(cast($2 as text), name), unit = coalesce(cast($3 as text), unit),
			unit_key = coalesce(cast($8 as text), unit_key),
			kind = coalesce(cast($4 as text), kind), filterable = coalesce(cast($5 as boolean), filterable),
			position = coalesce(cast($6 as bigint), position),
			category_id = case when cast($7 as bigint) is null then category_id else nullif(cast($7 as bigint), 0) end, shop_id = null
		where id = $1`, id, trimmed(change.Name), trimmed(change.Unit), change.Kind, change.Filterable, change.Position, change.Category, folded(change.Unit))
	if err == nil && n == 0 {
		err = fault.Absent
	}
	return err
}

func trimmed(s *string) *string {
	if s == nil {
		return nil
	}
	return new(strings.TrimSpace(*s))
}

func folded(s *string) *string {
	if s == nil {
		return nil
	}
	return new(Key(*s))
}

func (c *Catalog) recordCharacteristic(ctx context.Context, tx db.Tx, action string, id CharacteristicID, details string) error {
	return c.trail.Record(ctx, tx, audit.Entry{Action: action, Subject: fmt.Sprintf("parameter/%d", id), Details: details})
}

// wrapped says what failed, where it is no fault.
func wrapped(what string, err error) error {
	if err == nil || errors.As(err, new(*fault.Error)) {
		return err
	}
	return fmt.Errorf("catalog: %s: %w", what, err)
}
