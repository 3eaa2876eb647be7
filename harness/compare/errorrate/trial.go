package errorrate

import (
	"fmt"
	"math/rand/v2"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/abba"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/stats"
)

// Seed is that of every trial whose figures are printed.
const Seed = 116

// Run is what one run measures.
type Run struct{ Rate, TTFT float64 } // tok/s, s

// Noise draws a run of a cell in a round, both from 0.
type Noise func(rng *rand.Rand, cell, round int) Run

// Plan is what is drawn: a session and another, of which some cells have lost a
// share of their throughput.
type Plan struct {
	Cells, Rounds int
	Noise         Noise
	Loss          float64
	Losers        int // cells that lost it
	// Drift is the share of its throughput that the machine itself loses from the
	// first sitting to the last, steadily. Order is in which order the rounds of the
	// two sides are measured; nil where that does not matter, since nothing drifts.
	Drift float64
	Order []abba.Sitting
}

// Count is what came of a number of trials.
type Count struct {
	Trials                   int
	Pass, Inconclusive, Fail int // the gate's verdicts
	Family                   int // some cell's throughput or TTFT differs by Holm, in either direction: the worse family
	Found                    int // some loser is said to be worse
	Losers, FoundLosers      int // cells
}

// Share is n of the trials in percent.
func (c Count) Share(n int) float64 { return 100 * float64(n) / float64(c.Trials) }

// Judge draws sessions and judges each by a gate.
func (p Plan) Judge(c gate.Config, trials int, seed uint64) (Count, error) {
	count := Count{Trials: trials}
	families := map[string]int{}
	for i := range trials {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		before, after := p.session(rng, abba.Old, 0), p.session(rng, abba.New, p.Loss)
		report, err := gate.Evaluate(c, gate.Input{New: after, Old: before})
		if err != nil {
			return count, err
		}
		count.verdict(report.Verdict)
		p.look(&count, families, before, after)
	}
	for _, n := range families {
		count.Family = max(count.Family, n)
	}
	return count, nil
}

func (c *Count) verdict(v gate.Verdict) {
	switch v {
	case gate.Pass:
		c.Pass++
	case gate.Fail:
		c.Fail++
	default:
		c.Inconclusive++
	}
}

// look counts what the comparison alone says.
func (p Plan) look(c *Count, families map[string]int, before, after *compare.Side) {
	found := 0
	for _, m := range compare.New(before, after).Metrics {
		any := false
		for i, pair := range m.Pairs {
			shown := *pair.Adjusted < stats.Alpha
			any = any || shown
			if m.Name == "agg-tok/s" && i < p.Losers && shown && *pair.Loss() > 0 {
				found++
			}
		}
		if any {
			families[m.Name]++
		}
	}
	c.Losers, c.FoundLosers = c.Losers+p.Losers, c.FoundLosers+found
	if found > 0 {
		c.Found++
	}
}

// session draws one side. The names sort as they are counted, so that the losers
// are the first cells.
func (p Plan) session(rng *rand.Rand, side abba.Side, loss float64) *compare.Side {
	s := &compare.Side{Name: "trial", Backend: "trial"}
	s.Metric("agg-tok/s", 1)
	s.Metric("ttft-ns/op", -1)
	for c := range p.Cells {
		name := fmt.Sprintf("Multi/cell=%02d", c)
		for round := range p.Rounds {
			run := p.Noise(rng, c, round)
			run.Rate *= p.machine(abba.Sitting{Round: round + 1, Side: side})
			if c < p.Losers {
				run.Rate *= 1 - loss
			}
			s.Add(compare.Observation{Cell: name, Keys: []compare.Key{{Name: "suite", Value: "multi"}},
				Values: []compare.Value{{Unit: "agg-tok/s", Amount: run.Rate}, {Unit: "ttft-ns/op", Amount: 1e9 * run.TTFT}}})
		}
	}
	s.Sort()
	return s
}

// machine is what is left of the machine's throughput at a sitting.
func (p Plan) machine(s abba.Sitting) float64 {
	if p.Drift == 0 {
		return 1
	}
	return 1 - p.Drift*abba.Position(p.Order, s)
}
