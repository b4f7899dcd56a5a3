// Package bench owns the benchmarks of the program as a whole, which
// `zakup bench` runs, and their recorded results (README.md).
//
// A figure stands beside its floor, measured in the same run on the same
// machine: what the least possible work on the same bytes costs. Read the ratios.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"zakup/internal/app"
	"zakup/internal/platform/config"
	"zakup/internal/platform/db"
	"zakup/internal/platform/jobs"
)

// place is the program on a database of its own, and a second connection to it
// for floors.
type place struct {
	*app.App
	db *db.DB
}

// settings are those of the program on the database, with a free port.
func settings(dir, url string) map[string]string {
	return map[string]string{
		"ZAKUP_DATABASE_URL": url, "ZAKUP_DATA_DIR": dir, "ZAKUP_SUPPLIER_APPROVAL": string(config.ApprovalAuto),
		"ZAKUP_ADMIN_EMAIL": "office@example.com", "ZAKUP_LIMITS": "off", "ZAKUP_ADDR": "127.0.0.1:0",
	}
}

// open makes the program on the database: "" is a new SQLite file in dir. Another
// one must be empty: the benchmark fills it.
func open(ctx context.Context, dir, url string) (*place, error) {
	if url == "" {
		url = "sqlite:" + dir + "/bench.db"
	}
	p, err := connect(ctx, dir, url)
	if err != nil {
		return nil, err
	}
	if err := p.empty(ctx); err != nil {
		return nil, errors.Join(err, p.close())
	}
	return p, nil
}

// connect is open of a database that may have been filled.
func connect(ctx context.Context, dir, url string) (*place, error) {
	cfg, err := config.FromEnv(func(name string) string { return settings(dir, url)[name] })
	if err != nil {
		return nil, err
	}
	if err := app.Migrate(ctx, cfg); err != nil {
		return nil, err
	}
	quiet := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	a, err := app.New(ctx, cfg, app.Options{Log: quiet, Queues: []string{jobs.Imports}})
	if err != nil {
		return nil, err
	}
	d, err := db.Open(ctx, url)
	if err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return &place{a, d}, nil
}

func (p *place) close() error { return errors.Join(p.Close(), p.db.Close()) }

// empty is an error when the database is not.
func (p *place) empty(ctx context.Context) error {
	var n int64
	err := p.db.QueryRow(ctx, `select count(*) from users`).Scan(&n)
	if err == nil && n > 0 {
		err = fmt.Errorf("the database has %d users: give an empty one", n)
	}
	return err
}

// machine describes where the figures come from.
func machine(out io.Writer, p *place) {
	fmt.Fprintf(out, "machine: %d CPUs (%s), %s/%s, %s; database: %s; %s\n",
		runtime.NumCPU(), cpuModel(), runtime.GOOS, runtime.GOARCH, runtime.Version(), p.db.Dialect(),
		time.Now().UTC().Format("2006-01-02"))
}

func cpuModel() string {
	text, _ := os.ReadFile("/proc/cpuinfo") // none on other systems
	for line := range strings.Lines(string(text)) {
		if name, model, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(model)
		}
	}
	return "unknown"
}

// resetPeak begins a new measurement of peakMemory. Where the system can't, the
// peak is that of the whole run.
func resetPeak() {
	debug.FreeOSMemory()
	resetPeakOf("self")
}

func resetPeakOf(process string) { _ = os.WriteFile("/proc/"+process+"/clear_refs", []byte("5"), 0) }

// peakMemory is the largest memory of the process since resetPeak, in MiB; 0 when
// the system does not tell.
func peakMemory() int64 { return peakMemoryOf("self") }

func peakMemoryOf(process string) int64 {
	text, _ := os.ReadFile("/proc/" + process + "/status") //nolint:gosec // of this process or its child
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
			return kib >> 10
		}
	}
	return 0
}
