package metric

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
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

// sentence is one sentence as rules return them.
func sentence(format string, args ...any) []string { return []string{fmt.Sprintf(format, args...)} }

// fixed is a number for a sentence; n/a when it is absent. What rounds to zero has
// no sign: "−0.00" reads as a loss.
func fixed(f *float64, decimals int) string {
	if f == nil {
		return "n/a"
	}
	s := strconv.FormatFloat(*f, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// spread is mean ± sd and n.
func spread(s stats.Sample, decimals int) string {
	return fmt.Sprintf("%s ± %s (n = %d)", fixed(s.Mean(), decimals), fixed(s.SD(), decimals), s.N())
}

// numbered is "1 cell", "2 cells".
func numbered(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// list joins with commas and an "and".
func list(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// headline is the definition that sees contention: measured where there is a
// solo pass, else the estimate; ok is false where there is neither.
func (v *view) headline() (d definition, ok bool) {
	for _, d := range []definition{measured, togetherOverSolo} {
		if v.any(d.of) {
			return d, true
		}
	}
	return definition{}, false
}

// moreRuns counts the cells that are too short for an interval, and those that are
// shorter than the others: a pool over cells is then weighted by what failed.
func (x Thresholds) moreRuns(v *view) []string {
	var short, odd int
	cells := slices.Concat(v.multi.cells, v.single.cells)
	most := map[string]int{}
	for _, g := range cells {
		most[g.First().Suite] = max(most[g.First().Suite], len(g.Rows))
	}
	for _, g := range cells {
		if len(g.Rows) < x.Runs {
			short++
		}
		if len(g.Rows) < most[g.First().Suite] {
			odd++
		}
	}
	var said []string
	if short > 0 {
		said = append(said, fmt.Sprintf("%d of %s have fewer than the %d measured runs that a 95 %% interval of a median needs", short, numbered(len(cells), "cell"), x.Runs))
	}
	if odd > 0 {
		said = append(said, fmt.Sprintf("%d of %s have fewer runs than the longest of their suite (%s), so what is pooled over cells weighs them less", odd, numbered(len(cells), "cell"), mostRuns(most)))
	}
	if len(said) == 0 {
		return nil
	}
	return sentence("Repeat: %s.", list(said))
}

// mostRuns is the length of the longest cell of each suite.
func mostRuns(most map[string]int) string {
	var words []string
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		if most[suite] > 0 {
			words = append(words, fmt.Sprintf("%s: %d", suite, most[suite]))
		}
	}
	return list(words)
}

// energy says that nothing is known of cost, where it is so: silence would read as
// if cost did not matter.
func (x Thresholds) energy(v *view) []string {
	if len(v.multi.models) == 0 && len(v.single.models) == 0 {
		return nil
	}
	if slices.ContainsFunc(v.set.Rows, func(r *Row) bool { return len(r.D.Energy) > 0 }) {
		return nil // the table of energy says it, and what of it is best depends on prices
	}
	return sentence("Cost: no run carries energy, so tokens per joule are n/a in all %d runs and nothing is recommended on cost.", len(v.set.Rows))
}
