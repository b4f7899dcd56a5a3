package api

import (
	"context"
	"net/http"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/platform/audit"
)

// auditIn chooses records.
type auditIn struct {
	Keyset
	User    int64     `query:"user" minimum:"0" doc:"Who did it; 0: anybody"`
	Action  string    `query:"action" pattern:"^[a-z_.]+$" example:"shop.approve"`
	Subject string    `query:"subject" pattern:"^[a-z_]+/[0-9A-Za-z_-]*$" example:"shop/" doc:"What it was done to: shop/12, or all of a kind, shop/"`
	Since   time.Time `query:"since" doc:"From this time"`
	Until   time.Time `query:"until" doc:"and before this one"`
}

// auditRecord is something that was done.
type auditRecord struct {
	ID      audit.ID  `json:"id"`
	At      time.Time `json:"at"`
	User    int64     `json:"user" doc:"Who did it; 0: nobody who was signed in, such as the command line"`
	Action  string    `json:"action" example:"shop.approve"`
	Subject string    `json:"subject" example:"shop/12"`
	Details string    `json:"details"`
	Address string    `json:"address" doc:"Of the client"`
	Request string    `json:"request" doc:"Its id in the log: the header X-Request-Id of the answer"`
}

func auditRecordOf(r audit.Record) auditRecord {
	return auditRecord{r.ID, r.At, r.User, r.Action, r.Subject, r.Details, r.Address, r.Request}
}

type auditOut struct {
	Link string        `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body []auditRecord `nullable:"false"`
}

func (a *API) trail() {
	add(a, op{
		method: http.MethodGet, path: "admin/audit", id: "list-audit", tag: tagAdmin, access: AdminOnly,
		summary: "What was done by whom, newest first",
	}, func(ctx context.Context, _ account.User, in *auditIn) (*auditOut, error) {
		before, err := cursorOf[audit.ID](in.Keyset)
		if err != nil {
			return nil, err
		}
		f := audit.Filter{User: in.User, Action: in.Action, Subject: in.Subject, Since: in.Since, Until: in.Until}
		list, err := a.Trail.List(ctx, f, before, in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(r audit.Record) audit.ID { return r.ID })
		out := &auditOut{Link: next(a, in.Keyset, last), Body: make([]auditRecord, len(list))}
		for i, r := range list {
			out.Body[i] = auditRecordOf(r)
		}
		return out, nil
	})
}
