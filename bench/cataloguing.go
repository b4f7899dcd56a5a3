package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Cataloguing are the settings of the benchmark of the catalogue.
type Cataloguing struct {
	Dir      string // for the files of SQLite and of the program
	Database string // "" is a SQLite file in Dir; one that has these goods already is not filled again
	Keep     bool   // the smaller database too

	Offers, Suppliers, Categories int
	Small                         int // offers of the smaller catalogue; 0: none
	Seed                          int64
	Turn                          time.Duration // of each request and of each of its floors
	Profile                       string        // a file for the profile of the serving process, "" for none
}

// answered is how a request went, beside its floors.
type answered struct {
	asked
	service, statement, memory loaded
}

// Run fills the catalogue unless it is full, and tells how fast its pages are beside
// what the least work would take, how that grows with the catalogue, and how much
// memory the serving process has taken.
func (o Cataloguing) Run(ctx context.Context, out, log io.Writer) (err error) {
	if o.Offers < 1 || o.Suppliers < offersOfMost || o.Categories < 1 {
		return fmt.Errorf("the catalogue has an offer at least, a category, and %d suppliers", offersOfMost)
	}
	var small []answered
	if o.Small > 0 {
		url, drop, err := o.beside(ctx)
		if err != nil {
			return err
		}
		less := o
		less.Offers, less.Profile = o.Small, ""
		less.Categories = max(1, o.Categories*o.Small/o.Offers) // as large as those of the other catalogue
		if small, err = less.on(ctx, url, out, log); err == nil && !o.Keep {
			err = drop(ctx)
		}
		if err != nil {
			return err
		}
	}
	large, err := o.on(ctx, o.url(o.Offers), out, log)
	if err != nil || o.Small == 0 {
		return err
	}
	fmt.Fprintf(out, "\n| growth | p50 ms of %d offers | of %d | times | the statement alone, times | bytes, times | p99 ms of %d | of %d |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n",
		o.Small, o.Offers, o.Small, o.Offers)
	for _, a := range large {
		n := slices.IndexFunc(small, func(s answered) bool { return s.name == a.name })
		if n >= 0 {
			before, after, alone := small[n].service, a.service, ""
			if a.page {
				alone = fmt.Sprintf("%.2f", a.statement.ms(50)/small[n].statement.ms(50))
			}
			fmt.Fprintf(out, "| %s | %.2f | %.2f | %.2f | %s | %.2f | %.2f | %.2f |\n", a.name, before.ms(50), after.ms(50), after.ms(50)/before.ms(50), alone,
				after.size()/before.size(), before.ms(99), after.ms(99))
		}
	}
	return nil
}

func (o Cataloguing) url(offers int) string {
	if o.Database != "" {
		return o.Database
	}
	return "sqlite:" + filepath.Join(o.Dir, fmt.Sprintf("catalogue-%d.db", offers))
}

// on measures the catalogue of one database.
func (o Cataloguing) on(ctx context.Context, url string, out, log io.Writer) (all []answered, err error) {
	w := wares{offers: o.Offers, suppliers: o.Suppliers, categories: o.Categories, seed: o.Seed}
	list, err := o.prepare(ctx, url, w, out, log)
	if err != nil {
		return nil, err
	}
	var profile []string
	if o.Profile != "" {
		profile = []string{"--profile", o.Profile}
	}
	service, err := start(ctx, o.Dir, url, profile...)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, service.end()) }()
	floor, err := start(ctx, o.Dir, url, "--floor")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, floor.end()) }()
	l := newLoader()
	defer l.CloseIdleConnections()
	if a, ok := l.deep(ctx, service.url); ok {
		list = slices.Insert(list, 1, a)
	}
	resetPeakOf(service.id())
	fmt.Fprint(out, "| request | req/s | p50 ms | p95 ms | p99 ms | the statement alone, req/s | share | from memory, req/s | share |\n"+
		"| --- | --- | --- | --- | --- | --- | --- | --- | --- |\n")
	for n, a := range list {
		r, err := o.measure(ctx, l, a, service.url, floor.url, fmt.Sprint(n))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		r.print(out)
		all = append(all, r)
	}
	fmt.Fprintf(out, "\nmemory of the serving process: %d MiB at most\n", peakMemoryOf(service.id()))
	first := slices.IndexFunc(all, func(a answered) bool { return a.name == firstPage })
	far := slices.IndexFunc(all, func(a answered) bool { return strings.HasPrefix(a.name, farPage) })
	if first >= 0 && far >= 0 {
		fmt.Fprintf(out, "%s by the first: %.2f\n", all[far].name, all[far].service.ms(50)/all[first].service.ms(50))
	}
	return all, nil
}

// prepare fills the database if that is to be done, and says what can be asked.
func (o Cataloguing) prepare(ctx context.Context, url string, w wares, out, log io.Writer) (list []asked, err error) {
	p, err := connect(ctx, o.Dir, url)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, p.close()) }()
	full, err := p.filled(ctx, w)
	if err != nil {
		return nil, err
	}
	took, start := "before", time.Now()
	if !full {
		if err := p.fill(ctx, w, log); err != nil {
			return nil, err
		}
		took = fmt.Sprintf("in %.0f s", time.Since(start).Seconds())
	}
	size, err := p.size(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(out)
	machine(out, p)
	fmt.Fprintf(out, "%d offers of %d suppliers, %d products, %d categories, %d characteristics each, seed %d; filled %s; %d MB on disk\n",
		w.offers, w.suppliers, w.products(), w.categories, parameters, w.seed, took, size/1e6)
	list, without, err := p.askings(ctx, w)
	if err == nil && len(without) > 0 {
		fmt.Fprintf(out, "not measured, as the OpenAPI document does not have it: %s\n", strings.Join(without, ", "))
	}
	fmt.Fprintf(out, "%d connections, turns of %s\n\n", connections, o.Turn)
	return list, err
}

const (
	firstPage = "first page"
	farPage   = "far page: number "
)

// measure asks the service and then its floors.
func (o Cataloguing) measure(ctx context.Context, l *loader, a asked, service, floor, name string) (r answered, err error) {
	r.asked = a
	below := func(root string) (list []string) {
		for _, p := range a.paths {
			list = append(list, root+p)
		}
		return list
	}
	var body bytes.Buffer
	if err := l.get(ctx, below(service + "/api/v1/")[0], &body); err != nil {
		return r, err
	}
	if a.page {
		pages := below(floor + "/page?")
		for n := range pages {
			pages[n] = strings.Replace(pages[n], "/page?products?", "/page?", 1)
		}
		var bare bytes.Buffer
		if err := l.get(ctx, pages[0], &bare); err != nil {
			return r, err
		}
		if err := sameOffers(body.Bytes(), bare.Bytes()); err != nil {
			return r, err
		}
		if r.statement, err = l.turn(ctx, pages, o.Turn); err != nil {
			return r, err
		}
	}
	kept := floor + "/memory/" + name
	answer, err := l.ask(ctx, http.MethodPut, kept, &body)
	if err == nil {
		err = answer.Body.Close()
	}
	if err != nil {
		return r, err
	}
	if r.memory, err = l.turn(ctx, []string{kept}, o.Turn); err != nil {
		return r, err
	}
	r.service, err = l.turn(ctx, below(service+"/api/v1/"), o.Turn)
	return r, err
}

// sameOffers is an error unless both pages have the same offers: else the floor
// would be that of other work.
func sameOffers(page, bare []byte) error {
	type offer struct{ ID int64 }
	var one, two []offer
	if err := errors.Join(json.Unmarshal(page, &one), json.Unmarshal(bare, &two)); err != nil {
		return err
	}
	if !slices.Equal(one, two) {
		return errors.New("the floor answers other offers")
	}
	return nil
}

func (a answered) print(out io.Writer) {
	statement, share := "", ""
	if a.page {
		statement, share = fmt.Sprintf("%.0f", a.statement.perSecond()), fmt.Sprintf("%.2f", a.service.perSecond()/a.statement.perSecond())
	}
	fmt.Fprintf(out, "| %s | %.0f | %.2f | %.2f | %.2f | %s | %s | %.0f | %.2f |\n", a.name, a.service.perSecond(),
		a.service.ms(50), a.service.ms(95), a.service.ms(99), statement, share,
		a.memory.perSecond(), a.service.perSecond()/a.memory.perSecond())
}
