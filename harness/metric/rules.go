package metric

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// What the rules compare with. stats.Alpha is about chance, these are about size: a
// difference may be no chance and still be too small to matter.
const (
	// worthWarmUp, in points of efficiency: a first run that differs by less is not
	// worth a warm-up, and is within the spread of warm runs.
	worthWarmUp = 5
	// immaterialShare: a ratio whose whole interval is within it of 1 changes nothing
	// that a user would notice; the study calls 2 % tiny.
	immaterialShare = 0.02
	// leastForInterval: fewer measured runs have no 95 % interval of their median.
	leastForInterval = 6
)

// Recommendations are rules over the numbers, in sentences with the numbers and
// n, which say no more than the numbers do. Each sentence carries the set's
// label, since sentences get quoted alone. A set that mixes sessions or backends
// has no one answer.
func Recommendations(s *Set) []string {
	if s.Mixed {
		return []string{"These runs come from several sessions or backends, and no recommendation is made across them."}
	}
	v := newView(s)
	var out []string
	for _, rule := range []func(*view) []string{
		(*view).secondAgent, (*view).secondAgentEstimate, (*view).runtimeChoice, (*view).modelChoice, (*view).whatDominates,
		(*view).warmUp, (*view).contention, (*view).imbalance, (*view).tuning, (*view).moreRuns, (*view).noEnergy,
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

// spread is mean ± sd and n.
func spread(s stats.Sample, decimals int) string {
	return fmt.Sprintf("%s ± %s (n = %d)", record.Say(s.Mean(), decimals), record.Say(s.SD(), decimals), s.N())
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
func (v *view) moreRuns() []string {
	var short, odd int
	cells := slices.Concat(v.multi.cells, v.single.cells)
	most := map[string]int{}
	for _, g := range cells {
		most[g.First().Suite] = max(most[g.First().Suite], len(g.Rows))
	}
	for _, g := range cells {
		if len(g.Rows) < leastForInterval {
			short++
		}
		if len(g.Rows) < most[g.First().Suite] {
			odd++
		}
	}
	var said []string
	if short > 0 {
		said = append(said, fmt.Sprintf("%d of %s have fewer than the %d measured runs that a 95 %% interval of a median needs", short, numbered(len(cells), "cell"), leastForInterval))
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

// noEnergy says that nothing is known of cost, where it is so: silence would read as
// if cost did not matter.
func (v *view) noEnergy() []string {
	if len(v.multi.models) == 0 && len(v.single.models) == 0 {
		return nil
	}
	if slices.ContainsFunc(v.set.Rows, func(r *Row) bool { return len(r.D.Energy) > 0 }) {
		return nil // the table of energy says it, and what of it is best depends on prices
	}
	return sentence("Cost: no run carries energy, so tokens per joule are n/a in all %d runs and nothing is recommended on cost.", len(v.set.Rows))
}
