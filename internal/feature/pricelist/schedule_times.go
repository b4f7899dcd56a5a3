package pricelist

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	_ "time/tzdata" // time zones also where the system has none

	"github.com/adhocore/gronx"

	"zakup/internal/platform/fault"
)

const (
	// minDistance is the shortest time between two fetches of one list.
	minDistance = 10 * time.Minute
	// maxTimes is the longest cron expression, in bytes.
	maxTimes = 100
	// lookAhead and lookTicks bound how far times are tried: the hours and
	// minutes of two days repeat on all others.
	lookAhead = 32 * 24 * time.Hour
	lookTicks = 300
	// maxRepeated is more ticks than a clock that is set back shows again.
	maxRepeated = 1000
)

// cronPart is what may stand between the commas of a cron expression. Its
// extensions (L, W, #, ?, tags) are left out: they mean different things in
// different programs.
var cronPart = regexp.MustCompile(`^(\*|([0-9]{1,2}|[A-Za-z]{3})(-([0-9]{1,2}|[A-Za-z]{3}))?)(/[0-9]{1,2})?$`)

// checkTimes returns fault.BadArguments unless times is a cron expression of
// five fields whose times come, and never closer than minDistance.
func checkTimes(times string, from time.Time) error {
	if !validTimes(times) {
		return badTimes(
			"Нужны пять полей: минута, час, день месяца, месяц, день недели; например «30 5 * * 1-5» — по будням в 5:30",
			`Five fields are needed: minute, hour, day of the month, month, day of the week, such as "30 5 * * 1-5": at 5:30 from Monday to Friday`)
	}
	wall := from.UTC()
	var last time.Time
	for range lookTicks {
		tick, err := gronx.NextTickAfter(times, wall, false)
		if err != nil {
			if last.IsZero() {
				return badTimes("Такое время никогда не наступает", "These times never come")
			}
			return nil
		}
		if !last.IsZero() && tick.Sub(last) < minDistance {
			return badTimes(
				fmt.Sprintf("Не чаще одного раза в %d минут", int(minDistance.Minutes())),
				fmt.Sprintf("Not more often than every %d minutes", int(minDistance.Minutes())))
		}
		if tick.Sub(from) > lookAhead && !last.IsZero() {
			return nil
		}
		last, wall = tick, tick
	}
	return nil
}

func badTimes(ru, en string) error { return fault.BadArguments.With("times", ru, en) }

// validTimes looks at every part of every field: the library itself stops at
// the first part that is due just now.
func validTimes(times string) bool {
	fields := strings.Fields(times)
	if len(times) > maxTimes || len(fields) != 5 {
		return false
	}
	for _, field := range fields {
		for part := range strings.SplitSeq(field, ",") {
			if !cronPart.MatchString(part) {
				return false
			}
		}
	}
	normal, err := gronx.Segments(times)
	if err != nil {
		return false
	}
	for position, field := range normal {
		for part := range strings.SplitSeq(field, ",") {
			c := gronx.SegmentChecker{}
			c.SetRef(time.Unix(0, 0).UTC())
			if _, err := c.CheckDue(part, position); err != nil {
				return false
			}
		}
	}
	return true
}

// zoneOf returns the time zone of that IANA name; fault.BadArguments when there
// is none.
func zoneOf(name string) (*time.Location, error) {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, fault.BadArguments.With("time_zone",
			"Такого часового пояса нет; нужно имя вида Europe/Moscow", "There is no such time zone; a name such as Europe/Moscow is needed")
	}
	return zone, nil
}

// nextTime is the first time of a checked expression after the one given. Times
// are those of a clock on the wall: one that the clock skips in spring comes an
// hour off, one that it shows twice in autumn comes once.
func nextTime(times, zoneName string, after time.Time) (time.Time, error) {
	zone, err := zoneOf(zoneName)
	if err != nil {
		return time.Time{}, err
	}
	wall := sameClock(after.In(zone), time.UTC)
	for range maxRepeated {
		if wall, err = gronx.NextTickAfter(times, wall, false); err != nil {
			return time.Time{}, fmt.Errorf("pricelist: schedule %q: %w", times, err)
		}
		if at := sameClock(wall, zone); at.After(after) {
			return at.UTC(), nil
		}
	}
	return time.Time{}, errors.New("pricelist: schedule: the clock does not go on")
}

// sameClock is when the clocks of a zone show what t shows.
func sameClock(t time.Time, zone *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), zone)
}
