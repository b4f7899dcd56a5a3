package fetch

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"
)

// nameServer answers for every name on a port of loopback. The n-th question for
// IPv4 gets the n-th set of addresses, later ones the last set; there is no IPv6.
func nameServer(t *testing.T, answers ...[]string) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0") //nolint:noctx // ends with the test
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		buffer := make([]byte, 1500)
		asked := 0
		for {
			n, from, err := conn.ReadFrom(buffer)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if err := m.Unpack(buffer[:n]); err != nil || len(m.Questions) != 1 {
				continue
			}
			q := m.Questions[0]
			m.Response, m.RecursionAvailable, m.Additionals = true, true, nil
			if q.Type == dnsmessage.TypeA {
				for _, ip := range answers[min(asked, len(answers)-1)] {
					m.Answers = append(m.Answers, dnsmessage.Resource{
						Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
						Body:   &dnsmessage.AResource{A: netip.MustParseAddr(ip).As4()},
					})
				}
				asked++
			}
			if packed, err := m.Pack(); err == nil {
				_, _ = conn.WriteTo(packed, from)
			}
		}
	})
	t.Cleanup(func() {
		conn.Close()
		serving.Wait()
	})
	return &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
		},
	}
}

// named is the URL of a server with a host name in place of its address.
func named(url string) string { return strings.Replace(url, "127.0.0.1", "price.test", 1) }

// This also shows that the proxy of the environment (see TestMain) is not used.
func TestNameThatResolvesToAnAllowedAddress(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.Host)) })
	c := New(here, WithResolver(nameServer(t, []string{"127.0.0.1"})))
	got, err := get(t, c, named(s.URL), mega)
	if want := strings.TrimPrefix(named(s.URL), "http://"); err != nil || got != want {
		t.Errorf("got %q, %v; want %q", got, err, want)
	}
}

func TestNameThatResolvesToAForbiddenAddress(t *testing.T) {
	t.Parallel()
	s := serve(t, func(http.ResponseWriter, *http.Request) { t.Error("a request arrived") })
	for _, ip := range []string{"127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "0.0.0.0"} {
		_, err := get(t, New(nil, WithResolver(nameServer(t, []string{ip}))), named(s.URL), mega)
		wants(t, ip, err, ForbiddenAddress)
	}
}

// The name answers with an allowed address first, with another one when the
// redirect to the same name is followed.
func TestNameThatIsRebound(t *testing.T) {
	t.Parallel()
	var arrived []string
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		arrived = append(arrived, r.URL.Path)
		http.Redirect(w, r, "/second", http.StatusFound)
	})
	c := New(here, WithResolver(nameServer(t, []string{"127.0.0.1"}, []string{"127.0.0.2"})))
	_, err := get(t, c, named(s.URL)+"/first", mega)
	wants(t, "rebound", err, ForbiddenAddress)
	if len(arrived) != 1 || arrived[0] != "/first" {
		t.Errorf("requests for %v arrived, want /first alone", arrived)
	}
}

func TestNameWithSeveralAddresses(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	c := New(here, WithResolver(nameServer(t, []string{"10.0.0.1", "127.0.0.1"})))
	if got, err := get(t, c, named(s.URL), mega); err != nil || got != "ok" {
		t.Errorf("got %q, %v; want the answer of the allowed address", got, err)
	}
	c = New(nil, WithResolver(nameServer(t, []string{"10.0.0.1", "127.0.0.1"})))
	_, err := get(t, c, named(s.URL), mega)
	wants(t, "two forbidden ones", err, ForbiddenAddress)
}

func TestNameThatDoesNotExist(t *testing.T) {
	t.Parallel()
	_, err := get(t, New(here, WithResolver(nameServer(t, nil))), "http://price.test/", mega)
	wants(t, "no address", err, Failed)
}
