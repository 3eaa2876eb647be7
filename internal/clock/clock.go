// Package clock reads the host's monotonic clock as raw nanoseconds, the time
// line on which every stamp of a run lies.
//
// On Linux it is CLOCK_MONOTONIC, the same line for all processes of the host,
// so a client in another process can be compared with one in this. Elsewhere
// the line starts with the process, and only differences mean something.
package clock

import (
	"context"
	"time"
)

// epoch and epochNS are one reading of Go's clock and of the host's, taken as
// close together as possible. Going through time.Time costs one call into the
// vDSO and keeps the package right inside a testing/synctest bubble, whose time
// is virtual.
var (
	epoch   = time.Now()
	epochNS = hostNS()
)

// NS is now, in nanoseconds of the host's monotonic clock.
func NS() int64 { return Of(time.Now()) }

// Of converts a time that has a monotonic reading.
func Of(t time.Time) int64 { return epochNS + int64(t.Sub(epoch)) }

// Sleep waits for d, or until ctx ends, whose error it returns then.
func Sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
