package reading

import "strings"

// yamlReasons are the commonest complaints of the YAML library, by how they begin.
var yamlReasons = []struct{ en, ru string }{
	{"found character that cannot start any token", "недопустимый символ в начале значения (табуляция, @ или `)"},
	{"found a tab character", "табуляция в отступе: нужны пробелы"},
	{"found mixed spaces and tabs", "табуляция в отступе: нужны пробелы"},
	{"found tabs where space", "табуляция в отступе: нужны пробелы"},
	{"did not find expected key", "отступ не совпадает с соседними строками, или нет ключа"},
	{"did not find expected '-' indicator", "отступ не совпадает с другими элементами списка"},
	{"did not find expected ',' or", "не закрыта скобка или нет запятой"},
	{"did not find expected node content", "нет значения"},
	{"did not find expected whitespace", "нужен пробел или конец строки"},
	{"did not find expected comment or line break", "лишнее в конце строки"},
	{"did not find expected <document start>", "лишнее после конца списка"},
	{"did not find expected hexadecimal", "неверный код символа в кавычках"},
	{"mapping values are not allowed", "двоеточие в неожиданном месте: возьмите текст в кавычки или проверьте отступ"},
	{"mapping keys are not allowed", "ключ в неожиданном месте"},
	{"block sequence entries are not allowed", "элемент списка в неожиданном месте"},
	{"could not find expected ':'", "нет двоеточия после ключа"},
	{"found unexpected end of stream", "не закрыта кавычка"},
	{"found unexpected document indicator", "--- или ... внутри кавычек"},
	{"found unknown escape character", "неизвестный символ после обратной косой черты в кавычках"},
	{"found undefined tag handle", "неизвестный тег"},
	{"control characters are not allowed", "недопустимый управляющий символ"},
}

// yamlReason says in both languages what the YAML library says in English.
func yamlReason(message string) (ru, en string) {
	for _, r := range yamlReasons {
		if strings.HasPrefix(message, r.en) {
			return r.ru, message
		}
	}
	return "это не YAML (" + message + ")", message
}
