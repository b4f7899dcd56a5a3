package pricelist

import (
	"context"
)

// CheckTimes and NextTime are the rules of times.
var (
	CheckTimes = checkTimes
	NextTime   = nextTime
)

// BeginDue is a round of the schedules, as every process makes them.
func (l *Lists) BeginDue(ctx context.Context) error { return l.beginDue(ctx) }

// FetchScheduled runs the job of a schedule, as the queue does.
func (l *Lists) FetchScheduled(ctx context.Context, id ScheduleID) error {
	return l.fetchScheduled(ctx, scheduleJob{id})
}

// FindLost is a round that looks for imports whose job is gone.
func (l *Lists) FindLost(ctx context.Context) error { return l.findLost(ctx) }
