package reading

import "regexp"

var jsonInvalid = regexp.MustCompile(`^invalid character (.+?) (looking for|after|in) (.+)$`)

// jsonPlaces are the places where the decoder finds a wrong character.
var jsonPlaces = map[string]string{
	"beginning of value":               "там, где ожидается значение",
	"beginning of object key string":   "там, где ожидается ключ в кавычках",
	"object key":                       "после ключа: ожидается двоеточие",
	"object key:value pair":            "после значения: ожидается запятая или }",
	"array element":                    "после элемента списка: ожидается запятая или ]",
	"top-level value":                  "после конца списка",
	"string literal":                   "внутри строки",
	"string escape code":               "после обратной косой черты в строке",
	"\\u hexadecimal character escape": "в коде символа \\u",
	"numeric literal":                  "в числе",
}

// jsonReason says in both languages what encoding/json says in English.
func jsonReason(message string) (ru, en string) {
	m := jsonInvalid.FindStringSubmatch(message)
	if m == nil {
		return "это не JSON (" + message + ")", message
	}
	place, known := jsonPlaces[m[3]]
	if !known {
		place = "(" + m[2] + " " + m[3] + ")"
	}
	return "лишний символ " + m[1] + " " + place, message
}
