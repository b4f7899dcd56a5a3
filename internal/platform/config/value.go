package config

import (
	"errors"
	"fmt"
	"log/slog"
	"net/mail"
	"net/netip"
	"strings"
	"unicode"
)

func sender(v string) (mail.Address, error) {
	a, err := mail.ParseAddress(v)
	if err != nil || strings.ContainsFunc(a.Name, unicode.IsControl) {
		return mail.Address{}, errors.New("not an e-mail address, with or without a name")
	}
	return *a, nil
}

func bareEmail(v string) (string, error) {
	a, err := mail.ParseAddress(v)
	if err != nil || a.Address != v {
		return "", errors.New("not one bare e-mail address")
	}
	return v, nil
}

// addressText writes an address as FromEnv reads it, in plain letters where that
// is possible.
func addressText(a mail.Address) string {
	if a.Name == "" {
		return a.Address
	}
	plain := a.Name + " <" + a.Address + ">"
	if again, err := mail.ParseAddress(plain); err == nil && *again == a {
		return plain
	}
	return a.String()
}

// networks reads a comma list of IP addresses and CIDRs; an address is the
// network of itself, bits behind the mask are dropped.
func networks(v string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	var wrong []string
	for entry := range strings.SplitSeq(v, ",") {
		entry = strings.TrimSpace(entry)
		if entry == "" {
			continue
		}
		p, err := network(entry)
		if err != nil {
			wrong = append(wrong, fmt.Sprintf("%q", entry))
			continue
		}
		list = append(list, p)
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("neither an IP address nor a CIDR: %s", strings.Join(wrong, ", "))
	}
	return list, nil
}

// network reads one entry; IPv4 in the clothes of IPv6 becomes IPv4.
func network(entry string) (netip.Prefix, error) {
	if ip, err := netip.ParseAddr(entry); err == nil {
		ip = ip.Unmap()
		return ip.Prefix(ip.BitLen()) // fails for nothing, drops a zone
	}
	p, err := netip.ParsePrefix(entry)
	if err != nil {
		return netip.Prefix{}, err
	}
	if p.Addr().Is4In6() && p.Bits() >= 96 {
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), nil
}

// join is the reverse of networks.
func join(list []netip.Prefix) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.String()
	}
	return strings.Join(texts, ",")
}

func approval(v string) (Approval, error) {
	switch a := Approval(strings.ToLower(v)); a {
	case ApprovalManual, ApprovalAuto:
		return a, nil
	}
	return "", errors.New("neither manual nor auto")
}

func demand(v string) (Demand, error) {
	switch d := Demand(strings.ToLower(v)); d {
	case TOTPOptional, TOTPRequired:
		return d, nil
	}
	return "", errors.New("neither optional nor required")
}

// minKey is the least length of the key, in bytes: 128 bits in base32.
const minKey = 26

func secretKey(v string) (string, error) {
	if len(v) < minKey {
		return "", fmt.Errorf("too short: at least %d random characters, such as openssl rand -hex 32 prints", minKey)
	}
	return v, nil
}

// logging reads a level and a format in any order, each at most once.
func logging(v string) (slog.Level, LogFormat, error) {
	level, format := slog.LevelInfo, LogText
	var levels, formats int
	for _, word := range strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' }) {
		switch word = strings.ToLower(word); word {
		case "debug", "info", "warn", "error":
			levels++
			if err := level.UnmarshalText([]byte(word)); err != nil {
				return 0, "", err
			}
		case string(LogText), string(LogJSON):
			formats++
			format = LogFormat(word)
		default:
			return 0, "", errors.New("a word that is neither a level (debug, info, warn, error) nor a format (text, json)")
		}
	}
	if levels > 1 || formats > 1 {
		return 0, "", errors.New("more than one level or format")
	}
	return level, format, nil
}
