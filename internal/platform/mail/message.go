package mail

import (
	"bytes"
	"fmt"
	"mime"
	"net/mail"
	"strings"
	"unicode"

	gomail "github.com/wneessen/go-mail"

	"zakup/internal/platform/jobs"
)

// message builds the MIME form of a letter: text, HTML beside it when there is
// one, and the attachments. A repeated try has the same Message-ID.
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
	for _, f := range e.Files {
		if err := attach(m, f); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// attach names the file by both ways that mail programs read: the encoded word
// that old ones know, which the library writes, and RFC 2231.
func attach(m *gomail.Msg, f File) error {
	name := fileName(f.Name)
	disposition := func(file *gomail.File) {
		file.Header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	}
	err := m.AttachReader(name, bytes.NewReader(f.Data), gomail.WithFileContentType(gomail.ContentType(f.Type)), disposition)
	if err != nil {
		return fmt.Errorf("mail: attach %s: %w", name, err)
	}
	return nil
}

// oneLine keeps names with line breaks from making headers.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// fileName keeps names from making headers, and to what every system can save.
func fileName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`"/\:<>?|`, r) {
			return '_'
		}
		return r
	}, oneLine(s))
}
