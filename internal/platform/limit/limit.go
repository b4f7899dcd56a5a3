// Package limit owns how often something may be done: the requests of an address
// and of an account, and tries that may fail, such as a sign-in.
//
// Requests are counted in memory. On PostgreSQL the instances tell each other
// their sums about once a second (Requests.Run), so that no request waits for the
// database; within that second the limit is an approximate one.
//
// Tries are counted in the database, exactly and at once (Guard.Try), before the
// work begins that they would cost: a storm of them costs one statement each. A
// try counts as failed until it is known to have succeeded, so that a crowd of
// them at once passes no more than one after the other. What counts against
// what, and why nobody can lock another out by it, says who declares the counts;
// of sign-ins it is package account.
//
// The table holds hashes, never an address of mail or of the network.
package limit

import (
	"math"
	"time"

	"zakup/internal/platform/fault"
)

// TooMany is what whoever comes too often is told.
var TooMany = fault.New(fault.TooMany, "too_many_requests",
	"Слишком много запросов или попыток: повторите позже", "Too many requests or attempts: try again later")

// RetryAfter is the key of the answer that says in how many seconds the next one
// is let through.
const RetryAfter = "RetryAfter"

// tooMany is the fault with its time. The clock of a client need not be ours, so
// it is a number of seconds, rounded up.
func tooMany(wait time.Duration) *fault.Error {
	return TooMany.Fact(RetryAfter, max(1, int64(math.Ceil(wait.Seconds()))))
}

// Wait is how many seconds a fault says to wait; 0 when it says nothing of it.
func Wait(e *fault.Error) int64 {
	seconds, _ := e.Facts[RetryAfter].(int64)
	return seconds
}
