package limit_test

import (
	"testing"
	"time"

	"zakup/internal/platform/limit"
)

func TestRulesAreReadBack(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"on": "on", " ON ": "on", "off": "off", "": "on", "address=6000/m": "on",
		"address=100/s, login=off": "address=100/s account=3000/m login=off login-account=100+1/m login-address=100+1/30s " +
			"register=20+1/3m letter=5+1/2h letter-address=50+1/m token=30+1/m key=60+1/m",
		"account=5/90s": "address=6000/m account=5/90s login=5+1/15m login-account=100+1/m login-address=100+1/30s " +
			"register=20+1/3m letter=5+1/2h letter-address=50+1/m token=30+1/m key=60+1/m",
	} {
		rules, err := limit.Parse(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := rules.String(); got != want {
			t.Errorf("%q: %s\nwant %s", text, got, want)
		}
		if again, err := limit.Parse(rules.String()); err != nil || again != rules {
			t.Errorf("%q read back: %+v, %v", rules, again, err)
		}
	}
}

func TestRulesMean(t *testing.T) {
	t.Parallel()
	rules, err := limit.Parse("account=7/2h key=3+1/1d")
	if err != nil {
		t.Fatal(err)
	}
	want := limit.Standard()
	want.Account, want.Key = limit.Rate{Count: 7, Per: 2 * time.Hour}, limit.Rule{Free: 3, Forget: 24 * time.Hour}
	if rules != want {
		t.Errorf("%+v", rules)
	}
}
