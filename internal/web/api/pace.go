package api

import (
	"errors"
	"io"
	"net/http"
	"time"
)

// Pace is how slow a client may be. Only the time counts in which we wait for
// the client, not the time in which we work on what came.
type Pace struct {
	Body   time.Duration // for the whole of an ordinary body
	Upload time.Duration // for the whole of a price list
	Stall  time.Duration // for which the sender of a price list may fall behind Rate, or be silent
	Rate   int64         // of a price list, bytes in a second
	Rest   time.Duration // for what is left of a body when the answer is known
}

// StandardPace is that of the program.
func StandardPace() Pace {
	return Pace{
		Body: time.Minute, Upload: 10 * time.Minute, Stall: 20 * time.Second, Rate: 8 << 10, Rest: 5 * time.Second,
	}
}

// paced is the body of a request, read no longer than its pace allows. The
// deadline of reading is set here and nowhere else: one that is taken away while
// bytes are still to come lets a client hold the connection for ever, and one
// that stays when all have come ends the request that is being answered.
type paced struct {
	io.ReadCloser

	pace   Pace
	c      *http.ResponseController
	start  time.Time
	end    time.Time     // of reading
	rated  bool          // whether Rate counts
	credit time.Duration // for which the sender may be silent now
	ended  bool
}

// pacedBody puts the pace before the body of the request. A writer that has no
// deadlines (a recorder in a test) needs none.
func pacedBody(w http.ResponseWriter, r *http.Request, pace Pace) *paced {
	now := time.Now()
	p := &paced{ReadCloser: r.Body, pace: pace, c: http.NewResponseController(w), start: now, end: now.Add(pace.Body)}
	if r.Body == nil || r.Body == http.NoBody {
		p.finish()
		return p
	}
	p.deadline(p.end)
	r.Body = p
	return p
}

func (p *paced) deadline(t time.Time) { _ = p.c.SetReadDeadline(t) }

func (p *paced) finish() {
	p.ended = true
	p.deadline(time.Time{})
}

// upload gives the body the time of a price list.
func (p *paced) upload() {
	if p.ended {
		return
	}
	p.end, p.rated, p.credit = p.start.Add(p.pace.Upload), true, p.pace.Stall
	p.deadline(p.end)
}

// Read waits for the client as long as it may be waited for.
func (p *paced) Read(b []byte) (int, error) {
	if !p.rated {
		n, err := p.ReadCloser.Read(b)
		if errors.Is(err, io.EOF) {
			p.finish()
		}
		return n, err
	}
	start := time.Now()
	p.deadline(earlier(p.end, start.Add(p.credit)))
	n, err := p.ReadCloser.Read(b)
	earned := time.Duration(int64(n) * int64(time.Second) / p.pace.Rate)
	p.credit = min(p.pace.Stall, p.credit-time.Since(start)+earned)
	if errors.Is(err, io.EOF) {
		p.finish()
	}
	return n, err
}

// leave is called before the answer is sent: the server reads some of what is
// left of a body then.
func (p *paced) leave() {
	if p.ended {
		return
	}
	p.rated, p.end = false, earlier(p.end, time.Now().Add(p.pace.Rest))
	p.deadline(p.end)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
