// Command zakup is purchasing for retail chains: one catalogue merged from many
// suppliers' price lists, and orders over several suppliers, by API.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"zakup/internal/platform/config"
)

// The exit codes.
const (
	exitFailed = 1 // the command could not do its work
	exitUsage  = 2 // wrong settings or arguments
)

type commands struct {
	Serve   serveCmd   `cmd:"" help:"Serve the API."`
	Demo    demoCmd    `cmd:"" help:"Serve the API with example data, made once."`
	Migrate migrateCmd `cmd:"" help:"Bring the database to the current schema."`
	User    userCmd    `cmd:"" help:"People."`
	Import  importCmd  `cmd:"" help:"Import a price list as a supplier."`
	Export  exportCmd  `cmd:"" help:"Write a supplier's offers as a price list."`
	Bench   benchCmd   `cmd:"" help:"Measure."`
	OpenAPI openapiCmd `cmd:"" name:"openapi" help:"Print the OpenAPI document."`
	Config  configCmd  `cmd:"" help:"Print the effective settings, secrets masked."`
}

// program is what every command works with.
type program struct {
	ctx    context.Context //nolint:containedctx // the life of the process
	cfg    config.Config
	log    *slog.Logger
	stdout io.Writer
	stderr io.Writer
}

func main() {
	// Once a signal has come, a second one kills at once.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Environ(), os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, getenv func(string) string, environ []string, stdout, stderr io.Writer) int {
	var c commands
	parser, err := kong.New(&c, kong.Name("zakup"), kong.Writers(stdout, stderr),
		kong.Description("Purchasing for retail chains. Settings come from the environment: see `zakup config`."),
		kong.UsageOnError())
	if err != nil {
		panic(err) // the commands above are wrong
	}
	command, err := parser.Parse(args)
	if err != nil {
		parser.Errorf("%s", err)
		return exitUsage
	}
	cfg, err := config.FromEnv(getenv)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	p := &program{ctx: ctx, cfg: cfg, log: logger(cfg, stderr), stdout: stdout, stderr: stderr}
	for _, name := range config.Unknown(environ) {
		p.log.Warn("this setting is not known", "name", name)
	}
	if err := command.Run(p); err != nil {
		fmt.Fprintln(stderr, "zakup:", err)
		if errors.Is(err, errUsage) {
			return exitUsage
		}
		return exitFailed
	}
	return 0
}

// errUsage marks wrong arguments that only the command itself can tell.
var errUsage = errors.New("wrong arguments")

func logger(cfg config.Config, to io.Writer) *slog.Logger {
	o := &slog.HandlerOptions{Level: cfg.LogLevel}
	if cfg.LogFormat == config.LogJSON {
		return slog.New(slog.NewJSONHandler(to, o))
	}
	return slog.New(slog.NewTextHandler(to, o))
}
