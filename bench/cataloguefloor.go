package bench

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"zakup/internal/feature/catalog"
	"zakup/internal/platform/db"
)

// floorServer does the least work that anything would take: /page is the one
// statement of a page by the driver alone, /memory what was put there.
type floorServer struct {
	query func(ctx context.Context, text string, args []any, each func(scan func(...any) error) error) error

	mu   sync.RWMutex
	kept map[string][]byte
}

func serveFloor(ctx context.Context, address string, l net.Listener, ready func() error) error {
	d, err := db.Open(ctx, address)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	defer func() { _ = d.Close() }()
	f := &floorServer{kept: map[string][]byte{}, query: byPgx(d)}
	if d.Dialect() == db.SQLite {
		bare, err := sql.Open("sqlite", "file:"+(&url.URL{Path: strings.TrimPrefix(address, "sqlite:")}).EscapedPath()+
			"?_pragma=busy_timeout(10000)&_pragma=query_only(1)")
		if err != nil {
			return errors.Join(err, l.Close())
		}
		defer func() { _ = bare.Close() }()
		bare.SetMaxOpenConns(4) // as the program has
		bare.SetMaxIdleConns(4)
		f.query = bySQL(bare)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /page", f.page)
	mux.HandleFunc("GET /memory/{name}", f.get)
	mux.HandleFunc("PUT /memory/{name}", f.put)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := ready(); err != nil {
		return errors.Join(err, l.Close())
	}
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

func byPgx(d *db.DB) func(context.Context, string, []any, func(func(...any) error) error) error {
	return func(ctx context.Context, text string, args []any, each func(func(...any) error) error) error {
		rows, err := d.Pool().Query(ctx, text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}

func bySQL(d *sql.DB) func(context.Context, string, []any, func(func(...any) error) error) error {
	var mu sync.Mutex
	kept := map[string]*sql.Stmt{}
	prepared := func(ctx context.Context, text string) (*sql.Stmt, error) {
		mu.Lock()
		defer mu.Unlock()
		if stmt := kept[text]; stmt != nil {
			return stmt, nil
		}
		stmt, err := d.PrepareContext(ctx, text) //nolint:gosec,sqlclosecheck // of the conditions of filters alone; kept as long as the process
		kept[text] = stmt
		return stmt, err
	}
	return func(ctx context.Context, text string, args []any, each func(func(...any) error) error) (err error) {
		stmt, err := prepared(ctx, text) //nolint:sqlclosecheck // it is kept
		if err != nil {
			return err
		}
		rows, err := stmt.QueryContext(ctx, args...)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		for rows.Next() {
			if err := each(rows.Scan); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}

// filters are the arguments of a page that the floor knows.
var filters = []struct {
	name, condition string
	times           int64
}{
	{"cursor", ` and o.id > $%d`, 1},
	{"shop_id", ` and o.shop_id = $%d`, 1},
	{"category_id", ` and o.category_id = $%d`, 1},
	{"price_min", ` and o.price >= $%d`, 100},
	{"price_max", ` and o.price <= $%d`, 100},
}

// page answers what the catalogue does, by nothing but its statement.
func (f *floorServer) page(w http.ResponseWriter, r *http.Request) {
	asked := r.URL.Query()
	text := `
		select o.id, ` + catalog.Available + `, o.price, o.price_rrc, o.document
		from offers o
		where not o.withdrawn and o.shop_id in (select id from shops where open)`
	var args []any
	for _, filter := range filters {
		if v := asked.Get(filter.name); v != "" {
			n, err := strconv.ParseInt(v, 10, 64)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			args = append(args, n*filter.times)
			text += fmt.Sprintf(filter.condition, len(args))
		}
	}
	if asked.Get("in_stock") != "" {
		text += ` and ` + catalog.Available + ` > 0`
	}
	body := append(make([]byte, 0, 1<<15), '[')
	var o catalog.Shown
	err := f.query(r.Context(), text+` order by o.id limit `+strconv.Itoa(pageOf), args, func(scan func(...any) error) error {
		if err := scan(&o.ID, &o.Available, &o.Price, &o.PriceRRC, &o.Document); err != nil {
			return err
		}
		if len(body) > 1 {
			body = append(body, ',')
		}
		body = o.AppendJSON(body)
		return nil
	})
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	write(w, append(body, ']'))
}

func (f *floorServer) get(w http.ResponseWriter, r *http.Request) {
	f.mu.RLock()
	body := f.kept[r.PathValue("name")]
	f.mu.RUnlock()
	write(w, body)
}

func (f *floorServer) put(_ http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // who sends has gone
	}
	f.mu.Lock()
	f.kept[r.PathValue("name")] = body
	f.mu.Unlock()
}

func write(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body) // who asked may have gone
}
