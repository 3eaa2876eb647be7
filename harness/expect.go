package harness

import (
	"path/filepath"
	"time"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/workload"
)

// promptTokens is the length of a prompt for the purpose of foretelling: the
// prompts are about 90 tokens, and the second has an answer in it.
const promptTokens = 150

// expected is how long one run of a cell should take, in the backend's time,
// from what the warm-up saw. Two agents at once are taken to need as long as
// one after the other, which is what they need on most machines.
func (x *Session) expected(c plan.Cell) time.Duration {
	v := x.speeds[c.Model]
	pass := time.Duration(0)
	for _, r := range c.Roles {
		pass += workload.CallsPerAgent * v.call(x.work.Budget(r.Agent))
	}
	return x.watching() + 2*pass + 2*v.load
}

// call is the time of one call with a budget.
func (v speed) call(budget int) time.Duration {
	seconds := 0.0
	if v.promptRate > 0 {
		seconds += promptTokens / v.promptRate
	}
	if v.decodeRate > 0 {
		seconds += float64(budget) / v.decodeRate
	}
	return time.Duration(seconds * float64(time.Second))
}

// virtualSpeed is about how many simulated seconds pass in a real one in virtual
// time, on a slow machine. Nothing but the expected duration depends on it.
const virtualSpeed = 300

// real converts a duration of the backend to one of the wall clock: a simulator
// runs faster.
func (x *Session) real(d time.Duration) time.Duration {
	switch {
	case x.place.Virtual:
		return d / virtualSpeed
	case x.place.Simulated:
		return time.Duration(float64(d) / x.place.Timescale)
	}
	return d
}

// Expected is how long the missing runs should take, on the wall clock.
func (x *Session) Expected() time.Duration {
	return x.real(time.Duration(x.missing()) * x.expectedMean())
}

func (x *Session) expectedMean() time.Duration {
	if len(x.cells) == 0 {
		return 0
	}
	var sum time.Duration
	for _, c := range x.cells {
		sum += x.expected(c)
	}
	return sum / time.Duration(len(x.cells))
}

// missing counts the runs that are still to be made.
func (x *Session) missing() int {
	n := 0
	for _, c := range x.cells {
		n += len(x.Missing(c))
	}
	return n
}

// Missing lists the rounds of a cell that have no good run yet and that this
// sitting is to make. A re-run that is due counts as one more round.
func (x *Session) Missing(c plan.Cell) []int {
	var out []int
	for round := 1; round <= x.extra(); round++ {
		if x.lacks(c, round) {
			out = append(out, round)
		}
	}
	return out
}

// relative is a path below the session's folder, as a run records it.
func (x *Session) relative(path string) string {
	if path == "" {
		return ""
	}
	if rel, err := filepath.Rel(x.folder.Dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.Base(path)
}
