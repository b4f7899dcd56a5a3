package fetch

import (
	"net/http"
	"strings"
	"testing"

	"zakup/internal/platform/fault"
)

func TestCheckURL(t *testing.T) {
	t.Parallel()
	for _, good := range []string{
		"http://example.org", "https://example.org/", "HTTPS://Example.ORG:8443/a%20b/прайс.yaml?x=1&y=2#top",
		"http://93.184.216.34/a", "http://[2606:4700::1111]:80/", "https://магазин.рф/price.xml", "http://a.b.c.d.e/",
		"http://7eleven.example./", "http://1.2.3.4.example/", "http://0xyz/", "http://127.0.0.1:1/",
		"http://h/" + strings.Repeat("a", maxURL-len("http://h/")),
	} {
		if err := CheckURL(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		"", " ", "example.org/price.yaml", "/etc/passwd", "//example.org/a", "?a=1",
		"ftp://example.org/a", "file:///etc/passwd", "gopher://example.org/_x", "data:text/plain,x", "javascript:alert(1)",
		"ws://example.org", "unix:///run/x.sock", "http+unix://x/", "httpx://example.org",
		"http:", "http:/", "http://", "http:///a", "http:example.org", "http://:80/", "http://?a", "http://#a",
		"http://user@example.org/", "http://user:pass@example.org/", "http://@example.org/", "http://:@example.org/",
		"http://example.org:/", "http://example.org:0/", "http://example.org:65536/", "http://example.org:x/",
		"http://example.org:-1/", "http://a:80:80/",
		"http://example.org:22/", "http://example.org:0022/", "http://example.org:080/", "https://example.org:25/", "http://example.org:6379/", "http://[2606:4700::1111]:5432/", "http://93.184.216.34:11211/",
		"http://a b/", "http://exa\nmple.org/", "http://example.org/\x00", "http://example.org\\@127.0.0.1/",
		"http://127%2e0%2e0%2e1/", "http://exam%70le.org/", "http://%E2%91%A0/%",
		"http://[::1", "http://::1/", "http://[example.org]/", "http://[fe80::1%25eth0]/",
		"http://127.1/", "http://127.0.1/", "http://2130706433/", "http://0x7f000001/", "http://0x7F.0.0.0x1/",
		"http://0177.0.0.1/", "http://017700000001/", "http://127.0.0.1./", "http://127.0.0.01/", "http://256.1.1.1/",
		"http://1.2.3.4.5/", "http://0x/", "http://./", "http://a.0x1f/", "http://example.123/",
		"http://" + strings.Repeat("a", 254) + "/", "http://h/" + strings.Repeat("a", maxURL),
	} {
		wants(t, bad, CheckURL(bad), BadURL)
	}
}

// Each fault of an address says nothing of a password in it, not even to the log.
func TestCheckURLKeepsSecrets(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{
		"http://me:Secret@example.org/", "http://me:Sec/ret@example.org", "http://me:Secret@exa mple.org/", "http://me:Secret",
		"ftp://me:Secret@example.org/",
	} {
		err := CheckURL(bad)
		wants(t, bad, err, BadURL)
		if strings.Contains(err.Error(), "Sec") {
			t.Errorf("%s: the password is in %v", bad, err)
		}
	}
}

// However loopback is spelt, the server there is not asked.
func TestSpellingsOfLoopback(t *testing.T) {
	t.Parallel()
	s := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })
	_, port, _ := strings.Cut(strings.TrimPrefix(s.URL, "http://"), ":")
	c := New(nil, WithResolver(nameServer(t, []string{"127.0.0.1"})))
	for host, want := range map[string]*fault.Error{
		"127.0.0.1":             ForbiddenAddress,
		"localhost":             ForbiddenAddress,
		"localhost.":            ForbiddenAddress,
		"0.0.0.0":               ForbiddenAddress,
		"[::]":                  ForbiddenAddress,
		"[::1]":                 ForbiddenAddress,
		"[0:0:0:0:0:0:0:1]":     ForbiddenAddress,
		"[::ffff:127.0.0.1]":    ForbiddenAddress,
		"[::ffff:7f00:1]":       ForbiddenAddress,
		"[::127.0.0.1]":         ForbiddenAddress,
		"[64:ff9b::127.0.0.1]":  ForbiddenAddress,
		"[2002:7f00:1::]":       ForbiddenAddress,
		"１２７.０.０.１":             ForbiddenAddress, // becomes 127.0.0.1 as an international name
		"127。0。0。1":             ForbiddenAddress,
		"127.0.0.1.nip.example": ForbiddenAddress,
		"127.1":                 BadURL,
		"127.0.0.1.":            BadURL,
		"2130706433":            BadURL,
		"0x7f000001":            BadURL,
		"0x7f.0x0.0x0.0x1":      BadURL,
		"0177.0.0.1":            BadURL,
		"017700000001":          BadURL,
	} {
		_, err := get(t, c, "http://"+host+":"+port+"/", mega)
		wants(t, host, err, want)
	}
}
