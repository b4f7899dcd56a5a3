package fetch

import "zakup/internal/platform/fault"

// The faults of a download. Their texts name the host that was asked and its
// status, and nothing of the network between.
var (
	// BadURL: the address is not one that may be requested at all.
	BadURL = fault.New(fault.Invalid, "fetch_bad_url",
		"Нужен адрес вида https://example.org/price.yaml", "An address such as https://example.org/price.yaml is needed")
	// ForbiddenAddress: the host is in a network that is not public.
	ForbiddenAddress = fault.New(fault.Invalid, "fetch_forbidden_address",
		"Этот адрес ведёт в закрытую сеть, загрузка оттуда запрещена",
		"This address leads into a network that is not public; downloads from there are forbidden")
	// Failed: the server did not answer, or not with a success.
	Failed = fault.New(fault.Invalid, "fetch_failed",
		"Не удалось скачать файл", "The download failed")
	// TooLarge: there is more than the caller accepts.
	TooLarge = fault.New(fault.TooLarge, "fetch_too_large",
		"Файл по этому адресу слишком велик", "The file at this address is too large")
	// Timeout: the server is too slow.
	Timeout = fault.New(fault.Invalid, "fetch_timeout",
		"Сервер не ответил вовремя", "The server did not answer in time")
)
