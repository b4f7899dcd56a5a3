package api

import (
	"context"
	"net/http"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/platform/mail"
)

// letterJSON is what an administrator sees of a letter. What it says is nobody's
// but the recipient's.
type letterJSON struct {
	ID       int64      `json:"id"`
	Kind     string     `json:"kind" example:"order"`
	To       string     `json:"recipient"`
	Language string     `json:"language" enum:"ru,en"`
	State    mail.State `json:"state" enum:"queued,sent,failed" doc:"A failed letter is tried no more, unless it is sent again"`
	Tries    int64      `json:"tries"`
	Error    string     `json:"error,omitempty" doc:"Of the last try, if it failed"`
	At       time.Time  `json:"created_at"`
	SentAt   *time.Time `json:"sent_at"`
}

func letterOf(r mail.Record) letterJSON {
	return letterJSON{
		ID: r.ID, Kind: r.Kind, To: r.To, Language: r.Lang, State: r.State, Tries: r.Tries, Error: r.Error, At: r.Created, SentAt: r.Sent,
	}
}

type lettersIn struct {
	Keyset
	State mail.State `query:"state" enum:"queued,sent,failed"`
	To    string     `query:"recipient" format:"email" doc:"The whole address, as it was written"`
	Kind  string     `query:"kind" pattern:"^[a-z_]+$" maxLength:"50" example:"order"`
}

type lettersOut struct {
	Link string       `header:"Link" doc:"The next page, if there is one: <address>; rel=\"next\""`
	Body []letterJSON `nullable:"false"`
}

type letterIn struct {
	ID int64 `path:"id"`
}

type letterOut struct{ Body letterJSON }

func (a *API) letters() {
	add(a, op{
		method: http.MethodGet, path: "admin/letters", id: "list-letters", tag: tagAdmin, access: AdminOnly,
		summary: "Letters and what became of them, the newest first",
	}, func(ctx context.Context, _ account.User, in *lettersIn) (*lettersOut, error) {
		before, err := cursorOf[int64](in.Keyset)
		if err != nil {
			return nil, err
		}
		list, err := a.Letters.List(ctx, mail.Filter{State: in.State, To: in.To, Kind: in.Kind}, before, in.Limit+1)
		if err != nil {
			return nil, err
		}
		list, last := cut(list, in.Limit, func(r mail.Record) int64 { return r.ID })
		out := &lettersOut{Link: next(a, in.Keyset, last), Body: make([]letterJSON, len(list))}
		for i, r := range list {
			out.Body[i] = letterOf(r)
		}
		return out, nil
	})
	add(a, op{
		method: http.MethodPost, path: "admin/letters/{id}/send", id: "send-letter", tag: tagAdmin, access: AdminOnly,
		summary: "Send a letter again, written anew; the answer is the letter that was queued",
	}, func(ctx context.Context, _ account.User, in *letterIn) (*letterOut, error) {
		r, err := a.Letters.Again(ctx, in.ID)
		if err != nil {
			return nil, err
		}
		return &letterOut{letterOf(r)}, nil
	})
}
