package reading

import (
	"regexp"
	"strings"
)

// noCategory is the category of a good whose file tells none.
const noCategory = "Без категории"

// cmlClasses are what a file of CommerceML declares before its goods.
type cmlClasses struct {
	groups     []*value          // as categories
	properties map[string]string // names by id
	variants   map[[2]string]string
	types      []priceType
	price      *priceType // of the price, when it is chosen
	retail     *priceType // of the recommended price, when there is one
	remarks    []remark

	wanted, wantedRetail string          // types of price that the supplier has chosen, by name or id
	declared             map[string]bool // ids of groups
}

type priceType struct{ id, name, currency string }

func (c *cmlClasses) classifier(s *scanner) error {
	return s.children(func(start tag) error {
		switch start.name {
		case "Группы", "Категории":
			return c.readGroups(s)
		case "Свойства":
			return s.children(func(tag) error { return c.readProperty(s) })
		case "ТипыЦен":
			return c.priceTypes(s)
		}
		return s.skip()
	})
}

// readGroups reads a tree of groups: the own name of each is a category.
func (c *cmlClasses) readGroups(s *scanner) error {
	return s.children(func(start tag) error {
		if start.name != "Группа" && start.name != "Категория" {
			return s.skip()
		}
		if len(c.groups) == maxGroups {
			return broken(noteTooBig.at(s.line, "categories"))
		}
		place, line := len(c.groups), s.line
		c.groups = append(c.groups, nil) // before those inside of it
		var id, name string
		err := s.children(func(start tag) error {
			switch start.name {
			case "Группы", "Категории":
				return c.readGroups(s)
			case "Ид":
				return readInto(s, start, &id)
			case "Наименование":
				return readInto(s, start, &name)
			}
			return s.skip()
		})
		c.groups[place] = categoryValue(id, name, line)
		if c.declared == nil {
			c.declared = map[string]bool{}
		}
		c.declared[id] = true
		return err
	})
}

func readInto(s *scanner, start tag, to *string) error {
	e, err := s.element(start)
	if err == nil {
		*to = e.says()
	}
	return err
}

// readProperty reads one property and the values that have ids.
func (c *cmlClasses) readProperty(s *scanner) error {
	if c.properties == nil {
		c.properties, c.variants = map[string]string{}, map[[2]string]string{}
	}
	var id, name string
	err := s.children(func(start tag) error {
		switch start.name {
		case "Ид":
			return readInto(s, start, &id)
		case "Наименование":
			return readInto(s, start, &name)
		case "ВариантыЗначений":
			return s.children(func(start tag) error {
				e, err := s.element(start)
				if err != nil {
					return err
				}
				if key := e.firstSays("ИдЗначения", "Ид"); key != "" {
					c.variants[[2]string{id, key}] = e.firstSays("Значение")
				}
				return nil
			})
		}
		return s.skip()
	})
	if id != "" {
		c.properties[id] = name
	}
	if err == nil && len(c.properties)+len(c.variants) > maxGroups {
		return broken(noteTooBig.at(s.line, ""))
	}
	return err
}

func (c *cmlClasses) priceTypes(s *scanner) error {
	return s.children(func(start tag) error {
		e, err := s.element(start)
		if err != nil || e.name != "ТипЦены" || len(c.types) == maxPriceTypes {
			return err
		}
		t := priceType{e.at("Ид").says(), clean(e.at("Наименование").says()), e.at("Валюта").says()}
		for _, other := range c.types {
			if other.id == t.id {
				return nil
			}
		}
		c.types = append(c.types, t)
		return nil
	})
}

const maxPriceTypes = 100

var (
	retailName    = regexp.MustCompile(`розн|ррц|рекоменд|retail|rrc|rrp`)
	wholesaleName = regexp.MustCompile(`опт|wholesale`)
)

// choosePrices takes the types that the supplier has chosen. Else it decides by
// the names of the declared types: a retail one is the recommended price, of the
// others the only one is the price, or the only wholesale one. A retail price
// alone is the price. A list that leaves a doubt is refused: a wrong price is
// worse than none.
func (c *cmlClasses) choosePrices(line int) error {
	names := make([]string, len(c.types))
	for i, t := range c.types {
		names[i] = t.name
	}
	said := strings.Join(names, ", ")
	if c.wanted != "" {
		if c.price, c.retail = c.chosen(c.wanted), c.chosen(c.wantedRetail); c.price == nil {
			return broken(notePriceTypeGone.at(line, "price", c.wanted, said))
		}
		return nil
	}
	var retail, wholesale, others []*priceType
	for i := range c.types {
		t := &c.types[i]
		switch name := fold(t.name); {
		case retailName.MatchString(name):
			retail = append(retail, t)
			continue
		case wholesaleName.MatchString(name):
			wholesale = append(wholesale, t)
		}
		others = append(others, t)
	}
	switch {
	case len(c.types) == 0:
		return nil
	case len(others) == 1:
		c.price = others[0]
	case len(wholesale) == 1:
		c.price = wholesale[0]
	case len(others) == 0 && len(retail) == 1:
		c.price = retail[0]
		return nil
	default:
		return broken(notePriceTypes.at(line, "price", said))
	}
	if c.retail = c.chosen(c.wantedRetail); c.retail == nil && len(retail) == 1 {
		c.retail = retail[0]
	}
	if len(c.types) > 1 {
		c.remarks = append(c.remarks, remark{notePriceType, line, "price", []any{c.price.name, said}})
	}
	return nil
}

// chosen returns the type of a name or an id; nil when there is none. Without
// declared types, as in prices alone, it is the id.
func (c *cmlClasses) chosen(wanted string) *priceType {
	if wanted == "" {
		return nil
	}
	if len(c.types) == 0 {
		return &priceType{id: wanted}
	}
	for i := range c.types {
		if t := &c.types[i]; t.id == wanted || fold(t.name) == fold(clean(wanted)) {
			return t
		}
	}
	return nil
}
