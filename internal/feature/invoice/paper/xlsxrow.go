package paper

import "errors"

// write writes all rows.
func (s *sheet) write(d Document) error {
	t := d.Totals()
	if err := s.front(d); err != nil {
		return err
	}
	number := int64(0)
	for i, section := range d.Sections {
		if err := s.section(d, section, i, &number); err != nil {
			return err
		}
		if len(d.Sections) > 1 {
			if err := s.sums("Итого по разделу "+count(int64(i+1)), t.Sections[i]); err != nil {
				return err
			}
		}
	}
	return errors.Join(s.sums("Всего по накладной", t.Sum), s.ending(t))
}

// front writes what stands above the table, and the heads of its columns.
func (s *sheet) front(d Document) error {
	note := notice
	if state := clean(d.State); state != "" {
		note += " Состояние: " + state + "."
	}
	err := errors.Join(s.over(s.styles.title, 1, d.title()), s.over(s.styles.note, 1, note))
	for i, text := range d.front() {
		err = errors.Join(err, s.over(s.styles.field, 3, text, s.cell(s.styles.label, frontLabels[i])), s.merge(1, 2))
	}
	heads, numbers := []any{}, []any{}
	for i, c := range columns {
		heads = append(heads, s.cell(s.styles.head, c.title))
		numbers = append(numbers, s.cell(s.styles.head, i+1))
	}
	heads = append(heads, s.cell(s.styles.head, "Примечание"))
	numbers = append(numbers, s.cell(s.styles.head, remarks))
	return errors.Join(err, s.row(1, 30, heads...), s.row(1, 0, numbers...))
}

// section writes the lines of one supplier; number counts those delivered.
func (s *sheet) section(d Document, section Section, i int, number *int64) error {
	if len(d.Sections) > 1 {
		if err := s.over(s.styles.band, 1, section.heading(i+1)); err != nil {
			return err
		}
	}
	delivered, absent := section.split()
	for _, l := range delivered {
		*number++
		if err := s.line(d, l, *number); err != nil {
			return err
		}
	}
	if len(absent) == 0 {
		return nil
	}
	if err := s.over(s.styles.band, 1, absentHeading); err != nil {
		return err
	}
	for _, l := range absent {
		if err := s.line(d, l, "—"); err != nil {
			return err
		}
	}
	return nil
}

// line writes a line.
func (s *sheet) line(d Document, l Line, number any) error {
	look := s.styles
	unit, code := l.unit()
	cells := []any{
		s.cell(look.center, number), s.cell(look.text, l.title()), s.cell(look.text, clean(l.ExternalID)),
		s.cell(look.center, unit), s.cell(look.center, code), s.cell(look.count, l.Quantity),
	}
	if l.Quantity > 0 {
		a := l.amounts(d.Date)
		vat := s.cell(look.center, "—")
		if a.rate.taxed() {
			vat = s.amount(look.sum, a.vat)
		}
		cells = append(cells, s.amount(look.sum, a.price), s.amount(look.sum, a.net),
			s.cell(look.center, a.rate.String()), vat, s.amount(look.sum, a.total))
	}
	for len(cells) < len(columns) {
		cells = append(cells, s.cell(look.center, "—"))
	}
	return s.row(1, 0, append(cells, s.cell(look.text, l.note()))...)
}

// sums writes a row of sums.
func (s *sheet) sums(label string, sum Sum) error {
	look := s.styles
	cells := []any{s.cell(look.total, label)}
	for len(cells) < firstSum {
		cells = append(cells, s.cell(look.total, ""))
	}
	quantity := s.cell(look.totalCount, sum.Quantity)
	if sum.quantity() == noSum {
		quantity = s.cell(look.no, noSum)
	}
	no := s.cell(look.no, noSum)
	cells = append(cells, quantity, no, s.amount(look.totalSum, sum.Net), no,
		s.amount(look.totalSum, sum.VAT), s.amount(look.totalSum, sum.Total))
	return errors.Join(s.row(1, 0, cells...), s.merge(1, firstSum))
}

// ending writes what stands below the table, under the columns of its amounts.
func (s *sheet) ending(t Totals) error {
	look := s.styles
	err := s.row(1, 0)
	for _, text := range endWords(t) {
		err = errors.Join(err, s.over(look.field, 1, text))
	}
	err = errors.Join(err, s.row(1, 0), s.row(firstSum+3, 30,
		s.cell(look.head, columns[7].title), s.cell(look.head, columns[8].title),
		s.cell(look.head, columns[9].title), s.cell(look.head, columns[10].title)))
	for _, r := range t.Rates {
		vat := s.cell(look.center, "—")
		if r.Rate.taxed() {
			vat = s.amount(look.sum, r.VAT)
		}
		err = errors.Join(err, s.row(firstSum+3, 0, s.amount(look.sum, r.Net), s.cell(look.center, r.Rate.name()),
			vat, s.amount(look.sum, r.Total)))
	}
	for _, both := range signatures {
		err = errors.Join(err, s.row(1, 0), s.row(2, 30, s.cell(look.field, both[0].blank()), nil, nil, nil, nil,
			s.cell(look.field, both[1].blank())), s.merge(2, firstSum), s.merge(firstSum+2, len(columns)))
	}
	return err
}
