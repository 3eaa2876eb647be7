package gate

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	moremath "github.com/aclements/go-moremath/stats"

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
			b.median(&f, c.Sample(m.unit), m)
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

func (b bound) median(f *Finding, s stats.Sample, m measure) {
	center := s.Center()
	switch {
	case center.Median == nil:
		f.absent(s)
		return
	case center.Lo == nil:
		f.Verdict, f.Seen = Inconclusive, fmt.Sprintf("%s of %d runs, %s: below six runs a median has no 95 %% interval", m.say(*center.Median), s.N(), b.text)
		f.takes(max(b.rounds(s), 6), "")
		return
	}
	f.Seen = fmt.Sprintf("%s (%s to %s), %s", m.say(*center.Median), m.say(*center.Lo), m.say(*center.Hi), b.text) + left(s)
	b.interval(f, *center.Lo, *center.Hi)
	if f.Verdict == Inconclusive {
		f.takes(b.rounds(s), "")
	}
}

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
// Where is " on both sides" in a comparison.
func (f *Finding) takes(rounds int, where string) {
	f.Rounds, f.Takes = rounds, fmt.Sprintf("about %d rounds%s, if the runs stay as they are", rounds, where)
	if rounds == 0 {
		f.Takes = fmt.Sprintf("more than %d rounds: the difference is too small for this noise", stats.Most)
	}
}

// percentile judges by the order-statistic interval of a percentile of all calls.
// Calls of a run are not quite independent, so it is narrow rather than wide.
func (b bound) percentile(f *Finding, c *compare.Cell, m measure) {
	n := len(c.FirstTokens)
	if n == 0 {
		f.Verdict, f.Seen, f.Takes = Inconclusive, "no call has a time to first token", "runs that have it"
		return
	}
	lo, hi := interval(c.FirstTokens, m.q)
	f.Seen = fmt.Sprintf("of %d calls between %s and %s, %s", n, m.end(lo), m.end(hi), b.text)
	b.interval(f, lo, hi)
	if f.Verdict == Inconclusive {
		f.takes(b.calls(c, m), "")
	}
}

// interval is the equal-tailed 95 % order-statistic interval of a percentile of
// ascending values; an end that there are too few values for is infinite. The
// number of values below the percentile is binomial: the interval runs from the
// last value that has, with 97.5 %, not too many below it to the first that has
// not too few. (moremath.QuantileCI makes the shortest such interval, which for a
// 90th percentile has an upper end from 44 values on instead of 36.)
func interval(ascending []float64, q float64) (lo, hi float64) {
	n, tail := len(ascending), (1-stats.Confidence)/2
	below := moremath.BinomialDist{N: n, P: q}
	lo, hi = math.Inf(-1), math.Inf(1)
	low := sort.Search(n, func(k int) bool { return below.CDF(float64(k)) > tail })
	high := sort.Search(n, func(k int) bool { return below.CDF(float64(k)) >= 1-tail })
	if low > 0 {
		lo = ascending[low-1]
	}
	if high < n {
		hi = ascending[high]
	}
	return lo, hi
}

func (m measure) end(v float64) string {
	if math.IsInf(v, 0) {
		return "any time"
	}
	return m.say(v)
}

// calls are the rounds after which the interval of a percentile has both ends,
// and is clear of the limit if the share of calls beyond it stays as it is.
func (b bound) calls(c *compare.Cell, m measure) int {
	n := float64(len(c.FirstTokens))
	within := sort.Search(len(c.FirstTokens), func(i int) bool { return c.FirstTokens[i] > b.limit })
	share, want := 1-float64(within)/n, 1-m.q
	d := math.Abs(share - want)
	if d == 0 {
		return 0
	}
	need := math.Log((1-stats.Confidence)/2) / math.Log(math.Max(m.q, 1-m.q))
	need = math.Max(need, math.Pow(1.96+0.84, 2)*share*(1-share)/(d*d))
	return stats.Coarse(need / n * float64(c.Runs))
}

// failures judges the share of failed runs over all cells of the rule. It is a
// count of what happened, not an estimate of what would: there is no interval.
func (r *Rule) failures(in Input, m measure, names []string) Finding {
	failed, runs := 0, 0
	var where []string
	for _, name := range names {
		c := in.New.Cell(name)
		failed, runs = failed+c.Failed, runs+c.Runs+c.Failed
		if c.Failed > 0 {
			where = append(where, fmt.Sprintf("%s (%d of %d)", c.Folder(), c.Failed, c.Runs+c.Failed))
		}
	}
	f := Finding{Cell: cells(len(names)), Metric: m.name, Verdict: Pass}
	rate := 100 * float64(failed) / float64(runs)
	f.Seen = fmt.Sprintf("%d of %d runs failed, %.1f %%, at most %s", failed, runs, rate, r.Max.Text)
	if rate > r.Max.Amount {
		f.Verdict = Fail
	}
	if len(where) > 0 {
		if len(where) > 3 {
			where = append(slices.Clone(where[:3]), fmt.Sprintf("and %d more cells", len(where)-3))
		}
		f.Seen += ": " + strings.Join(where, ", ")
	}
	return f
}
