// Command testsum reads the output of `go test -json` and prints what plain
// `go test` would have printed, with the skipped tests and their reasons, and a
// closing line that counts: "12 passed, 0 failed, 1 skipped".
//
// It exits with 1 when a test or a package failed, when no test ran, or, with
// -no-skips, when a test was skipped.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// event is a line of `go test -json`; see `go doc test2json`.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string
}

// summary is what has been read.
type summary struct {
	out                     io.Writer
	passed, failed, skipped int
	broken                  bool                 // a package failed, with a failed test or without
	running                 map[[2]string]string // by package and test: output kept back
	skips                   []string
}

func newSummary(out io.Writer) *summary {
	return &summary{out: out, running: map[[2]string]string{}}
}

func main() {
	noSkips := flag.Bool("no-skips", false, "fail when a test was skipped")
	flag.Parse()
	s := newSummary(os.Stdout)
	if err := s.read(os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, "testsum:", err)
		os.Exit(1)
	}
	if !s.close(*noSkips) {
		os.Exit(1)
	}
}

// read prints as it reads. A line that is not JSON is printed as it is.
func (s *summary) read(r io.Reader) error {
	lines := bufio.NewReader(r)
	for {
		line, err := lines.ReadString('\n')
		if line != "" {
			var e event
			if json.Unmarshal([]byte(line), &e) == nil && e.Action != "" {
				s.add(e)
			} else {
				fmt.Fprint(s.out, line)
			}
		}
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read: %w", err)
		}
	}
}

func (s *summary) add(e event) {
	key := [2]string{e.Package, e.Test}
	switch {
	case e.Action == "build-output":
		fmt.Fprint(s.out, e.Output)
	case e.Action == "build-fail":
		s.broken = true
	case e.Test == "":
		s.addPackage(e)
	case e.Action == "output":
		if !strings.HasPrefix(e.Output, "=== ") {
			s.running[key] += e.Output
		}
	case e.Action == "pass":
		s.passed++
		delete(s.running, key)
	case e.Action == "skip":
		s.skipped++
		s.skips = append(s.skips, fmt.Sprintf("skipped: %s %s", e.Package, e.Test))
		s.skips = append(s.skips, reason(s.running[key])...)
		delete(s.running, key)
	case e.Action == "fail":
		s.failed++
		fmt.Fprint(s.out, s.running[key])
		delete(s.running, key)
	}
}

// addPackage handles what a package says of itself. The seed of its order is of
// interest when it fails.
func (s *summary) addPackage(e event) {
	switch {
	case e.Action == "fail":
		s.broken = true
		s.leftovers(e.Package)
	case e.Action != "output" || e.Output == "PASS\n" || strings.HasPrefix(e.Output, "testing: warning: no tests to run"):
	case strings.HasPrefix(e.Output, "-test.shuffle"):
		s.running[[2]string{e.Package}] = e.Output
	default:
		fmt.Fprint(s.out, e.Output)
	}
}

// leftovers prints what was kept back of a package that failed: the seed, and
// the words of tests that never ended, cut off by a panic or a time limit.
func (s *summary) leftovers(pkg string) {
	for key, output := range s.running {
		if key[0] == pkg {
			fmt.Fprint(s.out, output)
			delete(s.running, key)
		}
	}
}

// reason is what a skipped test said, without the line that ends it.
func reason(output string) []string {
	var lines []string
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "--- SKIP") {
			lines = append(lines, "    "+line)
		}
	}
	return lines
}

// close prints the end and tells whether all is well.
func (s *summary) close(noSkips bool) bool {
	for _, line := range s.skips {
		fmt.Fprintln(s.out, line)
	}
	if s.broken && s.failed == 0 {
		s.failed++
	}
	fmt.Fprintf(s.out, "%d passed, %d failed, %d skipped\n", s.passed, s.failed, s.skipped)
	return s.failed == 0 && s.passed > 0 && (s.skipped == 0 || !noSkips)
}
