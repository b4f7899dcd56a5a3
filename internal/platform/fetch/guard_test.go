package fetch

import (
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestPermits(t *testing.T) {
	t.Parallel()
	allow := []netip.Prefix{
		netip.MustParsePrefix("10.20.0.0/16"), netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("fd00:1::/32"),
	}
	for text, want := range map[string]struct{ public, allowed bool }{
		"8.8.8.8":         {true, true},
		"1.1.1.1":         {true, true},
		"9.255.255.255":   {true, true},
		"11.0.0.0":        {true, true},
		"100.63.255.255":  {true, true},
		"100.128.0.0":     {true, true},
		"172.15.255.255":  {true, true},
		"172.32.0.0":      {true, true},
		"192.167.1.1":     {true, true},
		"223.255.255.255": {true, true},
		"0.0.0.0":         {false, false},
		"0.1.2.3":         {false, false},
		"10.0.0.1":        {false, false},
		"10.20.30.40":     {false, true},
		"10.21.0.0":       {false, false},
		"100.64.0.1":      {false, false},
		"100.100.100.200": {false, false},
		"100.127.255.255": {false, false},
		"127.0.0.1":       {false, true},
		"127.0.0.2":       {false, false},
		"127.255.255.255": {false, false},
		"168.63.129.16":   {false, false},
		"169.254.169.254": {false, false},
		"172.16.0.1":      {false, false},
		"172.31.255.255":  {false, false},
		"192.0.0.8":       {false, false},
		"192.0.2.1":       {false, false},
		"192.88.99.1":     {false, false},
		"192.168.0.1":     {false, false},
		"198.18.0.1":      {false, false},
		"198.19.255.255":  {false, false},
		"198.51.100.1":    {false, false},
		"203.0.113.1":     {false, false},
		"224.0.0.1":       {false, false},
		"239.255.255.255": {false, false},
		"240.0.0.1":       {false, false},
		"255.255.255.255": {false, false},

		"2a00:1450:4001::1":       {true, true},
		"2606:4700::1111":         {true, true},
		"::":                      {false, false},
		"::1":                     {false, false},
		"::127.0.0.1":             {false, false},
		"::8.8.8.8":               {false, false},
		"::ffff:8.8.8.8":          {true, true},
		"::ffff:127.0.0.1":        {false, true},
		"::ffff:127.0.0.2":        {false, false},
		"::ffff:10.0.0.1":         {false, false},
		"::ffff:169.254.169.254":  {false, false},
		"::ffff:0:127.0.0.1":      {false, false},
		"64:ff9b::8.8.8.8":        {false, false},
		"64:ff9b::10.0.0.1":       {false, false},
		"64:ff9b:1::10.0.0.1":     {false, false},
		"100::1":                  {false, false},
		"2001::1":                 {false, false},
		"2001:0:4136:e378::1":     {false, false},
		"2001:2::1":               {false, false},
		"2001:20::1":              {false, false},
		"2001:db8::1":             {false, false},
		"2001:4860:4860::8888":    {true, true},
		"2002:7f00:1::1":          {false, false},
		"2002:808:808::1":         {false, false},
		"3fff::1":                 {false, false},
		"5f00::1":                 {false, false},
		"fc00::1":                 {false, false},
		"fd00:1::1":               {false, true},
		"fd00:2::1":               {false, false},
		"fd00:ec2::254":           {false, false},
		"fe80::1":                 {false, false},
		"fe80::1%eth0":            {false, false},
		"fec0::1":                 {false, false},
		"ff02::1":                 {false, false},
		"ffff:ffff:ffff:ffff::ff": {false, false},
	} {
		ip := netip.MustParseAddr(text)
		if got := (guard{}).permits(ip); got != want.public {
			t.Errorf("%s with nothing allowed: %v, want %v", text, got, want.public)
		}
		if got := (guard{allow}).permits(ip); got != want.allowed {
			t.Errorf("%s with %v allowed: %v, want %v", text, allow, got, want.allowed)
		}
	}
	if (guard{}).permits(netip.Addr{}) {
		t.Error("the zero address is permitted")
	}
}

// IPv4 inside IPv6 is judged as the IPv4 address that it is.
func TestPermitsMapped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b [4]byte
		copy(b[:], rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "address"))
		plain := netip.AddrFrom4(b)
		mapped := netip.AddrFrom16(plain.As16())
		if (guard{}).permits(plain) != (guard{}).permits(mapped) {
			t.Fatalf("%v and %v are judged differently", plain, mapped)
		}
		if plain.IsPrivate() && (guard{}).permits(plain) {
			t.Fatalf("%v is permitted", plain)
		}
	})
}

func TestControl(t *testing.T) {
	t.Parallel()
	g := guard{here}
	for address, permitted := range map[string]bool{
		"127.0.0.1:80":          true,
		"[::ffff:127.0.0.1]:80": true,
		"8.8.8.8:443":           true,
		"127.0.0.2:80":          false,
		"[::1]:80":              false,
		"[fe80::1%lo]:80":       false,
	} {
		err := g.control(t.Context(), "tcp", address, nil)
		if permitted && err != nil {
			t.Errorf("%s: %v", address, err)
		}
		if !permitted {
			wants(t, address, err, ForbiddenAddress)
		}
	}
	if err := g.control(t.Context(), "tcp", "example.org:80", nil); err == nil {
		t.Error("an address that is no IP address is permitted")
	}
}
