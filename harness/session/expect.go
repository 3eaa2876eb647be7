package session

import (
	"path/filepath"
	"time"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/workload"
)

// promptTokens is the length of a prompt for the purpose of foretelling: the
// prompts are about 90 tokens, and the second has an answer in it.
const promptTokens = 150

// Expected is how long one run of a cell should take, on the wall clock,
// from what the warm-up saw. Two agents at once are taken to need as long as
// one after the other, which is what they need on most machines.
func (s *Session) Expected(c plan.Cell) time.Duration { return s.real(s.expected(c)) }

func (s *Session) expected(c plan.Cell) time.Duration {
	v := s.known.speeds[c.Model()]
	pass := time.Duration(0)
	for _, r := range c.Roles {
		pass += workload.CallsPerAgent * v.call(s.work.Budget(r.Prompts()))
	}
	return s.watching() + 2*pass + 2*v.load
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

// real converts a duration of the backend to one of the wall clock: a simulator
// runs faster.
func (s *Session) real(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.clock.Speed)
}

// ExpectedRest is how long the missing runs should take, on the wall clock.
func (s *Session) ExpectedRest() time.Duration {
	return s.real(time.Duration(s.Left()) * s.expectedMean())
}

func (s *Session) expectedMean() time.Duration {
	if len(s.config.Cells) == 0 {
		return 0
	}
	var sum time.Duration
	for _, c := range s.config.Cells {
		sum += s.expected(c)
	}
	return sum / time.Duration(len(s.config.Cells))
}

// Left counts the runs that are still to be made.
func (s *Session) Left() int {
	n := 0
	for _, c := range s.config.Cells {
		n += len(s.Missing(c))
	}
	return n
}

// Missing lists the rounds of a cell that have no good run yet and that this
// sitting is to make. A re-run that is due counts as one more round.
func (s *Session) Missing(c plan.Cell) []int {
	var out []int
	for round := 1; round <= s.Extra(); round++ {
		if s.Lacks(c, round) {
			out = append(out, round)
		}
	}
	return out
}

// relative is a path below the session's folder, as a run records it.
func (s *Session) relative(path string) string {
	if path == "" {
		return ""
	}
	if rel, err := filepath.Rel(s.folder.Dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.Base(path)
}
