package jobs

import (
	"math"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"
)

// Tries come later and later, but never more than ten minutes and a tenth
// apart, however many they are.
func TestNextRetry(t *testing.T) {
	t.Parallel()
	for failed := range 1000 {
		job := &rivertype.JobRow{Errors: make([]rivertype.AttemptError, failed)}
		before := time.Now()
		wait := policy{}.NextRetry(job).Sub(before)
		after := time.Since(before)
		want := min(600, math.Pow(float64(failed+1), 4)) * float64(time.Second)
		if least, most := time.Duration(0.9*want), time.Duration(1.1*want)+after; wait < least || wait > most {
			t.Fatalf("after %d failures and one more: %v, want %v to %v", failed, wait, least, most)
		}
	}
}
