package config

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// maxOrigins is how many origins may be let in.
const maxOrigins = 50

// origins reads a comma list of origins, each as a browser writes it.
func origins(v string) ([]string, error) {
	var list []string
	for entry := range strings.SplitSeq(v, ",") {
		entry = strings.TrimSpace(entry)
		if err := checkOrigin(entry); err != nil {
			return nil, fmt.Errorf("%.100q: %w", entry, err)
		}
		if !slices.Contains(list, entry) {
			list = append(list, entry)
		}
	}
	if len(list) > maxOrigins {
		return nil, fmt.Errorf("more than %d", maxOrigins)
	}
	return list, nil
}

func checkOrigin(v string) error {
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || strings.Contains(v, "*"):
		return errors.New("not an origin such as https://shop.example.org; there are no wildcards")
	case v != u.Scheme+"://"+u.Host || u.User != nil:
		return errors.New("an origin has nothing behind the host and the port, not even a slash")
	case v != strings.ToLower(v):
		return errors.New("browsers write origins in small letters")
	case u.Scheme == "http" && u.Port() == "80" || u.Scheme == "https" && u.Port() == "443":
		return errors.New("browsers leave the standard port out")
	}
	return checkHost(u)
}
