package mail

import (
	"fmt"
	"net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"zakup/internal/platform/jobs"
)

// message builds the MIME form of a letter: text, and HTML beside it when
// there is one. A repeated try has the same Message-ID.
func message(from mail.Address, e Envelope, encoding gomail.Encoding) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithEncoding(encoding), gomail.WithNoDefaultUserAgent())
	if err := m.FromFormat(from.Name, from.Address); err != nil {
		return nil, jobs.Cancel(fmt.Errorf("mail: from: %w", err))
	}
	if err := m.To(e.To); err != nil {
		return nil, jobs.Cancel(fmt.Errorf("mail: to: %w", err))
	}
	_, host, _ := strings.Cut(from.Address, "@")
	m.SetMessageIDWithValue(fmt.Sprintf("letter-%d.%s@%s", e.ID, e.Kind, host))
	m.SetDateWithValue(e.At)
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.Subject(oneLine(e.Subject))
	m.SetBodyString(gomail.TypeTextPlain, e.Text)
	if e.HTML != "" {
		m.AddAlternativeString(gomail.TypeTextHTML, e.HTML)
	}
	return m, nil
}

// oneLine keeps names with line breaks from making headers.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
