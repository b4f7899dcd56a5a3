// Package mimetest reads letters as mail programs do, for tests.
package mimetest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"

	"zakup/internal/platform/mail"
)

// Message is a letter as a mail program shows it.
type Message struct {
	mail.Letter

	Header netmail.Header
	Types  []string // of the whole, then of each part
}

// Read reads a letter in its MIME form. The lines of texts end in "\n".
func Read(r io.Reader) (Message, error) {
	in, err := netmail.ReadMessage(r)
	if err != nil {
		return Message{}, fmt.Errorf("mimetest: %w", err)
	}
	m := Message{Header: in.Header}
	if m.Subject, err = words.DecodeHeader(in.Header.Get("Subject")); err != nil {
		return m, fmt.Errorf("mimetest: subject: %w", err)
	}
	return m, m.part(in.Header, in.Body)
}

var words = new(mime.WordDecoder)

// header is that of a letter or of one of its parts.
type header interface{ Get(name string) string }

func (m *Message) part(h header, r io.Reader) error {
	full := h.Get("Content-Type")
	kind, params, err := mime.ParseMediaType(full)
	if err != nil {
		return fmt.Errorf("mimetest: type %q: %w", full, err)
	}
	if strings.HasPrefix(kind, "multipart/") {
		m.Types = append(m.Types, kind)
		return m.parts(multipart.NewReader(r, params["boundary"]))
	}
	m.Types = append(m.Types, full)
	body, err := decoded(h.Get("Content-Transfer-Encoding"), r)
	if err != nil {
		return fmt.Errorf("mimetest: %s: %w", kind, err)
	}
	switch disposition := h.Get("Content-Disposition"); {
	case disposition != "":
		return m.file(disposition, kind, params["name"], body)
	case kind == "text/html":
		m.HTML = lines(body)
	default:
		m.Text = lines(body)
	}
	return nil
}

func (m *Message) parts(all *multipart.Reader) error {
	for {
		// Raw: the transfer encoding is undone here.
		part, err := all.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("mimetest: %w", err)
		}
		if err := m.part(part.Header, part); err != nil {
			return err
		}
	}
}

// file keeps an attachment; it has one name, whichever way a program reads it.
func (m *Message) file(disposition, kind, oldName string, data []byte) error {
	_, params, err := mime.ParseMediaType(disposition)
	if err != nil {
		return fmt.Errorf("mimetest: disposition %q: %w", disposition, err)
	}
	name := params["filename"]
	if old, err := words.DecodeHeader(oldName); err != nil || old != name {
		return fmt.Errorf("mimetest: a file is %q to some and %q to others: %w", name, old, err)
	}
	m.Files = append(m.Files, mail.File{Name: name, Type: kind, Data: data})
	return nil
}

func decoded(encoding string, r io.Reader) ([]byte, error) {
	switch encoding {
	case "quoted-printable":
		r = quotedprintable.NewReader(r)
	case "base64":
		r = base64.NewDecoder(base64.StdEncoding, r)
	}
	return io.ReadAll(r)
}

func lines(text []byte) string { return strings.ReplaceAll(string(text), "\r\n", "\n") }
