package metric

import (
	"github.com/chimeraforge/duet/harness/stats"
)

// Thresholds are what the rules of Recommendations compare with. Level is about
// chance, Cold and Immaterial are about size: a difference may be no chance and
// still be too small to matter.
type Thresholds struct {
	// Level: an adjusted p-value below it is a difference; the intervals' 95 %.
	Level float64
	// Cold, in points of efficiency: a first run that differs by less is not
	// worth a warm-up, and is within the spread of warm runs.
	Cold float64
	// Immaterial, as a share: a ratio whose whole interval is within it of 1
	// changes nothing that a user would notice; the study calls 2 % tiny.
	Immaterial float64
	// Runs: fewer measured runs than this have no 95 % interval of their median.
	Runs int
}

// DefaultThresholds returns what Recommendations uses.
func DefaultThresholds() Thresholds {
	return Thresholds{Level: stats.Alpha, Cold: 5, Immaterial: 0.02, Runs: 6}
}

// Recommendations are rules over the numbers, in sentences with the numbers and
// n, which say no more than the numbers do. Each sentence carries the set's
// label, since sentences get quoted alone. A set that mixes sessions or backends
// has no one answer.
func Recommendations(s *Set) []string { return DefaultThresholds().Recommendations(s) }

// Recommendations is the package function with thresholds of the caller's.
func (x Thresholds) Recommendations(s *Set) []string {
	if s.Mixed {
		return []string{"These runs come from several sessions or backends, and no recommendation is made across them."}
	}
	v := newView(s)
	var out []string
	for _, rule := range []func(*view) []string{
		x.secondAgent, x.secondAgentEstimate, x.runtimeChoice, x.modelChoice, x.whatDominates,
		x.warmUp, x.contention, x.imbalance, x.tuning, x.moreRuns, x.energy,
	} {
		out = append(out, rule(v)...)
	}
	if label := s.ShortLabel(); label != "" {
		for i := range out {
			out[i] = label + ": " + out[i]
		}
	}
	return out
}
