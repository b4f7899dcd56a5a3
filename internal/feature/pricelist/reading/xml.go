package reading

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
)

const (
	// maxXMLDepth is more than maxDepth: trees of groups nest two elements a level.
	maxXMLDepth   = 64
	maxAttributes = 100
)

// scanner reads a document of XML: one root, nothing after it, no entities but
// those of HTML. A DOCTYPE is passed over, so that no entity is ever declared.
// Elements are taken one after another: root, then child, and each child is
// read by element or passed over by skip, or its own children are taken.
type scanner struct {
	decoder *xml.Decoder
	source  *meter
	depth   int
	line    int // where the last token begins
}

func newScanner(text func() (io.Reader, error)) (*scanner, error) {
	r, err := text()
	if err != nil {
		return nil, err
	}
	s := &scanner{source: &meter{source: r, buffer: make([]byte, 64<<10)}}
	s.decoder = xml.NewDecoder(s.source)
	s.decoder.Entity = xml.HTMLEntity
	// The text is UTF-8 already, whatever it was before: see encoding.go.
	s.decoder.CharsetReader = func(_ string, r io.Reader) (io.Reader, error) { return r, nil }
	return s, nil
}

// token returns the next token; io.EOF after the root.
func (s *scanner) token() (xml.Token, error) {
	s.line, _ = s.decoder.InputPos()
	s.source.mark = s.decoder.InputOffset()
	t, err := s.decoder.Token()
	if err != nil {
		return nil, s.explain(err)
	}
	switch t := t.(type) {
	case xml.StartElement:
		if s.depth++; s.depth > maxXMLDepth {
			return nil, broken(noteDepth.at(s.line, "", maxXMLDepth))
		}
		if len(t.Attr) > maxAttributes {
			return nil, broken(noteTooBig.at(s.line, ""))
		}
	case xml.EndElement:
		s.depth--
	}
	return t, nil
}

// explain turns a failure of the decoder into a problem with its line.
func (s *scanner) explain(err error) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errTokenTooLong):
		return broken(noteTooBig.at(s.line, ""))
	case s.source.failure != nil:
		return s.source.failure
	case errors.Is(err, io.EOF):
		return io.EOF
	case errors.As(err, &syntax):
		ru, en := xmlReason(syntax.Msg)
		return broken(noteSyntax.both(syntax.Line, ru, en))
	}
	return broken(noteSyntax.both(s.line, "это не XML 1.0 ("+err.Error()+")", err.Error()))
}

// root returns the name and the attributes of the root.
func (s *scanner) root() (xml.StartElement, error) {
	for {
		t, err := s.token()
		if errors.Is(err, io.EOF) {
			return xml.StartElement{}, broken(noteSyntax.both(s.line, "файл обрывается", "the file ends too early"))
		}
		if err != nil {
			return xml.StartElement{}, err
		}
		if start, is := t.(xml.StartElement); is {
			return start, nil
		}
		if text, is := t.(xml.CharData); is && !blankXML(text) {
			return xml.StartElement{}, broken(noteSyntax.both(s.line, "текст до начала XML", "a text before the root of XML"))
		}
	}
}

// finish makes sure that nothing follows the root.
func (s *scanner) finish() error {
	for {
		t, err := s.token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		text, is := t.(xml.CharData)
		if _, element := t.(xml.StartElement); element || is && !blankXML(text) {
			return broken(noteSyntax.both(s.line, "лишнее после конца списка", "something follows the end of the list"))
		}
	}
}

func blankXML(text []byte) bool { return len(bytes.Trim(text, " \t\r\n\uFEFF")) == 0 }

// child returns the next element inside of the one that is open; io.EOF at its
// end, which closes it. Text between elements is passed over.
func (s *scanner) child() (xml.StartElement, error) {
	for {
		t, err := s.token()
		if err != nil {
			return xml.StartElement{}, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			return t, nil
		case xml.EndElement:
			return xml.StartElement{}, io.EOF
		}
	}
}

// children calls do for every element inside of the open one; do has to take it
// to its end.
func (s *scanner) children(do func(xml.StartElement) error) error {
	for {
		start, err := s.child()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := do(start); err != nil {
			return err
		}
	}
}

// skip passes over the rest of the element that is open.
func (s *scanner) skip() error {
	for outside := s.depth - 1; s.depth > outside; {
		if _, err := s.token(); err != nil {
			return err
		}
	}
	return nil
}

// element reads the whole of the element that is open.
func (s *scanner) element(start xml.StartElement) (*element, error) {
	root := &element{name: start.Name.Local, line: s.line, attributes: start.Attr}
	open := []*element{root}
	begin, left := s.decoder.InputOffset(), maxItemNodes
	for {
		t, err := s.token()
		if err != nil {
			return nil, err
		}
		if left--; left < 0 || s.decoder.InputOffset()-begin > maxToken {
			return nil, broken(noteTooBig.at(root.line, ""))
		}
		last := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			inner := &element{name: t.Name.Local, line: s.line, attributes: t.Attr}
			last.inner = append(last.inner, inner)
			open = append(open, inner)
		case xml.CharData:
			last.text = append(last.text, t...)
		case xml.EndElement:
			if open = open[:len(open)-1]; len(open) == 0 {
				return root, nil
			}
		}
	}
}

// meter hands bytes to the decoder, and no more than maxToken to one token.
type meter struct {
	source  io.Reader
	buffer  []byte
	begin   int // of what is not handed out yet
	end     int
	offset  int64 // of the end in the text
	mark    int64 // where the token begins
	failure error // of the source
}

func (m *meter) ReadByte() (byte, error) {
	if m.begin == m.end {
		if err := m.fill(); err != nil {
			return 0, err
		}
	}
	m.begin++
	return m.buffer[m.begin-1], nil
}

func (m *meter) Read(p []byte) (int, error) {
	if m.begin == m.end {
		if err := m.fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, m.buffer[m.begin:m.end])
	m.begin += n
	return n, nil
}

func (m *meter) fill() error {
	if m.offset-m.mark > maxToken {
		return errTokenTooLong
	}
	n, err := io.ReadAtLeast(m.source, m.buffer, 1)
	if err != nil && !errors.Is(err, io.EOF) {
		m.failure = err
	}
	m.begin, m.end = 0, n
	m.offset += int64(n)
	if n > 0 {
		return nil
	}
	return err
}
