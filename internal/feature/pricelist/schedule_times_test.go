package pricelist_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/fault"
)

func moment(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// Expressions are judged alike at every moment.
func TestCheckTimes(t *testing.T) {
	t.Parallel()
	moments := []string{"2026-05-04T09:30:00Z", "2028-02-29T23:59:59Z", "2026-12-31T00:00:00Z", "2026-01-01T00:05:00Z"}
	for _, good := range []string{
		"0 4 * * *", "*/10 * * * *", "30 5 * * 1-5", "0 0,12 * * *", "15 6 1,15 * *", "0 4 * jan-mar MON,FRI", "5/15 8-20/2 * * 7",
		"0 0 29 2 *", "0 3 31 * *", "  0   4 * * *  ", "0 4 13 * 5", "59 23 31 12 *", "0,10 0 * * *", "00 04 * * *",
	} {
		for _, at := range moments {
			if err := pricelist.CheckTimes(good, moment(t, at)); err != nil {
				t.Errorf("%q at %s: %v", good, at, err)
			}
		}
	}
	for bad, why := range map[string]string{
		"": "пять полей", "0 4 * *": "пять полей", "0 4 * * * *": "пять полей", "0 0 4 * * * 2026": "пять полей", "@daily": "пять полей", "каждый день в 4": "пять полей",
		"60 4 * * *": "пять полей", "5,99 4 * * *": "пять полей", "0 24 * * *": "пять полей", "0 4 0 * *": "пять полей", "0 4 32 * *": "пять полей", "0 4 * 13 *": "пять полей", "0 4 * * 8": "пять полей",
		"-1 4 * * *": "пять полей", "5-1 4 * * *": "пять полей", "*/0 4 * * *": "пять полей", "0 4 L * *": "пять полей", "0 4 * * 5#2": "пять полей", "0 4 ? * *": "пять полей", "0 4 15W * *": "пять полей",
		"1,, 4 * * *": "пять полей", "*/5/5 4 * * *": "пять полей", "1-2-3 4 * * *": "пять полей", "0 4 * * mon\x00": "пять полей", "٣ 4 * * *": "пять полей",
		"9223372036854775808 4 * * *": "пять полей", strings.Repeat("1,", 60) + "1 4 * * *": "пять полей", "0 4 * * FOO": "пять полей",
		"0 0 30 2 *": "никогда", "0 0 31 4,6,9,11 *": "никогда", "99/5 4 * * *": "никогда",
		"* * * * *": "Не чаще", "*/9 * * * *": "Не чаще", "0,5 4 * * *": "Не чаще", "0,55 0,23 * * *": "Не чаще", "1,2 0 1 1 *": "Не чаще", "0-9/3 4 * * 1": "Не чаще",
	} {
		for _, at := range moments {
			err := pricelist.CheckTimes(bad, moment(t, at))
			f := fault.As(err)
			if f == nil || f.Code != fault.BadArguments.Code || len(f.Fields) != 1 || f.Fields[0].Name != "times" || !strings.Contains(f.Fields[0].Text.RU, why) {
				t.Errorf("%q at %s: %v, want %s", bad, at, err, why)
			}
		}
	}
}

func TestNextTime(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		times, zone, after string
		want               []string // one after another
	}{
		{"0 4 * * *", "Europe/Moscow", "2026-05-04T09:30:00.5Z", []string{"2026-05-05T01:00:00Z", "2026-05-06T01:00:00Z"}},
		{"0 4 * * *", "Europe/Moscow", "2026-05-05T00:59:59.999999Z", []string{"2026-05-05T01:00:00Z", "2026-05-06T01:00:00Z"}},
		{"0 4 * * *", "Asia/Kamchatka", "2026-05-04T09:30:00Z", []string{"2026-05-04T16:00:00Z"}},
		{"0 4 * * *", "UTC", "2026-05-04T04:00:00Z", []string{"2026-05-05T04:00:00Z"}},
		{"30 5 * * 1-5", "Europe/Moscow", "2026-05-08T03:00:00Z", []string{"2026-05-11T02:30:00Z"}},
		{"0 0 29 2 *", "UTC", "2026-05-04T00:00:00Z", []string{"2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z"}},
		{"15 6 1,15 * *", "UTC", "2026-05-04T00:00:00Z", []string{"2026-05-15T06:15:00Z", "2026-06-01T06:15:00Z"}},
		// The clock goes from 2:00 to 3:00: a time in between comes an hour off, and no day is left out.
		{"30 2 * * *", "Europe/Berlin", "2026-03-28T12:00:00Z", []string{"2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"}},
		{"30 2 * * *", "America/New_York", "2026-03-07T12:00:00Z", []string{"2026-03-08T06:30:00Z", "2026-03-09T06:30:00Z"}},
		// The clock goes from 3:00 back to 2:00: what comes twice is taken once.
		{"30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", []string{"2026-10-25T01:30:00Z", "2026-10-26T01:30:00Z"}},
		{"30 * * * *", "Europe/Berlin", "2026-10-24T23:45:00Z", []string{"2026-10-25T01:30:00Z", "2026-10-25T02:30:00Z"}},
		{"*/10 * * * *", "Europe/Berlin", "2026-10-25T01:35:00Z", []string{"2026-10-25T01:40:00Z", "2026-10-25T01:50:00Z", "2026-10-25T02:00:00Z"}},
		{"0 12 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", []string{"2026-10-25T11:00:00Z"}},
	} {
		at, got := moment(t, c.after), []string{}
		for range c.want {
			next, err := pricelist.NextTime(c.times, c.zone, at)
			if err != nil {
				t.Fatalf("%s %s: %v", c.times, c.zone, err)
			}
			got, at = append(got, next.Format(time.RFC3339Nano)), next
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %s after %s (-want +got)\n%s", c.times, c.zone, c.after, diff)
		}
	}
}

func TestUnknownZones(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"", "Local", "Moscow", "Europe/Atlantis", "../../etc/passwd", "/etc/localtime", "UTC+3", "\x00", strings.Repeat("a/", 5000)} {
		_, err := pricelist.NextTime("0 4 * * *", zone, time.Now())
		if f := fault.As(err); f == nil || len(f.Fields) != 1 || f.Fields[0].Name != "time_zone" {
			t.Errorf("%q: %v", zone, err)
		}
	}
}
