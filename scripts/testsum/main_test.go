package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// line writes an event of package p as `go test -json` does.
func line(action, test, output string) string {
	return fmt.Sprintf(`{"Time":"2026-01-02T03:04:05Z","Action":%q,"Package":"p","Test":%q,"Output":%q}`+"\n", action, test, output)
}

func TestSummary(t *testing.T) {
	t.Parallel()
	seed := line("output", "", "-test.shuffle 7\n")
	passed := seed + line("run", "TestA", "") +
		line("output", "TestA", "=== RUN   TestA\n") +
		line("output", "TestA", "    a_test.go:1: a word\n") +
		line("output", "TestA", "--- PASS: TestA (0.00s)\n") +
		line("pass", "TestA", "")
	ok := line("output", "", "PASS\n") +
		line("output", "", "ok  \tp\t0.1s\n") +
		line("pass", "", "")
	skipped := line("output", "TestS", "    s_test.go:2: no server here\n") +
		line("output", "TestS", "--- SKIP: TestS (0.00s)\n") +
		line("skip", "TestS", "")
	failed := line("output", "TestF", "    f_test.go:3: 1, want 2\n") +
		line("output", "TestF", "--- FAIL: TestF (0.00s)\n") +
		line("fail", "TestF", "") +
		line("output", "", "FAIL\tp\t0.1s\n") +
		line("fail", "", "")
	skips := "skipped: p TestS\n    s_test.go:2: no server here\n"

	for _, tt := range []struct {
		name, in string
		noSkips  bool
		want     string
		ok       bool
	}{
		{"pass", passed + ok, true, "ok  \tp\t0.1s\n1 passed, 0 failed, 0 skipped\n", true},
		{"skip", passed + skipped + ok, false, "ok  \tp\t0.1s\n" + skips + "1 passed, 0 failed, 1 skipped\n", true},
		{"skip forbidden", passed + skipped + ok, true, "ok  \tp\t0.1s\n" + skips + "1 passed, 0 failed, 1 skipped\n", false},
		{
			"fail", passed + failed, false,
			"    f_test.go:3: 1, want 2\n--- FAIL: TestF (0.00s)\nFAIL\tp\t0.1s\n-test.shuffle 7\n1 passed, 1 failed, 0 skipped\n", false,
		},
		{
			"panic", line("output", "TestP", "panic: no\n") + line("output", "", "FAIL\tp\t0.1s\n") + line("fail", "", ""), false,
			"FAIL\tp\t0.1s\npanic: no\n0 passed, 1 failed, 0 skipped\n", false,
		},
		{
			"build", passed + ok + `{"ImportPath":"q","Action":"build-output","Output":"q.go:1: undefined\n"}` + "\n" +
				`{"ImportPath":"q","Action":"build-fail"}` + "\n", false,
			"ok  \tp\t0.1s\nq.go:1: undefined\n1 passed, 1 failed, 0 skipped\n", false,
		},
		{"nothing ran", "", false, "0 passed, 0 failed, 0 skipped\n", false},
		{"plain text", "go: no such tool\n" + passed, false, "go: no such tool\n1 passed, 0 failed, 0 skipped\n", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var out strings.Builder
			s := newSummary(&out)
			if err := s.read(strings.NewReader(tt.in)); err != nil {
				t.Fatal(err)
			}
			if got := s.close(tt.noSkips); got != tt.ok {
				t.Errorf("ok = %v, want %v", got, tt.ok)
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}
