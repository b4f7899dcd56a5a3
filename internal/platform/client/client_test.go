package client_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"zakup/internal/platform/client"
)

// behind are a proxy of this machine, a network of proxies, and one of IPv6.
var behind = client.Proxies{
	netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8"),
}

func TestOf(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, peer string
		headers    []string
		want       string
	}{
		{"no proxy", "203.0.113.5:4000", nil, "203.0.113.5"},
		{"a header from anybody", "203.0.113.5:4000", []string{"198.51.100.1"}, "203.0.113.5"},
		{"a header that names a proxy of ours, from anybody", "203.0.113.5:4000", []string{"127.0.0.1"}, "203.0.113.5"},
		{"our proxy says nothing", "127.0.0.1:4000", nil, "127.0.0.1"},
		{"our proxy says an empty header", "127.0.0.1:4000", []string{""}, "127.0.0.1"},
		{"one hop", "127.0.0.1:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"what the client wrote before", "127.0.0.1:4000", []string{"192.0.2.66, 198.51.100.1"}, "198.51.100.1"},
		{"a proxy of ours that the client wrote before", "127.0.0.1:4000", []string{"10.1.1.1, 198.51.100.1"}, "198.51.100.1"},
		{"two proxies", "127.0.0.1:4000", []string{"192.0.2.66, 198.51.100.1, 10.2.3.4"}, "198.51.100.1"},
		{"several headers are one list", "127.0.0.1:4000", []string{"192.0.2.66", "198.51.100.1", "10.2.3.4"}, "198.51.100.1"},
		{"a second header of the client does not come last", "127.0.0.1:4000", []string{"198.51.100.1, 10.2.3.4", "192.0.2.66"}, "192.0.2.66"},
		{"only proxies", "127.0.0.1:4000", []string{"10.9.9.9, 10.2.3.4"}, "10.9.9.9"},
		{"a port", "127.0.0.1:4000", []string{"198.51.100.1:65000"}, "198.51.100.1"},
		{"IPv6 with a port", "127.0.0.1:4000", []string{"[2001:db8::7]:443"}, "2001:db8::7"},
		{"IPv6 in brackets", "127.0.0.1:4000", []string{"[2001:db8::7]"}, "2001:db8::7"},
		{"IPv6", "[fd00::1]:4000", []string{"2001:db8::7"}, "2001:db8::7"},
		{"IPv6 with a zone", "[fe80::1%eth0]:4000", nil, "fe80::1"},
		{"a zone does not make another client", "127.0.0.1:4000", []string{"2001:db8::7%25x"}, "2001:db8::7"},
		{"our proxy in the clothes of IPv6", "[::ffff:127.0.0.1]:4000", []string{"198.51.100.1"}, "198.51.100.1"},
		{"a client in the clothes of IPv6", "127.0.0.1:4000", []string{"::ffff:198.51.100.1"}, "198.51.100.1"},
		{"a proxy in the list in the clothes of IPv6", "127.0.0.1:4000", []string{"198.51.100.1, ::ffff:10.2.3.4"}, "198.51.100.1"},
		{"junk on the right hides what is left of it", "127.0.0.1:4000", []string{"198.51.100.1, unknown"}, "127.0.0.1"},
		{"junk behind a proxy", "127.0.0.1:4000", []string{"198.51.100.1, nonsense, 10.2.3.4"}, "10.2.3.4"},
		{"an empty place", "127.0.0.1:4000", []string{"198.51.100.1,,10.2.3.4"}, "10.2.3.4"},
		{"a comma alone", "127.0.0.1:4000", []string{","}, "127.0.0.1"},
		{"a name", "127.0.0.1:4000", []string{"localhost"}, "127.0.0.1"},
		{"a number that some read as an address", "127.0.0.1:4000", []string{"2130706433"}, "127.0.0.1"},
		{"octal", "127.0.0.1:4000", []string{"0306.0063.0144.01"}, "127.0.0.1"},
		{"too many bytes", "127.0.0.1:4000", []string{"198.51.100.1.1"}, "127.0.0.1"},
		{"a network", "127.0.0.1:4000", []string{"198.51.100.0/24"}, "127.0.0.1"},
		{"a line of another log", "127.0.0.1:4000", []string{"198.51.100.1\tstatus=200"}, "127.0.0.1"},
		{"quoted", "127.0.0.1:4000", []string{`"198.51.100.1"`}, "127.0.0.1"},
		{"a bad port", "127.0.0.1:4000", []string{"198.51.100.1:99999"}, "127.0.0.1"},
		{"unix", "127.0.0.1:4000", []string{"unix:"}, "127.0.0.1"},
		{"a unix socket", "@", []string{"198.51.100.1"}, ""},
		{"a named unix socket", "unix", []string{"198.51.100.1"}, ""},
		{"no address", "", []string{"198.51.100.1"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := &http.Request{RemoteAddr: c.peer, Header: http.Header{}}
			for _, h := range c.headers {
				r.Header.Add("X-Forwarded-For", h)
			}
			for _, other := range []string{"X-Real-Ip", "Forwarded", "True-Client-Ip", "Cf-Connecting-Ip"} {
				r.Header.Set(other, "192.0.2.77")
			}
			if got := client.Text(behind.Of(r)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// A header of any length is read from its end, not as a whole.
func TestLongHeader(t *testing.T) { //nolint:paralleltest // allocations are counted
	r := &http.Request{RemoteAddr: "127.0.0.1:1", Header: http.Header{
		"X-Forwarded-For": {strings.Repeat("192.0.2.1,", 6000) + "198.51.100.1"},
	}}
	if got := behind.Of(r).String(); got != "198.51.100.1" {
		t.Errorf("got %s", got)
	}
	if n := testing.AllocsPerRun(10, func() { behind.Of(r) }); n > 1 {
		t.Errorf("%v allocations", n)
	}
}

func TestNobodyIsTrustedByDefault(t *testing.T) {
	t.Parallel()
	r := &http.Request{RemoteAddr: "127.0.0.1:1", Header: http.Header{"X-Forwarded-For": {"198.51.100.1"}}}
	if got := client.Proxies(nil).Of(r).String(); got != "127.0.0.1" {
		t.Errorf("got %s", got)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"198.51.100.1": "198.51.100.1", "2001:db8:1:2:3:4:5:6": "2001:db8:1:2::/64", "2001:db8:1:2::": "2001:db8:1:2::/64", "": "",
	} {
		a, _ := netip.ParseAddr(address)
		if got := client.Network(a); got != want {
			t.Errorf("%s: %q, want %q", address, got, want)
		}
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	a := netip.MustParseAddr("198.51.100.1")
	if got := client.From(client.With(t.Context(), a)); got != a {
		t.Error(got)
	}
	if got := client.From(t.Context()); got.IsValid() {
		t.Error(got)
	}
}
