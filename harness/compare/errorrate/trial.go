// Package errorrate puts the gate itself to the test: it draws sessions whose truth is
// known, judges them, and counts how often the verdict is wrong. Sessions that
// differ in nothing must not fail; sessions that lost something must be found out.
// The tables of docs/gates.md are this package's.
//
// # Noise
//
// Study is that of Technical Report 116: a run of a cell is one of the study's own
// five runs of it, cold ones and all, times a factor with the study's median
// spread. Normal is a spread of one's choice, for tables of power.
//
// # What it does not test
//
// Both sessions of a trial come from one machine that stays as it is, but for the
// table of drift, in which it becomes slower steadily. That a machine of last month
// is not the machine of today is no noise; what differs between the sessions is
// listed first in every comparison for that reason.
package errorrate

import (
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/stats"
)

const seed = 116

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
	// first partial session to the last, steadily. Order is in which order the rounds of the
	// two sides are measured; nil where that does not matter, since nothing drifts.
	Drift float64
	Order compare.Order
}

// Count is what came of a number of trials.
type Count struct {
	Trials              int
	Verdicts            map[gate.Verdict]int // the gate's
	Family              int                  // some cell's throughput or TTFT differs by Holm, in either direction: the worse family
	Found               int                  // some loser is said to be worse
	Losers, FoundLosers int                  // cells
}

// Share is n of the trials in percent.
func (c Count) Share(n int) float64 { return 100 * float64(n) / float64(c.Trials) }

// Judge draws sessions and judges each by the shipped gate.
func (p Plan) Judge(trials int) (Count, error) {
	count := Count{Trials: trials, Verdicts: map[gate.Verdict]int{}}
	shipped, families := gate.Default(), map[string]int{}
	for i := range trials {
		rng := rand.New(rand.NewPCG(seed, uint64(i)))
		before, after := p.session(rng, compare.OldArm), p.session(rng, compare.NewArm)
		report, err := gate.Evaluate(shipped, gate.Input{New: after, Old: before})
		if err != nil {
			return count, err
		}
		count.Verdicts[report.Verdict]++
		p.look(&count, families, before, after)
	}
	for _, n := range families {
		count.Family = max(count.Family, n)
	}
	return count, nil
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
func (p Plan) session(rng *rand.Rand, arm compare.Arm) *compare.Side {
	s := &compare.Side{Name: "trial", Backend: "trial"}
	s.Metric("agg-tok/s", 1)
	s.Metric("ttft-ns/op", -1)
	for c := range p.Cells {
		name := fmt.Sprintf("Multi/cell=%02d", c)
		for round := range p.Rounds {
			run := p.Noise(rng, c, round)
			if p.Drift > 0 {
				run.Rate *= 1 - p.Drift*p.Order.Position(compare.PartialSession{Round: round + 1, Arm: arm})
			}
			if c < p.Losers && arm == compare.NewArm {
				run.Rate *= 1 - p.Loss
			}
			s.Add(compare.Observation{Cell: name, Keys: []compare.Key{{Name: "suite", Value: "multi"}},
				Values: []compare.Value{{Unit: "agg-tok/s", Amount: run.Rate}, {Unit: "ttft-ns/op", Amount: 1e9 * run.TTFT}}})
		}
	}
	s.Sort()
	return s
}

// studied are the dual-agent runs of Technical Report 116: five runs of each of
// its twelve cells, tokens per second of its two agents (aggregate_rate), and for the
// client clock's time to first token (ms, mean of the agents) those of the Rust
// runs. The study's Python runs have no such time; their cells take those of the
// Rust runs of the same model and scenario. A test reads them from the raw files.
var studied = []struct {
	runtime, model, scenario string
	rate, ttft               [5]float64
}{
	{"python", "gemma3:latest", "baseline-vs-chimera", [5]float64{56.8, 84.66, 83.06, 84.89, 83.98}, gemma[0]},
	{"python", "gemma3:latest", "chimera-homo", [5]float64{81.49, 83.4, 83.34, 84.01, 82.2}, gemma[1]},
	{"python", "llama3.1:8b-instruct-q4_0", "baseline-vs-chimera", [5]float64{36.09, 51.2, 53.02, 50.91, 52.36}, llama[0]},
	{"python", "llama3.1:8b-instruct-q4_0", "chimera-homo", [5]float64{59.37, 51.76, 51.23, 50.56, 52.38}, llama[1]},
	{"python", "qwen2.5:7b", "baseline-vs-chimera", [5]float64{33.75, 52.18, 51.87, 53.26, 52.34}, qwen[0]},
	{"python", "qwen2.5:7b", "chimera-homo", [5]float64{50.91, 51.63, 52.99, 51.92, 49.27}, qwen[1]},
	{"rust", "gemma3:latest", "baseline-vs-chimera", [5]float64{81.14, 79.77, 81.5, 81.41, 80}, gemma[0]},
	{"rust", "gemma3:latest", "chimera-homo", [5]float64{80.77, 78.91, 79.41, 79.32, 79.9}, gemma[1]},
	{"rust", "llama3.1:8b-instruct-q4_0", "baseline-vs-chimera", [5]float64{53.8, 51.62, 52.68, 52.44, 50.34}, llama[0]},
	{"rust", "llama3.1:8b-instruct-q4_0", "chimera-homo", [5]float64{45.47, 51.06, 50.25, 50.12, 50.58}, llama[1]},
	{"rust", "qwen2.5:7b", "baseline-vs-chimera", [5]float64{56.52, 55.76, 47.22, 34.28, 58.4}, qwen[0]},
	{"rust", "qwen2.5:7b", "chimera-homo", [5]float64{48.11, 48.21, 52.73, 51.63, 58.57}, qwen[1]},
}

// Times to first token of the Rust runs, by scenario.
var (
	gemma = [2][5]float64{{1265, 592.1, 501.1, 543.4, 507.2}, {1404, 545.7, 447.5, 517.3, 472.3}}
	llama = [2][5]float64{{1173, 354.3, 343.4, 340.2, 352.5}, {2454, 320.5, 301.3, 331.8, 327.4}}
	qwen  = [2][5]float64{{1052, 233.7, 275.2, 266.1, 245.6}, {2030, 284.7, 301.9, 274.5, 275.6}}
)

// studySpread is the spread of a run that is none of the five: the median
// coefficient of variation of decode rates in the study's single-agent Rust runs,
// as sim.DefaultNoise has it.
const studySpread = 0.016

// Study is the noise of the study's runs as they came: a cell's first run is the
// study's first, which found cold servers, and every later one is any of its four
// others. Both sides of a trial have a cold run, as both sessions had.
func Study(rng *rand.Rand, cell, round int) Run {
	if round == 0 {
		return studyRun(rng, cell, 0)
	}
	return studyRun(rng, cell, 1+rng.IntN(4))
}

// Shuffled is the noise of the study's runs in any order: a cold run is as likely
// at any time, and one session may have three of them where the other has none.
func Shuffled(rng *rand.Rand, cell, _ int) Run { return studyRun(rng, cell, rng.IntN(5)) }

func studyRun(rng *rand.Rand, cell, n int) Run {
	s := &studied[cell%len(studied)]
	return Run{Rate: s.rate[n] * spread(rng, studySpread), TTFT: s.ttft[n] / 1e3 * spread(rng, studySpread)}
}

// Normal is noise of a given coefficient of variation.
func Normal(cv float64) Noise {
	return func(rng *rand.Rand, _, _ int) Run {
		return Run{Rate: 80 * spread(rng, cv), TTFT: 0.3 * spread(rng, cv)}
	}
}

// spread is a positive factor with mean close to 1.
func spread(rng *rand.Rand, cv float64) float64 {
	return math.Exp(logSpread(cv) * rng.NormFloat64())
}

// logSpread is a coefficient of variation on the scale of logarithms.
func logSpread(cv float64) float64 { return math.Sqrt(math.Log1p(cv * cv)) }
