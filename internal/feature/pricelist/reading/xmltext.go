package reading

import "strings"

// xmlReasons are what encoding/xml says, by a part of it.
var xmlReasons = []struct{ part, ru, en string }{
	{"unexpected EOF", "файл обрывается", "the file ends too early"},
	{"invalid character entity & (no semicolon)", "знак & нужно записать как &amp;", "the sign & is to be written &amp;"},
	{"invalid character entity", "неизвестное имя после &, а свои сущности (ENTITY) не читаются", "an unknown name after &; entities of one's own are not read"},
	{"illegal character code", "недопустимый в XML символ", "a character that XML does not allow"},
	{"closed by", "элементы закрыты не в том порядке", "elements are closed in a wrong order"},
	{"unexpected end element", "закрывается элемент, который не открыт", "an element is closed that is not open"},
	{"invalid UTF-8", "неверные символы UTF-8", "invalid UTF-8"},
	{"attribute", "ошибка в атрибуте", "a wrong attribute"},
	{"unescaped <", "знак < нужно записать как &lt;", "the sign < is to be written &lt;"},
}

// xmlReason says in both languages what encoding/xml says in English.
func xmlReason(message string) (ru, en string) {
	for _, r := range xmlReasons {
		if strings.Contains(message, r.part) {
			if r.ru == xmlReasons[0].ru {
				return r.ru, r.en
			}
			return r.ru + " (" + message + ")", r.en + " (" + message + ")"
		}
	}
	return "это не XML (" + message + ")", message
}
