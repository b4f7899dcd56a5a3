package fault

import (
	"fmt"
	"strings"
)

// The messages of single fields. The English ones are those of the ready
// specification, letter for letter.

// Required says that a field is absent.
func Required() Text { return Text{"Обязательное поле.", "This field is required."} }

// Blank says that a field is empty.
func Blank() Text {
	return Text{"Это поле не может быть пустым.", "This field may not be blank."}
}

// Null says that a field holds null.
func Null() Text {
	return Text{"Это поле не может быть null.", "This field may not be null."}
}

// NotInteger says that a field holds no whole number.
func NotInteger() Text {
	return Text{"Введите целое число.", "A valid integer is required."}
}

// NotNumber says that a field holds no number.
func NotNumber() Text { return Text{"Введите число.", "A valid number is required."} }

// NotString says that a field holds a list or an object in place of text.
func NotString() Text { return Text{"Введите строку.", "Not a valid string."} }

// NotBoolean says that a field holds neither yes nor no.
func NotBoolean() Text { return Text{"Введите да или нет.", "Must be a valid boolean."} }

// NotOneOf says that a field holds none of its values.
func NotOneOf(values []any) Text {
	var list []string
	for _, v := range values {
		list = append(list, fmt.Sprint(v))
	}
	all := strings.Join(list, ", ")
	return Text{"Допустимые значения: " + all + ".", "Must be one of: " + all + "."}
}

// NULs says that a field holds a NUL character.
func NULs() Text {
	return Text{"Нулевые символы недопустимы.", "Null characters are not allowed."}
}

// NotEmail says that a field holds no e-mail address.
func NotEmail() Text {
	return Text{"Введите правильный адрес электронной почты.", "Enter a valid email address."}
}

// TooLong says that a field has more than n characters.
func TooLong(n int) Text {
	return Text{
		fmt.Sprintf("Не больше %d символов.", n),
		fmt.Sprintf("Ensure this field has no more than %d characters.", n),
	}
}

// TooSmall says that a number is below n.
func TooSmall(n int64) Text {
	return Text{
		fmt.Sprintf("Не меньше %d.", n),
		fmt.Sprintf("Ensure this value is greater than or equal to %d.", n),
	}
}

// TooBig says that a number is above n.
func TooBig(n int64) Text {
	return Text{
		fmt.Sprintf("Не больше %d.", n),
		fmt.Sprintf("Ensure this value is less than or equal to %d.", n),
	}
}

// UnknownKey says that an id names nothing.
func UnknownKey(id int64) Text {
	return Text{
		fmt.Sprintf("Недопустимый id \"%d\": такого объекта нет.", id),
		fmt.Sprintf("Invalid pk \"%d\" - object does not exist.", id),
	}
}

// WithText returns a copy that names a faulty argument in the words of the
// ready specification.
func (e *Error) WithText(field string, t Text) *Error {
	c := e.With(field, t.RU, t.EN)
	c.Fields[len(c.Fields)-1].Spec = true
	return c
}
