package pricelist

import (
	"context"
	"errors"
	"fmt"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/partner"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fault"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
)

// DefaultZone is the time zone of a schedule that names none.
const DefaultZone = "Europe/Moscow"

// NoSchedule tells that the shop's list is not fetched by a schedule.
var NoSchedule = fault.New(fault.NotFound, "no_schedule",
	"Загрузка прайс-листа по расписанию не настроена", "The price list is not fetched by a schedule")

// ScheduleID names a schedule as it was set: one that is set anew has a new id.
type ScheduleID int64

// Schedule is when a shop's list is fetched from its address.
type Schedule struct {
	URL          string
	Times        string // a cron expression: minute, hour, day, month, day of the week
	TimeZone     string // an IANA name
	NextAt       time.Time
	CheckedAt    *time.Time // the last fetch, whatever it gave
	LastImport   *ID        // that the schedule began; unchanged lists begin none
	FailingSince *time.Time // nil: the last time went well
	Failure      fault.Text // while it fails: why, the last time
}

// ScheduleEdit sets a schedule.
type ScheduleEdit struct {
	URL      string // "" is the address of the shop
	Times    string
	TimeZone string // "" is DefaultZone
}

// dueEvery is how often it is looked whether a list is to be fetched.
const dueEvery = 10 * time.Second

// schedules takes over the jobs and the letters of the schedules.
func (l *Lists) schedules() {
	jobs.Handle(l.queue, scheduleTimeout, l.fetchScheduled)
	l.queue.Every("price lists by schedule", dueEvery, l.beginDue)
	l.post.Writes(scheduleLetter, l.writeSchedule)
}

// ScheduleOf returns the schedule of the supplier's shop, or NoSchedule.
func (l *Lists) ScheduleOf(ctx context.Context, who account.ID) (Schedule, error) {
	var s Schedule
	err := l.db.QueryRow(ctx, `
		select url, times, time_zone, next_at, checked_at, last_import, failing_since, failure_ru, failure_en
		from price_schedules where shop_id = (select id from shops where user_id = $1)`, who).
		Scan(&s.URL, &s.Times, &s.TimeZone, &s.NextAt, &s.CheckedAt, &s.LastImport, &s.FailingSince,
			&s.Failure.RU, &s.Failure.EN)
	if errors.Is(err, db.ErrNoRows) {
		return Schedule{}, NoSchedule
	}
	if err != nil {
		return Schedule{}, fmt.Errorf("pricelist: schedule: %w", err)
	}
	return s, nil
}

// SetSchedule has the list of the supplier's shop fetched at those times. It
// forgets what was fetched and what failed before.
func (l *Lists) SetSchedule(ctx context.Context, who account.ID, e ScheduleEdit) error {
	if e.TimeZone == "" {
		e.TimeZone = DefaultZone
	}
	now := l.now()
	if _, err := zoneOf(e.TimeZone); err != nil {
		return err
	}
	if err := checkTimes(e.Times, now); err != nil {
		return err
	}
	next, err := nextTime(e.Times, e.TimeZone, now)
	if err != nil {
		return err
	}
	return l.db.InTx(ctx, func(tx db.Tx) error {
		var shop partner.ShopID
		var own string
		err := tx.QueryRow(ctx, `select id, url from shops where user_id = $1`+db.ForUpdate(tx), who).Scan(&shop, &own)
		if errors.Is(err, db.ErrNoRows) {
			return partner.NoShop
		}
		if err != nil {
			return err
		}
		url := e.URL
		if url == "" {
			url = own
		}
		if url == "" {
			return fault.Missing.With("url", "Укажите адрес прайс-листа: у магазина адреса нет",
				"Name the address of the price list: the shop has none")
		}
		if err := fetch.CheckURL(url); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `delete from price_schedules where shop_id = $1`, shop); err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `
			insert into price_schedules (shop_id, url, times, time_zone, etag, last_modified, hash, next_at, failure_ru, failure_en)
			values ($1, $2, $3, $4, '', '', '', $5, '', '')`, shop, url, e.Times, e.TimeZone, next)
		return err
	})
}

// DropSchedule ends the fetching of the supplier's list, if there was any.
func (l *Lists) DropSchedule(ctx context.Context, who account.ID) error {
	return l.db.InTx(ctx, func(tx db.Tx) error {
		_, err := tx.Exec(ctx, `delete from price_schedules where shop_id = (select id from shops where user_id = $1)`, who)
		return err
	})
}
