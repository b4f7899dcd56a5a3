package reading

import (
	"errors"
	"io"
)

// prepare reads all but the goods of catalogues: then it is known what the list
// is, and the categories. Offers that are no part of a larger whole stay in their
// document, to be read one by one.
func (d *cmlDocument) prepare() error {
	if len(d.texts) == 1 {
		if err := d.prepareOne(); err != nil {
			return err
		}
	} else if err := d.prepareAll(); err != nil {
		return err
	}
	if d.keys != nil {
		return d.begin()
	}
	return nil
}

// prepareOne stops at the offers when there is no catalogue before them.
func (d *cmlDocument) prepareOne() error {
	if err := d.enter(0); err != nil {
		return err
	}
	stopped, err := d.seek(true, func(name string) (bool, error) {
		switch {
		case d.inside == "Каталог" && name == "Товары":
			d.listed[0].goods = true
		case d.inside != "Каталог" && name == "ТипыЦен":
			return false, d.priceTypes(d.scanner)
		case d.inside != "Каталог" && name == "Предложения":
			d.line = d.scanner.line
			if err := d.choosePrices(d.line); err != nil {
				return false, err
			}
			d.listed[0].offers = true
			if !d.listed[0].goods {
				return true, nil
			}
			return false, d.collect()
		}
		return false, d.scanner.skip()
	})
	if err != nil {
		return err
	}
	if !stopped {
		return d.decide()
	}
	d.stream, d.open = true, true
	return d.peek()
}

// prepareAll goes through several documents twice: price types may be declared
// in any of them, and are needed for the first offer.
func (d *cmlDocument) prepareAll() error {
	for part := range d.texts {
		if err := d.enter(part); err != nil {
			return err
		}
		_, err := d.seek(true, func(name string) (bool, error) {
			switch {
			case d.inside == "Каталог" && name == "Товары":
				d.listed[part].goods = true
			case d.inside != "Каталог" && name == "ТипыЦен":
				return false, d.priceTypes(d.scanner)
			case d.inside != "Каталог" && name == "Предложения":
				d.listed[part].offers = true
			}
			return false, d.scanner.skip()
		})
		if err != nil {
			return err
		}
	}
	if err := d.choosePrices(1); err != nil {
		return err
	}
	for part, lists := range d.listed {
		if !lists.offers {
			continue
		}
		if err := d.enter(part); err != nil {
			return err
		}
		_, err := d.seek(false, func(name string) (bool, error) {
			if d.inside != "Каталог" && name == "Предложения" {
				return false, d.collect()
			}
			return false, d.scanner.skip()
		})
		if err != nil {
			return err
		}
	}
	d.line = 1
	return d.decide()
}

// begin goes to where the goods come from.
func (d *cmlDocument) begin() error {
	if d.stream {
		return nil
	}
	d.part = -1
	return d.nextCatalog()
}

// nextCatalog enters the next document that has one.
func (d *cmlDocument) nextCatalog() error {
	for part := d.part + 1; part < len(d.texts); part++ {
		if d.listed[part].goods {
			return d.enter(part)
		}
	}
	d.last = true
	return nil
}

// advance opens the next list of goods, or of offers that stream.
func (d *cmlDocument) advance() error {
	stopped, err := d.seek(false, func(name string) (bool, error) {
		switch {
		case d.stream && d.inside == "Каталог" && name == "Товары":
			return false, broken(noteCatalogLate.at(d.scanner.line, ""))
		case d.stream && d.inside != "Каталог" && name == "Предложения":
			return true, nil
		case !d.stream && d.inside == "Каталог" && name == "Товары":
			return true, nil
		}
		return false, d.scanner.skip()
	})
	d.open = stopped
	if err != nil || stopped {
		return err
	}
	if d.stream {
		d.last = true
		return nil
	}
	return d.nextCatalog()
}

// collect keeps the offers of the list that is open.
func (d *cmlDocument) collect() error {
	return d.scanner.children(func(start tag) error {
		e, err := d.scanner.element(start)
		if err != nil || e.name != "Предложение" {
			return err
		}
		d.keep(d.offer(e))
		return nil
	})
}

// peek reads the first of the offers that stream, to learn what they are.
func (d *cmlDocument) peek() error {
	for {
		start, err := d.scanner.child()
		if errors.Is(err, io.EOF) {
			d.open = false
			return d.decide()
		}
		if err != nil {
			return err
		}
		e, err := d.scanner.element(start)
		if err != nil {
			return err
		}
		if e.name != "Предложение" {
			continue
		}
		o := d.offer(e)
		d.count(o)
		if err := d.decide(); err != nil {
			return err
		}
		d.queue = append(d.queue, d.good(nil, o))
		return nil
	}
}
