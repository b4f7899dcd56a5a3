package fetch

import (
	"mime"
	"net/http"
	"strings"
	"unicode"
)

// maxName is how much of a file name is kept, in characters, from its end, where
// the extension is.
const maxName = 200

// fileName returns the name that the server gives to the file, else the last
// part of the address.
func fileName(resp *http.Response) string {
	// ParseMediaType returns no parameters with an error, and nil can be read.
	_, params, _ := mime.ParseMediaType(resp.Header.Get("Content-Disposition"))
	if name := baseName(params["filename"]); name != "" {
		return name
	}
	return baseName(resp.Request.URL.Path)
}

// baseName is what follows the last slash or backslash, without what is not
// printed; "" for a name of dots and blanks.
func baseName(s string) string {
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s = strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > maxName {
		s = string(runes[len(runes)-maxName:])
	}
	if strings.Trim(s, ". ") == "" {
		return ""
	}
	return strings.TrimSpace(s)
}
