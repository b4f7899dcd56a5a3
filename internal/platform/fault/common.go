package fault

// Faults that every feature shares. The Russian sentences are those of the
// ready specification.
var (
	// Missing: an obligatory argument is absent.
	Missing = New(Invalid, "missing_arguments", "Не указаны все необходимые аргументы", "Required arguments are missing")
	// Malformed: the body or the value of `items` can't be parsed.
	Malformed = New(Invalid, "malformed", "Неверный формат запроса", "The request can't be parsed")
	// BadArguments: arguments are there, but wrong; Fields says which.
	BadArguments = New(Invalid, "bad_arguments", "Неправильно указаны аргументы", "Some arguments are wrong")
	// Absent: the thing is not there, or not the caller's.
	Absent = New(NotFound, "not_found", "Не найдено", "Not found")
)
