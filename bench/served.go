package bench

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"zakup/internal/app"
	"zakup/internal/platform/config"
)

// Serve serves the program, or its floor, on a port of its own, says where on the
// first line of out, and ends when in does. So its memory is not that of the load.
func Serve(ctx context.Context, cfg config.Config, o app.Options, floor bool, in io.Reader, out io.Writer) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		_, _ = io.Copy(io.Discard, in)
		cancel()
	}()
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", cfg.Addr)
	if err != nil {
		return err
	}
	tell := func() error {
		_, err := fmt.Fprintln(out, l.Addr())
		return err
	}
	if floor {
		return serveFloor(ctx, cfg.Database.URL, l, tell)
	}
	a, err := app.New(ctx, cfg, o)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	if err := tell(); err != nil {
		return errors.Join(err, l.Close(), a.Close())
	}
	return errors.Join(a.Serve(ctx, l, false), a.Close())
}

// child is a process of this program that serves.
type child struct {
	cmd  *exec.Cmd
	stop io.Closer
	url  string
}

// start starts `zakup bench serve` with further arguments on the database.
func start(ctx context.Context, dir, url string, args ...string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{"bench", "serve"}, args...)...) //nolint:gosec // this program
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "ZAKUP_") {
			cmd.Env = append(cmd.Env, e)
		}
	}
	for name, value := range settings(dir, url) {
		cmd.Env = append(cmd.Env, name+"="+value)
	}
	cmd.Env = append(cmd.Env, "ZAKUP_LOG=warn")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &child{cmd: cmd, stop: in}
	at, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("it does not serve: %w", err), c.end())
	}
	c.url = "http://" + strings.TrimSpace(at)
	return c, nil
}

// end stops the process and waits for it.
func (c *child) end() error { return errors.Join(c.stop.Close(), c.cmd.Wait()) }

// id is that of the process.
func (c *child) id() string { return strconv.Itoa(c.cmd.Process.Pid) }
