package gate

import (
	"fmt"
	"math"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/stats"
)

// bound is a limit with its side: a value is good where it is not beyond it.
type bound struct {
	limit float64
	floor bool
	text  string
}

func (r *Rule) bounds(m measure) []bound {
	var out []bound
	if r.Min != nil {
		out = append(out, bound{m.amount(r.Min), true, "at least " + r.Min.Text})
	}
	if r.Max != nil {
		out = append(out, bound{m.amount(r.Max), false, "at most " + r.Max.Text})
	}
	return out
}

// good reports whether a value satisfies the bound.
func (b bound) good(v float64) bool {
	if b.floor {
		return v >= b.limit
	}
	return v <= b.limit
}

// absolute judges one cell by the rule's floor, ceiling or both.
func (r *Rule) absolute(c *compare.Cell, m measure) []Finding {
	var out []Finding
	for _, b := range r.bounds(m) {
		f := Finding{Cell: c.Folder(), Metric: m.name}
		switch {
		case lost(&f, c):
		case m.kind == percentile:
			b.percentile(&f, c, m)
		default:
			b.median(&f, c.Sample(m.unit.Name), m)
		}
		out = append(out, f)
	}
	return out
}

// lost settles a cell of which nothing was measured, or nothing that counts.
func lost(f *Finding, c *compare.Cell) bool {
	switch {
	case c.Runs == 0 && c.Failed > 0:
		f.Verdict, f.Seen = Fail, fmt.Sprintf("every run failed, %d of %d", c.Failed, c.Failed)
	case c.Invalid > 0:
		f.Verdict, f.Seen = Inconclusive, fmt.Sprintf("%d of %d runs are invalid: %s", c.Invalid, c.Runs, c.Why)
		f.Takes = "a client that is less far off (a quieter machine, another runtime); more rounds do not help"
	default:
		return false
	}
	return true
}

// median judges by the interval of the median.
func (b bound) median(f *Finding, s stats.Sample, m measure) {
	center := s.Center()
	switch {
	case center.Median == nil:
		f.absent(s)
		return
	case center.Lo == nil:
		f.Verdict, f.Seen = Inconclusive, fmt.Sprintf("%s of %d runs, %s: below six runs a median has no 95 %% interval", m.say(*center.Median), s.N(), b.text)
		f.takes(max(b.rounds(s), 6))
		return
	}
	f.Seen = fmt.Sprintf("%s (%s to %s), %s", m.say(*center.Median), m.say(*center.Lo), m.say(*center.Hi), b.text) + left(s)
	b.interval(f, *center.Lo, *center.Hi)
	if f.Verdict == Inconclusive {
		f.takes(b.rounds(s))
	}
}

// interval is the verdict of an interval.
func (b bound) interval(f *Finding, lo, hi float64) {
	switch low, high := b.good(lo), b.good(hi); {
	case low && high:
		f.Verdict = Pass
	case !low && !high:
		f.Verdict = Fail
	default:
		f.Verdict = Inconclusive
	}
}

// rounds are those that put the median's interval on one side of the limit, if it
// stays where it is.
func (b bound) rounds(s stats.Sample) int {
	sd, middle := s.SD(), s.Percentile(50)
	if sd == nil || *sd == 0 {
		return 6
	}
	return stats.ForMedian(math.Abs(*middle-b.limit) / *sd)
}

func left(s stats.Sample) string {
	if s.Absent == 0 {
		return ""
	}
	return fmt.Sprintf("; %d of %d runs without a value", s.Absent, s.Absent+s.N())
}

func (f *Finding) absent(s stats.Sample) {
	f.Verdict, f.Seen = Inconclusive, fmt.Sprintf("n/a in all of %d runs", s.Absent)
	f.Takes = "runs that have it"
}

// takes says how many rounds it would take; 0 are more than can be asked for.
func (f *Finding) takes(rounds int) {
	f.Rounds = rounds
	if rounds == 0 {
		f.Takes = fmt.Sprintf("more than %d rounds: the difference is too small for this noise", stats.Most)
		return
	}
	f.Takes = fmt.Sprintf("about %d rounds, if the runs stay as they are", rounds)
}
