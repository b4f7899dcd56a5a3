package fetch

import (
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// maxURL is the longest address that is requested, in bytes.
const maxURL = 2048

// checkURL applies the rules of CheckURL to a parsed address.
func checkURL(u *url.URL) error {
	host := u.Hostname()
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return BadURL.Saying("Адрес должен начинаться с http:// или https://",
			"The address must begin with http:// or https://")
	case u.User != nil:
		return BadURL.Saying("Имя и пароль в адресе не допускаются",
			"A user or a password in the address is not allowed")
	case u.Opaque != "" || host == "" || len(u.String()) > maxURL:
		return BadURL
	case strings.HasSuffix(u.Host, ":") || u.Port() != "" && !isPort(u.Port()):
		return BadURL.Saying("Неверный порт в адресе", "The port in the address is wrong")
	case slices.Contains(foreignPorts, u.Port()):
		return BadURL.Saying("На этом порту не бывает веб-сервера", "No web server is at this port")
	case !isPlainHost(host):
		return BadURL.Saying("Неверное имя сервера в адресе", "The host in the address is wrong")
	}
	return nil
}

// foreignPorts are those of services that take lines of text from whoever
// connects, and would take a request for some.
var foreignPorts = []string{
	"20", "21", "22", "23", "25", "53", "69", "110", "111", "119", "135", "137", "139", "143", "161", "179", "389", "445", "465", "512", "513",
	"514", "587", "636", "993", "995", "1433", "2049", "2375", "3306", "5432", "6379", "6667", "9200", "11211", "27017",
}

// isPort tells whether s is a number between 1 and 65535.
func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0 && s[0] != '0' // 0022 is another spelling of 22
}

// isPlainHost tells whether host is a name, or an IP address in its ordinary
// form. Names that end in a number are other spellings of an IPv4 address
// (2130706433, 0x7f.1, 0177.0.0.1, 127.1), which resolvers take differently.
func isPlainHost(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.Zone() == ""
	}
	if len(host) > 253 || strings.ContainsAny(host, ":%") {
		return false
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := strings.ToLower(labels[len(labels)-1])
	if hex, ok := strings.CutPrefix(last, "0x"); ok {
		return strings.Trim(hex, "0123456789abcdef") != ""
	}
	return strings.Trim(last, "0123456789") != ""
}
