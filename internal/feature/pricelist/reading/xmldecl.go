package reading

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
)

var xmlVersion = regexp.MustCompile(`version=(?:'([^']*)'|"([^"]*)")`)

// instruction passes over <?target ... ?>; that of XML itself names its version.
func (l *lexer) instruction(b []byte) (lexeme, int, *lexError) {
	at := nameEnd(b, 2)
	if at == len(b) {
		return tagNone, 0, nil
	}
	target := string(b[2:at])
	if _, known := l.names["?"+target]; !known {
		if _, err := xml.NewDecoder(strings.NewReader("<?" + target + " ?>")).RawToken(); err != nil {
			return tagNone, 0, &lexError{at, "expected target name after <?"}
		}
		if len(l.names) < maxNames {
			l.names["?"+target] = xmlName{}
		}
	}
	end := bytes.Index(b[at:], []byte("?>"))
	if end < 0 {
		return tagNone, 0, nil
	}
	if m := xmlVersion.FindSubmatch(b[at : at+end]); target == "xml" && m != nil {
		if version := string(m[1]) + string(m[2]); version != "" && version != "1.0" {
			return tagNone, 0, &lexError{at, fmt.Sprintf("unsupported version %q; only version 1.0 is supported", version)}
		}
	}
	return tagOther, at + end + 2, nil
}

// declaration takes a comment, a CDATA section, or passes over a DOCTYPE.
func (l *lexer) declaration(b []byte) (lexeme, int, *lexError) {
	const comment, cdata = "<!--", "<![CDATA["
	switch {
	case len(b) == 2:
		return tagNone, 0, nil
	case bytes.HasPrefix(b, []byte(comment)):
		end := bytes.Index(b[4:], []byte("--"))
		if end < 0 || 4+end+2 == len(b) {
			return tagNone, 0, nil
		}
		if b[4+end+2] != '>' {
			return tagNone, 0, &lexError{4 + end, `invalid sequence "--" not allowed in comments`}
		}
		return tagOther, 4 + end + 3, nil
	case bytes.HasPrefix(b, []byte(cdata)):
		end := bytes.Index(b[len(cdata):], []byte("]]>"))
		if end < 0 {
			return tagNone, 0, nil
		}
		return l.took(tagText, len(cdata)+end+3, l.chars(b, len(cdata), len(cdata)+end, inCDATA))
	case b[2] == '-' && len(b) > 3:
		return tagNone, 0, &lexError{3, "invalid sequence <!- not part of <!--"}
	case b[2] == '[' && !strings.HasPrefix(cdata, string(b[:min(len(b), len(cdata))])):
		return tagNone, 0, &lexError{3, "invalid <![ sequence"}
	case b[2] == '-' || b[2] == '[':
		return tagNone, 0, nil
	}
	end := doctypeEnd(b)
	if end == 0 {
		return tagNone, 0, nil
	}
	return tagOther, end, nil
}

// doctypeEnd returns where a declaration ends; 0 when it is not whole. Brackets
// in quotes and comments do not count.
func doctypeEnd(b []byte) int {
	quote, depth := byte(0), 0
	for i := 3; i < len(b); i++ {
		switch c := b[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>' && depth == 0:
			return i + 1
		case c == '>':
			depth--
		case c == '<' && bytes.HasPrefix(b[i:], []byte("<!--")):
			end := bytes.Index(b[i+4:], []byte("-->"))
			if end < 0 {
				return 0
			}
			i += 4 + end + 2
		case c == '<':
			depth++
		}
	}
	return 0
}
