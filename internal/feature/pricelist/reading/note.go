package reading

import "zakup/internal/platform/fault"

// What can be wrong with a file as a whole.
var (
	noteWindows1251 = warning("encoding_windows_1251",
		"Файл не в UTF-8: прочитан как windows-1251", "The file is not UTF-8: it was read as windows-1251")
	noteSyntax = wrong("syntax", "Ошибка разметки: %s", "Syntax error: %s")
	noteRoot   = wrong("root_not_object",
		"Прайс-лист должен быть объектом с ключами categories и goods",
		"A price list must be an object with the keys categories and goods")
	noteNoGoods  = wrong("no_goods", "В прайс-листе нет товаров (goods)", "The list has no goods")
	noteOtherKey = wrong("no_goods",
		"Товары читаются из ключа goods, а в файле есть «%s»: переименуйте его и приведите товары к полям id, category, name, price, quantity",
		"Goods are read from the key goods, and the file has \"%s\": rename it, and give the goods the fields id, category, name, price, quantity")
	noteEmptyGoods   = warning("empty_list", "Список товаров пуст", "The list of goods is empty")
	noteGoodsNotList = wrong("goods_not_list", "goods должен быть списком товаров", "goods must be a list of goods")
	noteNested       = wrong("nested_goods",
		"Товары внутри категорий (%s) не читаются: перечислите их в goods, а у товара укажите category",
		"Goods inside of categories (%s) are not read: list them under goods, each with its category")
	noteNoCategories = wrong("no_categories",
		"В прайс-листе не объявлены категории (categories)", "The list declares no categories")
	noteCategoriesNotList = wrong("categories_not_list",
		"categories должен быть списком объектов с полями id и name", "categories must be a list of objects with id and name")
	noteCategoryNotObject = wrong("category_not_object",
		"Категория должна быть объектом с полями id и name", "A category must be an object with id and name")
	noteCategoryTwice = wrong("duplicate_category",
		"Категория с id %s уже объявлена в строке %d под другим именем",
		"A category with the id %s is declared in line %d with another name")
	noteTooManyRootKeys = wrong("too_many_keys", "Больше %d ключей верхнего уровня", "More than %d keys at the root")
	noteHeadIgnored     = warning("head_ignored",
		"Значение не прочитано: нужна строка до %d символов", "The value is ignored: a text of up to %d characters is expected")
	noteTooManyProblems = wrong("too_many_problems",
		"Ошибок больше %d: дальше файл не проверялся", "More than %d errors: the rest of the file was not checked")
	noteMoreWarnings = warning("more_warnings", "Ещё предупреждений: %d", "Further warnings: %d")
)

// What is refused although a format allows it.
var (
	noteDepth  = wrong("too_deep", "Вложенность больше %d уровней", "Nested deeper than %d levels")
	noteTooBig = wrong("value_too_large",
		"Слишком большое значение или товар", "A value or a good is too large")
	noteAlias = wrong("alias",
		"Якоря и ссылки YAML (&, *) не читаются: запишите значение целиком",
		"YAML anchors and aliases (&, *) are not read: write the value out")
	noteMerge = wrong("merge_key",
		"Слияние YAML (<<) не читается: запишите поля целиком", "YAML merge keys (<<) are not read: write the fields out")
	noteTag       = wrong("tag", "Тег YAML %s не читается", "The YAML tag %s is not read")
	noteDocuments = wrong("several_documents",
		"Ожидается один документ YAML, здесь их больше (---)", "One YAML document is expected, there are more (---)")
	noteComplexKey = wrong("complex_key",
		"Ключом может быть только простое значение", "Only a plain value can be a key")
	noteUnusualYAML = wrong("yaml_too_large",
		"Файл такого размера читается, только если goods записан построчно (блочный стиль YAML)",
		"A file of this size is read only when its goods are written line by line (YAML block style)")
)

// What can be wrong with any text.
var (
	noteRequired = plainNote("required", fault.Required())
	noteNull     = plainNote("null", fault.Null())
	noteBlank    = plainNote("blank", fault.Blank())
	noteNotText  = plainNote("not_text", fault.NotString())
	noteNUL      = plainNote("nul_character", fault.NULs())
)

func noteTooLong(most int) note { return plainNote("too_long", fault.TooLong(most)) }

func plainNote(code string, t fault.Text) note { return wrong(code, t.RU, t.EN) }

// What can be wrong with a good.
var (
	noteNotObject    = wrong("good_not_object", "Товар должен быть объектом", "A good must be an object")
	noteDuplicateKey = wrong("duplicate_key",
		"Ключ «%s» уже есть в строке %d", "The key \"%s\" is already in line %d")
	noteUnknownKey = warning("unknown_key", "Поле «%s» не читается", "The field \"%s\" is not read")
	noteBadID      = wrong("bad_id",
		"Похоже на число, испорченное таблицей: %s", "This looks like a number spoilt by a spreadsheet: %s")
	noteDuplicateID = wrong("duplicate_id",
		"Товар с id %s уже есть в строке %d", "A good with the id %s is already in line %d")
	noteCategoryUndeclared = wrong("category_undeclared",
		"Категория «%s» не объявлена в categories", "The category \"%s\" is not declared in categories")
	noteBadURL     = warning("bad_url", "Адрес не прочитан: нужен http или https", "The address is ignored: http or https is needed")
	noteBadPicture = warning("bad_picture",
		"Адрес картинки не прочитан: нужен http или https", "The picture's address is ignored: http or https is needed")
	noteTooManyPictures = wrong("too_many_pictures", "Картинок больше %d", "More than %d pictures")
	noteBadPictures     = wrong("bad_pictures", "Нужен список адресов", "A list of addresses is needed")
)

// What can be wrong with numbers.
var (
	notePrice = wrong("bad_price",
		"Цена «%s» не число вида 110000, 131764.71 или 131764,71",
		"The price \"%s\" is not a number such as 110000, 131764.71 or 131764,71")
	notePriceNegative = wrong("price_negative", "Цена не может быть отрицательной", "A price can't be negative")
	notePriceTooHigh  = wrong("price_too_high", "Цена слишком велика", "The price is too high")
	noteRRCBelow      = warning("rrc_below_price",
		"Рекомендованная цена %s ниже цены %s", "The recommended price %s is below the price %s")
	noteQuantity         = wrong("bad_quantity", "Количество «%s» не число", "The quantity \"%s\" is not a number")
	noteQuantityAbsent   = warning("quantity_absent", "Количество не указано: считается 0", "No quantity: taken as 0")
	noteQuantityNegative = warning("quantity_negative",
		"Количество %s отрицательное: считается 0", "The quantity %s is negative: taken as 0")
	noteQuantityFraction = warning("quantity_fraction",
		"Количество %s дробное: дробная часть отброшена", "The quantity %s is not whole: the fraction is dropped")
	noteQuantityAtLeast = warning("quantity_at_least",
		"Количество «%s» неточное: взято наименьшее", "The quantity \"%s\" is not exact: the least is taken")
	noteQuantityWord = warning("quantity_unknown",
		"В наличии («%s»), но количество не указано: считается не меньше 1", "In stock (\"%s\"), but the quantity is not given: taken as 1 or more")
	noteQuantityOrder = warning("quantity_on_order",
		"Товара нет на складе («%s»): считается 0", "Not in stock (\"%s\"): taken as 0")
	noteQuantityTooHigh = wrong("quantity_too_high", "Количество больше 1000000000", "The quantity is above 1000000000")
)

// What can be wrong with parameters.
var (
	noteBadParameters = wrong("bad_parameters",
		"parameters должен быть объектом или списком объектов с полями name и value",
		"parameters must be an object or a list of objects with name and value")
	noteTooManyParameters  = wrong("too_many_parameters", "Параметров больше %d", "More than %d parameters")
	noteParameterNoName    = wrong("parameter_no_name", "Пустое имя параметра", "The name of a parameter is empty")
	noteParameterNameLong  = wrong("parameter_name_too_long", "Имя параметра длиннее %d символов", "The name of a parameter is longer than %d characters")
	noteParameterTwice     = wrong("duplicate_parameter", "Параметр «%s» уже есть в строке %d", "The parameter \"%s\" is already in line %d")
	noteParameterEmpty     = warning("parameter_empty", "Параметр «%s» без значения пропущен", "The parameter \"%s\" has no value and is skipped")
	noteParameterValue     = wrong("bad_parameter_value", "Значение параметра «%s» должно быть простым или списком простых", "The value of the parameter \"%s\" must be plain, or a list of plain ones")
	noteParameterValueLong = wrong("parameter_value_too_long", "Значение параметра «%s» длиннее %d символов", "The value of the parameter \"%s\" is longer than %d characters")
)

// What can be wrong with the rest of a good.
var (
	noteUnit = warning("bad_unit",
		"Единица измерения «%s» не прочитана", "The unit \"%s\" is not read")
	noteVAT = warning("bad_vat",
		"Ставка НДС «%s» не прочитана: нужно 22, 20, 10, 7, 5, 0 или «Без НДС»",
		"The VAT rate \"%s\" is not read: 22, 20, 10, 7, 5, 0 or \"none\" is expected")
	noteBarcode = warning("bad_barcode",
		"Штрихкод «%s» не прочитан: нужно от 8 до 14 цифр", "The barcode \"%s\" is not read: 8 to 14 digits are expected")
	noteBarcodeDigit = warning("barcode_check_digit",
		"У штрихкода %s не сходится контрольная цифра", "The check digit of the barcode %s is wrong")
	noteTooManyBarcodes = warning("too_many_barcodes",
		"Штрихкодов больше %d: остальные пропущены", "More than %d barcodes: the rest is skipped")
	noteOrderStep = warning("bad_order_step",
		"«%s» не целое число: пропущено", "\"%s\" is not a whole number: skipped")
	notePartialFlag = wrong("bad_partial", "partial должен быть true или false", "partial must be true or false")
)
