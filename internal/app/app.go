// Package app builds the program: every part once, in the order in which they
// need each other. It is the only package that knows them all.
package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"

	"zakup/internal/feature/account"
	"zakup/internal/feature/basket"
	"zakup/internal/feature/catalog"
	"zakup/internal/feature/invoice"
	"zakup/internal/feature/order"
	"zakup/internal/feature/partner"
	"zakup/internal/feature/picture"
	"zakup/internal/feature/pricelist"
	"zakup/internal/platform/audit"
	"zakup/internal/platform/blob"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db"
	"zakup/internal/platform/fetch"
	"zakup/internal/platform/jobs"
	"zakup/internal/platform/limit"
	"zakup/internal/platform/mail"
	"zakup/internal/platform/oauth"
	"zakup/internal/platform/once"
	"zakup/internal/platform/seal"
	"zakup/internal/web/api"
	"zakup/internal/web/jobsui"
)

// ErrNotCurrent tells that the schema of the database is not this program's.
var ErrNotCurrent = errors.New("the database is not at the current version: run `zakup migrate` first")

// App is the program.
type App struct {
	Config   config.Config
	Accounts *account.Accounts
	Shops    *partner.Shops
	Lists    *pricelist.Lists
	API      *api.API
	Blob     blob.Store // of pictures

	db       *db.DB
	queue    *jobs.Queue
	requests *limit.Requests
	page     *jobs.Page
	kept     io.Closer // Blob
	log      *slog.Logger

	bounds   Bounds
	stopping chan struct{} // closed when the program begins to stop
}

// Options are what a caller may set beside the settings.
type Options struct {
	Log    *slog.Logger
	Queues []string         // that this process will work on, once it starts jobs
	Now    func() time.Time // nil: the clock
	Fetch  []fetch.Option
	Bounds Bounds       // the zero value: StandardBounds
	Cost   account.Cost // of passwords; the zero value: the standard one
}

// clock is the time in the precision of the databases.
func clock() time.Time { return time.Now().UTC().Truncate(time.Microsecond) }

// New builds the program and opens its database. A SQLite database is migrated;
// a PostgreSQL one must be current, else the error is ErrNotCurrent.
func New(ctx context.Context, cfg config.Config, o Options) (*App, error) {
	d, err := open(ctx, cfg)
	if err != nil {
		return nil, err
	}
	if o.Bounds == (Bounds{}) {
		o.Bounds = StandardBounds()
	}
	a := &App{Config: cfg, db: d, log: o.Log, bounds: o.Bounds, stopping: make(chan struct{})}
	if err := a.schema(ctx); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	store, err := keep(ctx, cfg)
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	a.Blob, a.kept = store, store
	if err := a.build(o); err != nil {
		return nil, errors.Join(err, store.Close(), d.Close())
	}
	return a, nil
}

// Migrate brings the database of the settings to the current version.
func Migrate(ctx context.Context, cfg config.Config) error {
	d, err := open(ctx, cfg)
	if err != nil {
		return err
	}
	return errors.Join(migrate(ctx, d), d.Close())
}

func open(ctx context.Context, cfg config.Config) (*db.DB, error) {
	if cfg.Database.Kind == config.SQLite {
		if err := os.MkdirAll(filepath.Dir(cfg.Database.Path), 0o750); err != nil {
			return nil, fmt.Errorf("app: %w", err)
		}
	}
	return db.Open(ctx, cfg.Database.URL)
}

// migrate may be called by several processes at once.
func migrate(ctx context.Context, d *db.DB) error {
	return d.Alone(ctx, func() error {
		if err := d.Migrate(ctx); err != nil {
			return err
		}
		return jobs.Migrate(ctx, d)
	})
}

func (a *App) schema(ctx context.Context) error {
	if a.Config.Database.Kind == config.SQLite {
		return migrate(ctx, a.db)
	}
	current, err := a.db.Current(ctx)
	if err == nil && !current {
		err = ErrNotCurrent
	}
	return err
}

// indexEvery is how often it is looked whether offers are to be found by something
// else, or are new.
const indexEvery = time.Second

func (a *App) build(o Options) error {
	now := o.Now
	if now == nil {
		now = clock
	}
	cfg := a.Config
	transport, err := transport(cfg, a.log)
	if err != nil {
		return err
	}
	if a.queue, err = jobs.New(a.db, a.log, o.Queues); err != nil {
		return err
	}
	if a.page, err = a.queue.Page(jobsui.Path); err != nil {
		return err
	}
	sealer, err := sealer(cfg)
	if err != nil {
		return err
	}
	trail := audit.New(a.db, now)
	post := mail.New(a.db, a.queue, transport, trail, now)
	a.Shops = partner.New(a.db, trail, cfg.SupplierApproval == config.ApprovalAuto, now)
	guard := limit.NewGuard(a.db, a.queue, cfg.Limits, now)
	a.requests = limit.NewRequests(a.db, cfg.Limits)
	a.Accounts = account.New(a.db, a.queue, post, trail, account.Options{
		Now: now, Cost: o.Cost, PublicURL: a.address(), Joined: a.Shops.Joined, Limits: guard,
		Providers: oauth.New(cfg.Providers), Returns: cfg.OAuthReturn,
		Sealer: sealer, AdminTOTP: cfg.AdminTOTP == config.TOTPRequired,
	})
	fetcher := fetch.New(cfg.FetchAllow, o.Fetch...)
	pictures := picture.New(a.db, a.queue, a.Blob, fetcher, a.log, now)
	a.Lists = pricelist.New(a.db, a.queue, fetcher, post, trail, now)
	a.queue.Every("offers to be found", indexEvery, func(ctx context.Context) error { return catalog.Index(ctx, a.db) })
	baskets := basket.New(a.db, now)
	orders := order.NewOrders(a.db, a.queue, post, trail, baskets, order.Admin(cfg.AdminEmail, cfg.MailFrom.Address), now)
	a.API = api.New(api.Deps{
		Accounts: a.Accounts, Shops: a.Shops, Pictures: pictures, Catalog: catalog.New(a.db, trail, now), Lists: a.Lists,
		Baskets: baskets, Orders: orders, Invoices: invoice.New(a.db, a.queue, orders, post, now),
		Letters: post, Trail: trail, Keys: once.New(a.db, a.queue, a.log, now),
		Requests: a.requests, Guard: guard, Proxies: cfg.TrustedProxies,
		JobsPage: jobsui.New(jobsui.Deps{Accounts: a.Accounts, UI: a.page, Trail: trail, PublicURL: cfg.PublicURL, Log: a.log}),
		Ready:    a.ready, Stopping: a.stopping,
		PublicURL: cfg.PublicURL, Origins: cfg.CORSOrigins, Pace: a.bounds.Pace, Log: a.log,
	})
	return nil
}

// sealer seals what the program must read again. Without a key in the settings one
// is made beside a SQLite database, which is one machine's; instances that share a
// PostgreSQL need the same, which only the operator can give them: nil.
func sealer(cfg config.Config) (*seal.Sealer, error) {
	key := cfg.SecretKey
	if key == "" {
		if cfg.Database.Kind != config.SQLite {
			return nil, nil
		}
		var err error
		if key, err = seal.KeyFile(filepath.Join(filepath.Dir(cfg.Database.Path), "secret.key")); err != nil {
			return nil, err
		}
	}
	return seal.New(key)
}

// address is where letters say that the service is.
func (a *App) address() string {
	if a.Config.PublicURL != "" {
		return a.Config.PublicURL
	}
	if a.Config.ACME != nil {
		return "https://" + a.Config.ACME.Hosts[0] // the certificate is for no other name
	}
	return LocalURL(a.Config, a.Config.Addr)
}

// LocalURL is how a program that listens at the address is reached from this
// machine: one that listens everywhere is reached by the loopback address.
func LocalURL(cfg config.Config, addr string) string {
	scheme := "http://"
	if cfg.Secure() {
		scheme = "https://"
	}
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return scheme + addr
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return scheme + net.JoinHostPort(host, port)
}

func transport(cfg config.Config, log *slog.Logger) (mail.Transport, error) {
	if cfg.SMTP != nil {
		return mail.NewSMTP(*cfg.SMTP, cfg.MailFrom)
	}
	return mail.NewFolder(filepath.Join(cfg.DataDir, "mail"), cfg.MailFrom, log)
}

// readyTimeout is how long the database may take to answer.
const readyTimeout = 2 * time.Second

func (a *App) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, readyTimeout)
	defer cancel()
	return a.db.Ping(ctx)
}

// Statements is the number of SQL statements sent so far, the job library's own
// not counted.
func (a *App) Statements() int64 { return a.db.Statements() }

// StartJobs begins to work on jobs in this process.
func (a *App) StartJobs(ctx context.Context) error { return a.queue.Start(ctx) }

// StopJobs ends what StartJobs began; jobs that run are finished.
func (a *App) StopJobs(ctx context.Context) error { return a.queue.Stop(ctx) }

// Close ends the connections to the database and to the store of pictures.
func (a *App) Close() error {
	a.page.Close()
	return errors.Join(a.kept.Close(), a.db.Close())
}
