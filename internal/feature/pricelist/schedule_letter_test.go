package pricelist

import (
	"testing"

	"zakup/internal/platform/mail/mailtest"
)

func TestScheduleLetter(t *testing.T) {
	t.Parallel()
	fetched := scheduleFailure{
		Shop: "Электромир", URL: "https://elektromir.example/price.yml", Reason: "Сервер elektromir.example ответил кодом 404",
		At: "04.05.2026 04:00 (MSK)", Next: "05.05.2026 04:00 (MSK)",
	}
	held, refused, hostile := fetched, fetched, fetched
	held.Import, held.State, held.Reason = 12, Held, "Пропали 90 % товаров"
	refused.Import, refused.State, refused.Reason = 12, Refused, BrokenList.Text.RU
	hostile.Shop, hostile.URL = "<b>Рога\r\nBcc: victim@example.com</b>", "https://evil.example/?\"><script>alert(1)</script>"
	for name, f := range map[string]scheduleFailure{"": fetched, "_held": held, "_refused": refused, "_hostile": hostile} {
		mailtest.Both(t, "letter_schedule"+name, scheduleTemplate, f)
	}
}
