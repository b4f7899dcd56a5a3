package api

import (
	"strings"

	"zakup/internal/web/jobsui"
)

// maxNumber is how many digits a number in a path may have to be shown.
const maxNumber = 19

// noteWords notes the words of the paths that there are.
func (a *API) noteWords() {
	a.words = map[string]bool{"": true}
	for _, path := range []string{"/docs", "/openapi.json", jobsui.Path} {
		a.note(path)
	}
	for path := range a.methods {
		a.note(path)
	}
}

func (a *API) note(path string) {
	for word := range strings.SplitSeq(path, "/") {
		a.words[word] = true
	}
}

// shownPath is what the log is told of a path: words that we know, and numbers.
// Anything else may be a secret, of a link or in the wrong place.
func (a *API) shownPath(path string) string {
	words := strings.Split(path, "/")
	for i, word := range words {
		if !a.words[word] && (len(word) > maxNumber || strings.Trim(word, "0123456789") != "") {
			words[i] = "…"
		}
	}
	const most = 12 // deeper than any
	if len(words) > most {
		words = append(words[:most], "…")
	}
	return strings.Join(words, "/")
}
