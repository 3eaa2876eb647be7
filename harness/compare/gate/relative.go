package gate

import (
	"fmt"
	"math"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/stats"
)

// relative judges every cell against the baseline. The tests of the rule's cells
// are one family.
func (r *Rule) relative(in Input, m measure, names []string) ([]Finding, error) {
	pairs := map[string]*compare.Pair{}
	var family []*compare.Pair
	for _, name := range names {
		before, after := in.Old.Cell(name), in.New.Cell(name)
		if before != nil && after != nil {
			pairs[name] = compare.NewPair(before, after, m.unit)
			family = append(family, pairs[name])
		}
	}
	if len(family) == 0 {
		return nil, fmt.Errorf("no cell of the rule is on both sides, so nothing would be compared")
	}
	compare.Adjust(family)
	var out []Finding
	for _, name := range names {
		f := Finding{Cell: in.any(name).Folder(), Metric: m.name}
		if p := pairs[name]; p != nil {
			r.pair(&f, p, m)
		} else {
			f.Verdict, f.Seen, f.Takes = Inconclusive, "the baseline has no such cell", "a baseline that has it"
			if in.Old.Cell(name) != nil {
				f.Seen, f.Takes = "the baseline has this cell, the session has not", "a session that measures it"
			}
		}
		out = append(out, f)
	}
	return out, nil
}

func (r *Rule) pair(f *Finding, p *compare.Pair, m measure) {
	if lost(f, p.Cell) || lostBefore(f, p.Before) {
		return
	}
	loss := p.Loss()
	switch {
	case p.Old.N() == 0:
		f.Verdict, f.Seen, f.Takes = Inconclusive, fmt.Sprintf("n/a in all of %d runs of the baseline", p.Old.Absent), "a baseline that has it"
	case p.New.N() == 0:
		f.absent(p.New)
	case loss == nil:
		r.zero(f, p, m)
	default:
		r.change(f, p, m, *loss)
	}
}

// zero judges medians that have no ratio: nothing is lost where nothing was, and no
// share says how much worse something is than nothing.
func (r *Rule) zero(f *Finding, p *compare.Pair, m measure) {
	old, now := *p.Old.Percentile(50), *p.New.Percentile(50)
	f.Seen = fmt.Sprintf("%s → %s, which have no ratio", m.say(old), m.say(now))
	switch {
	case (now-old)*float64(p.Better) >= 0:
		f.Verdict = Pass
	case p.Adjusted != nil && *p.Adjusted < r.alpha():
		f.Verdict = Fail
		f.Seen += fmt.Sprintf("; worse (Holm p=%.4f of %d tests, n=%d+%d)", *p.Adjusted, p.Family, p.Old.N(), p.New.N())
	default:
		f.Verdict, f.Takes = Inconclusive, "more rounds, or a floor or a ceiling in place of a ratio"
	}
}

func lostBefore(f *Finding, c *compare.Cell) bool {
	if c.Invalid == 0 && (c.Runs > 0 || c.Failed == 0) {
		return false
	}
	f.Verdict, f.Seen, f.Takes = Inconclusive, "of the baseline "+c.String(), "another baseline"
	return true
}

func (r *Rule) change(f *Finding, p *compare.Pair, m measure, loss float64) {
	n, alpha := min(p.Old.N(), p.New.N()), r.alpha()
	test := stats.Design{Cells: p.Family, Alpha: alpha}
	f.Seen = fmt.Sprintf("%s → %s, %s (Holm p=%.4f of %d tests, n=%d+%d), allowed %s", m.say(*p.Old.Percentile(50)), m.say(*p.New.Percentile(50)),
		changed(loss), *p.Adjusted, p.Family, p.Old.N(), p.New.N(), r.WorseThan.Text) + left(p.New)
	finds := finds(test, p, n)
	switch over := loss > r.WorseThan.Share; {
	case over && *p.Adjusted < alpha:
		f.Verdict = Fail
	case *p.Least >= alpha:
		f.Verdict = Inconclusive
		f.Seen += "; so few runs cannot show a difference"
		f.takes(r.enough(test, p, loss), " on both sides")
	case over:
		f.Verdict = Inconclusive
		f.Seen += "; worse by more, and not shown to be"
		f.takes(r.rounds(test, p, loss), " on both sides")
	case r.Resolve != nil && (finds == nil || *finds > r.Resolve.Share):
		f.Verdict = Inconclusive
		f.Seen += "; a loss of " + r.Resolve.Text + " could be missed"
		f.takes(r.rounds(test, p, r.Resolve.Share), " on both sides")
	default:
		f.Verdict = Pass
		f.Seen += found(finds)
	}
}

func changed(loss float64) string {
	word := "better"
	if loss > 0 {
		word = "worse"
	}
	return fmt.Sprintf("%s by %.1f %%", word, math.Abs(100*loss))
}

func found(finds *float64) string {
	if finds == nil {
		return ""
	}
	return fmt.Sprintf("; a loss of %.0f %% would be found 4 times in 5", math.Ceil(100**finds))
}

// enough are the rounds that can show something, and the loss at hand where the
// rule minds it.
func (r *Rule) enough(test stats.Design, p *compare.Pair, loss float64) int {
	if loss <= r.WorseThan.Share {
		return test.Least()
	}
	return r.rounds(test, p, loss)
}

func (r *Rule) rounds(test stats.Design, p *compare.Pair, loss float64) int {
	sd := noise(p)
	if sd == nil || *sd == 0 {
		return test.Least()
	}
	return test.Rounds(shift(loss, p.Better) / *sd)
}

// finds is the smallest loss that so many runs of this noise find four times in
// five; absent where none is.
func finds(test stats.Design, p *compare.Pair, n int) *float64 {
	sd, least := noise(p), test.Finds(n)
	if sd == nil || least == nil {
		return nil
	}
	d := *sd * *least
	if p.Better > 0 {
		return stats.Finite(1 - math.Exp(-d))
	}
	return stats.Finite(math.Exp(d) - 1)
}

// shift is a loss on the scale of logarithms, where noise is a share of the value.
func shift(loss float64, better int) float64 {
	if better > 0 {
		return -math.Log1p(-math.Min(loss, 0.999))
	}
	return math.Log1p(loss)
}

// noise is the spread of a run on the scale of logarithms, pooled over both sides;
// absent where a value is not positive or there are too few.
func noise(p *compare.Pair) *float64 {
	a, b := logSD(p.Old), logSD(p.New)
	if a == nil || b == nil {
		return nil
	}
	return stats.Finite(math.Sqrt((*a**a + *b**b) / 2))
}

func logSD(s stats.Sample) *float64 {
	var logs []*float64
	for _, v := range s.Values {
		logs = append(logs, stats.Finite(math.Log(v)))
	}
	l := stats.NewSample(logs)
	if l.Absent > 0 {
		return nil
	}
	return l.SD()
}
