package reading

// What can be wrong with a table as a whole.
var (
	noteNoPriceColumn = wrong("no_price_column",
		"Не найден столбец с ценой. Столбцы: %s. Укажите его запросом PUT partner/profile",
		"No column of prices is found. The columns: %s. Name it by PUT partner/profile")
	noteChoosePrice = wrong("several_price_columns",
		"Не ясно, в каком столбце цена: %s. Укажите его запросом PUT partner/profile",
		"It is not clear which column holds the price: %s. Name it by PUT partner/profile")
	noteNoNames = wrong("no_name_column",
		"Не найден столбец с названием или кодом товара. Столбцы: %s. Укажите их запросом PUT partner/profile",
		"No column of names or codes is found. The columns: %s. Name them by PUT partner/profile")
	noteNoTable = wrong("no_table",
		"Не найдено ни одного листа с товарами", "No sheet with goods is found")
	noteSheetSkipped = warning("sheet_skipped",
		"Лист «%s» пропущен: %s", "The sheet \"%s\" is passed over: %s")
	noteWide = warning("too_many_columns",
		"Читаются первые %d столбцов, остальные пропущены", "The first %d columns are read, the others are passed over")
	noteProfileColumn = warning("profile_column",
		"Столбца «%s» из описания таблицы в файле нет", "The file has no column \"%s\", which the description of the table names")
	noteDerivedID = warning("id_from_name",
		"Столбца с кодом нет: кодом товара считается его название. После переименования это будет другой товар",
		"There is no column of codes: the name of a good is its code. A renamed good will be another one")
	noteNoQuantities = warning("no_quantity_column",
		"Столбца с остатком нет: остатки считаются равными 0", "There is no column of stock: it is taken as 0")
	notePriceGuessed = warning("price_column",
		"Цены взяты из столбца «%s»", "The prices are those of the column \"%s\"")
)

// What can be wrong with a row of a table.
var (
	noteFormula = wrong("formula_without_value",
		"Формула без значения: откройте файл в Excel и сохраните его", "A formula without a value: open the file in Excel and save it")
	noteCommas = wrong("unclear_comma",
		"«%s»: в этом столбце запятая отделяет тысячи или дробь не везде одинаково",
		"\"%s\": commas in this column part thousands here and fractions there")
	noteGroupRow = warning("row_taken_for_group",
		"Строка без цены «%s» принята за название группы", "The row \"%s\" has no price and is taken for the name of a group")
)
