package reading

import "strings"

// rootEnd refuses a file that is no full list, or begins the second reading of
// one with a catalogue, or ends.
func (d *cmlDocument) rootEnd() error {
	if err := d.scanner.finish(); err != nil {
		return err
	}
	d.phase = cmlEnd
	switch {
	case d.again || d.priced && !d.catalog:
		return nil
	case d.catalog && d.changes:
		return d.onlyChanges()
	case d.catalog && !d.priced:
		return notRead("каталог CommerceML без цен (import.xml)", "a catalogue of CommerceML without prices (import.xml)",
			"Пришлите предложения с ценами (offers.xml) или один файл с каталогом и предложениями",
			"Send the offers with prices (offers.xml), or one file with the catalogue and the offers")
	case !d.catalog && len(d.groups) > 0:
		return notRead("классификатор CommerceML без товаров", "a classifier of CommerceML without goods",
			"Пришлите предложения с ценами (offers.xml)", "Send the offers with prices (offers.xml)")
	case !d.catalog:
		return nil
	}
	s, err := newScanner(d.text)
	if err != nil {
		return err
	}
	d.scanner, d.again = s, true
	return d.begin()
}

func (d *cmlDocument) onlyChanges() error {
	return notRead("файл CommerceML, в котором только изменения", "a file of CommerceML with changes alone",
		"Выгрузите из 1С полный список", "Export the full list from 1C")
}

// checkKind refuses lists that are not full, by the first offer of them.
func (d *cmlDocument) checkKind(e *element) error {
	named := e.first("Наименование") != nil
	priced := e.at("Цены") != nil
	switch {
	case !named && priced:
		return notRead("одни цены CommerceML (prices)", "prices alone of CommerceML (prices)",
			"Пришлите предложения с названиями и ценами", "Send the offers with names and prices")
	case !named && (e.at("Остатки") != nil || e.at("Количество") != nil):
		return notRead("одни остатки CommerceML (rests)", "stock alone of CommerceML (rests)",
			"Пришлите предложения с названиями и ценами", "Send the offers with names and prices")
	case named && !priced && strings.HasPrefix(d.version, "3"):
		return notRead("предложения CommerceML 3 без цен (offers)", "offers of CommerceML 3 without prices (offers)",
			"Пришлите предложения с названиями и ценами", "Send the offers with names and prices")
	case d.changes:
		return d.onlyChanges()
	}
	return nil
}
