package api

import (
	"context"
	"net/http"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/pricelist"
)

// scheduleJSON is when a shop's price list is fetched, and how that goes.
type scheduleJSON struct {
	URL          string        `json:"url" format:"uri" example:"https://example.org/price.yml"`
	Times        string        `json:"times" example:"30 5 * * 1-5" doc:"A cron expression: minute, hour, day of the month, month, day of the week"`
	TimeZone     string        `json:"time_zone" example:"Europe/Moscow"`
	NextAt       time.Time     `json:"next_at"`
	CheckedAt    *time.Time    `json:"checked_at" doc:"The last fetch, whatever it gave"`
	LastImport   *pricelist.ID `json:"last_import" doc:"That the schedule began; a list that has not changed begins none"`
	FailingSince *time.Time    `json:"failing_since" doc:"null: the last time went well"`
	Failure      string        `json:"failure,omitempty" doc:"Why, the last time"`
}

func scheduleOf(s pricelist.Schedule, lang string) scheduleJSON {
	out := scheduleJSON{
		URL: s.URL, Times: s.Times, TimeZone: s.TimeZone, NextAt: s.NextAt,
		CheckedAt: s.CheckedAt, LastImport: s.LastImport, FailingSince: s.FailingSince,
	}
	if s.FailingSince != nil {
		out.Failure = s.Failure.In(lang)
	}
	return out
}

type scheduleOut struct{ Body scheduleJSON }

type scheduleIn struct {
	Body struct {
		URL      *string `json:"url,omitempty" doc:"http or https, without a password; absent: the address of the shop" example:"https://example.org/price.yml"`
		Times    string  `json:"times" doc:"A cron expression of five fields: minute, hour, day of the month, month, day of the week; not closer than ten minutes" example:"30 5 * * 1-5"`
		TimeZone *string `json:"time_zone,omitempty" doc:"An IANA name; absent: Europe/Moscow" example:"Asia/Yekaterinburg"`
	}
}

type scheduleSet struct {
	Body struct {
		Status   bool         `json:"Status" example:"true"`
		Schedule scheduleJSON `json:"schedule"`
	}
}

func (a *API) schedule() {
	add(a, op{
		method: http.MethodGet, path: "partner/schedule", id: "get-schedule", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "When the shop's price list is fetched from its address, and how that goes",
	}, func(ctx context.Context, who account.User, _ *none) (*scheduleOut, error) {
		s, err := a.Lists.ScheduleOf(ctx, who.Owner)
		return &scheduleOut{scheduleOf(s, infoOf(ctx).lang)}, err
	})
	add(a, op{
		method: http.MethodPut, path: "partner/schedule", id: "set-schedule", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "Have the shop's price list fetched at these times; a letter tells of the first failure of a row",
	}, func(ctx context.Context, who account.User, in *scheduleIn) (*scheduleSet, error) {
		edit := pricelist.ScheduleEdit{Times: in.Body.Times}
		if in.Body.URL != nil {
			edit.URL = *in.Body.URL
		}
		if in.Body.TimeZone != nil {
			edit.TimeZone = *in.Body.TimeZone
		}
		if err := a.Lists.SetSchedule(ctx, who.Owner, edit); err != nil {
			return nil, err
		}
		s, err := a.Lists.ScheduleOf(ctx, who.Owner)
		out := &scheduleSet{}
		out.Body.Status, out.Body.Schedule = true, scheduleOf(s, infoOf(ctx).lang)
		return out, err
	})
	add(a, op{
		method: http.MethodDelete, path: "partner/schedule", id: "drop-schedule", tag: tagPartner, access: ShopOnly, scope: account.PricesWrite,
		summary: "End the fetching of the shop's price list",
	}, func(ctx context.Context, who account.User, _ *none) (*done, error) {
		return ok(), a.Lists.DropSchedule(ctx, who.Owner)
	})
}
