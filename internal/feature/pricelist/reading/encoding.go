package reading

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// coding is how the bytes of a file become text.
type coding struct {
	bom     int64             // bytes to pass over
	decode  encoding.Encoding // nil when it is UTF-8
	guessed bool              // nothing says so but the bytes
}

// from returns the text of the file from its beginning.
func (c coding) from(source io.ReadSeeker) (io.Reader, error) {
	if _, err := source.Seek(c.bom, io.SeekStart); err != nil {
		return nil, fmt.Errorf("going to the beginning of the price list: %w", err)
	}
	if c.decode == nil {
		return source, nil
	}
	return transform.NewReader(source, c.decode.NewDecoder()), nil
}

// survey reads all bytes: how many they are, and how they are encoded. UTF-8
// with or without a mark, whatever the file says of itself; UTF-16 with a mark;
// what is not valid UTF-8 is read as XML's declaration says, else, when it looks
// like Russian in Windows-1251, as that, with a warning.
func survey(source io.ReadSeeker, limit int64) (coding, error) {
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return coding{}, fmt.Errorf("going to the beginning of the price list: %w", err)
	}
	s := surveyor{}
	buffer := make([]byte, 64<<10)
	var size int64
	var head []byte
	for {
		n, err := io.ReadFull(source, buffer)
		if size == 0 {
			head = bytes.Clone(buffer[:min(n, 1024)])
		}
		if size += int64(n); size > limit {
			return coding{}, tooManyBytes(limit)
		}
		s.take(buffer[:n])
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return coding{}, fmt.Errorf("reading the price list: %w", err)
		}
	}
	s.take(nil)
	switch {
	case !s.dark:
		return coding{}, Empty
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}):
		return coding{bom: 2, decode: unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, nil
	case bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return coding{bom: 2, decode: unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, nil
	case binaryName(head) != nil:
		return coding{}, unsupported(binaryName(head).ru, binaryName(head).en)
	case bytes.HasPrefix(head, []byte("\xEF\xBB\xBF")):
		if s.invalid > 0 {
			return coding{}, badUTF8(s.invalid)
		}
		return coding{bom: 3}, nil
	case s.invalid == 0:
		return coding{}, nil
	case declaredIn(head) != nil:
		return coding{decode: declaredIn(head)}, nil
	}
	if is, err := looksRussian(source); err != nil {
		return coding{}, err
	} else if is {
		return coding{decode: charmap.Windows1251, guessed: true}, nil
	}
	return coding{}, badUTF8(s.invalid)
}

func tooManyBytes(limit int64) error {
	return TooLarge.Saying(
		fmt.Sprintf("Прайс-лист больше %d МБ", limit>>20), fmt.Sprintf("The price list is larger than %d MB", limit>>20))
}

var xmlEncoding = regexp.MustCompile(`^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']`)

// declaredIn returns the encoding of one byte a letter that a text of XML names; nil
// when it names none of those that are known here.
func declaredIn(head []byte) encoding.Encoding {
	m := xmlEncoding.FindSubmatch(head)
	if m == nil {
		return nil
	}
	switch strings.ToLower(string(m[1])) {
	case "windows-1251", "cp1251", "cp-1251", "win-1251", "x-cp1251":
		return charmap.Windows1251
	case "koi8-r":
		return charmap.KOI8R
	case "ibm866", "cp866":
		return charmap.CodePage866
	case "iso-8859-5":
		return charmap.ISO8859_5
	}
	return nil
}

func badUTF8(line int) error {
	return BadEncoding.Saying(
		fmt.Sprintf("Строка %d: неверные символы UTF-8. Сохраните файл в UTF-8", line),
		fmt.Sprintf("Line %d: invalid UTF-8. Save the file as UTF-8", line)).Fact("line", line)
}

// surveyor learns from bytes what they can be.
type surveyor struct {
	dark    bool   // there is more than blanks
	line    int    // lines that have ended
	invalid int    // line of the first byte that is not UTF-8, from 1
	whole   []byte // pending and what has come, for the next time
	pending []byte
}

// russian counts bytes as Windows-1251 would have them.
type russian struct {
	letters, strange int
	rises, falls     int // small letter before a capital one, and the reverse
	before           byte
}

// take is called with every part of the file, at the end with none.
func (s *surveyor) take(b []byte) {
	if !s.dark {
		rest := bytes.TrimPrefix(b, []byte("\xEF\xBB\xBF"))
		s.dark = len(bytes.Trim(rest, " \t\r\n")) > 0
	}
	if s.invalid > 0 {
		return
	}
	s.whole = append(append(s.whole[:0], s.pending...), b...)
	whole, keep := s.whole, 0
	if len(b) > 0 {
		keep = incomplete(whole)
	}
	s.pending = append(s.pending[:0], whole[len(whole)-keep:]...)
	whole = whole[:len(whole)-keep]
	if utf8.Valid(whole) {
		s.line += bytes.Count(whole, []byte{'\n'})
		return
	}
	for len(whole) > 0 {
		c, size := utf8.DecodeRune(whole)
		if c == utf8.RuneError && size == 1 {
			break
		}
		if c == '\n' {
			s.line++
		}
		whole = whole[size:]
	}
	s.invalid = s.line + 1
}

// incomplete returns how many bytes at the end of b begin a character that
// goes on after it.
func incomplete(b []byte) int {
	for n := 1; n < utf8.UTFMax && n <= len(b); n++ {
		tail := b[len(b)-n:]
		if utf8.RuneStart(tail[0]) {
			if utf8.FullRune(tail) {
				return 0
			}
			return n
		}
	}
	return 0
}

// usual are the signs of Windows-1251 beside letters that price lists use.
var usual = []byte("\x85\x88\x91\x92\x93\x94\x95\x96\x97\x99\xA0\xA7\xA9\xAB\xAE\xB0\xB1\xB5\xB7\xB9\xBB")

func (s *russian) Write(b []byte) (int, error) {
	for _, c := range b {
		switch {
		case c < 0x80:
		case c >= 0xC0 || c == 0xA8 || c == 0xB8:
			s.letters++
			switch {
			case s.before >= 0xE0 && c >= 0xC0 && c < 0xE0:
				s.rises++
			case s.before >= 0xC0 && s.before < 0xE0 && c >= 0xE0:
				s.falls++
			}
		case bytes.IndexByte(usual, c) < 0:
			s.strange++
		}
		s.before = c
	}
	return len(b), nil
}

// looks tells whether the bytes look like Russian in Windows-1251: letters,
// few strange signs (UTF-8 and CP866 would have many), and capitals that begin
// words rather than end them (in KOI8-R it is the reverse).
func (s *russian) looks() bool {
	return s.letters > 0 && s.strange*20 <= s.letters && s.rises <= s.falls
}

// looksRussian reads all bytes once more: few files need that.
func looksRussian(source io.ReadSeeker) (bool, error) {
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return false, fmt.Errorf("going to the beginning of the price list: %w", err)
	}
	var s russian
	if _, err := io.Copy(&s, source); err != nil {
		return false, fmt.Errorf("reading the price list: %w", err)
	}
	return s.looks(), nil
}
