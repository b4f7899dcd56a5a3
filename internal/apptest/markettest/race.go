package markettest

import (
	"sync"
	"testing"

	"zakup/internal/platform/fault"
)

// Crowd is how many do a thing at once in a race.
const Crowd = 50

// AtOnce runs f n times at once, from one start, and returns what each returned.
func AtOnce(n int, f func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// Codes counts what the errors are by the codes of their faults, "" being
// success. An error that is no fault ends the test.
func Codes(t *testing.T, errs []error) map[string]int {
	t.Helper()
	count := map[string]int{}
	for _, err := range errs {
		if err == nil {
			count[""]++
			continue
		}
		f := fault.As(err)
		if f == nil {
			t.Fatalf("an internal error reached the caller: %v", err)
		}
		count[f.Code]++
	}
	return count
}

// Code is the code of the fault in err: "" when there is no error.
func Code(t *testing.T, err error) string {
	t.Helper()
	for code := range Codes(t, []error{err}) {
		return code
	}
	return ""
}
