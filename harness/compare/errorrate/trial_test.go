package errorrate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	_ "github.com/chimeraforge/duet/harness/tr116"
)

const sessions = 1000

func judge(t *testing.T, p Plan) Count {
	t.Helper()
	c, err := p.Judge(sessions)
	require.NoError(t, err)
	t.Logf("%+v", c)
	return c
}

func TestWhereNothingChangedFewSessionsSayOtherwise(t *testing.T) {
	for name, noise := range map[string]Noise{"the study's runs as they came": Study, "the study's runs in any order": Shuffled, "a CV of 1.5 %": Normal(0.015)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := judge(t, Plan{Cells: 12, Rounds: 6, Noise: noise})
			assert.LessOrEqual(t, c.Share(c.Family), 5.0, "some cell of a metric is said to differ")
			assert.LessOrEqual(t, c.Share(c.Verdicts[gate.Fail]), 1.0, "the shipped gate fails")
		})
	}
}

func TestALossOfFivePercentEverywhereIsFound(t *testing.T) {
	t.Parallel()
	c := judge(t, Plan{Cells: 12, Rounds: 6, Noise: Normal(0.015), Loss: 0.05, Losers: 12})
	assert.GreaterOrEqual(t, c.Share(c.Verdicts[gate.Fail]), 95.0, "by the shipped gate")
	assert.GreaterOrEqual(t, c.Share(c.Found), 95.0, "by the comparison")
	assert.GreaterOrEqual(t, 100*float64(c.FoundLosers)/float64(c.Losers), 95.0, "in every single cell")
}

// TestALossInOneCellAloneTakesSevenRounds: with six, nothing but a complete
// separation of the runs passes Holm's correction over twelve cells.
func TestALossInOneCellAloneTakesSevenRounds(t *testing.T) {
	t.Parallel()
	six := judge(t, Plan{Cells: 12, Rounds: 6, Noise: Normal(0.015), Loss: 0.05, Losers: 1})
	seven := judge(t, Plan{Cells: 12, Rounds: 7, Noise: Normal(0.015), Loss: 0.05, Losers: 1})
	assert.InDelta(t, 84, six.Share(six.Found), 4)
	assert.GreaterOrEqual(t, seven.Share(seven.Found), 95.0)
}

func TestTheNoiseIsThatOfTheStudysRuns(t *testing.T) {
	tree, err := results.ReadTree(golden.Shared(t, "tr116", "raw", "results", "multi"))
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	found := map[string][5]Run{}
	for _, f := range tree.Files {
		d := metric.NewRow(f.Run).D
		key := f.Run.Cell.Runtime() + f.Run.Cell.Model() + f.Run.Cell.Scenario()
		runs := found[key]
		runs[f.Run.RunNumber-1] = Run{Rate: *d.Get("aggregate_rate"), TTFT: mean(d)}
		found[key] = runs
	}
	require.Len(t, found, len(studied))
	for _, s := range studied {
		for i := range 5 {
			assert.InEpsilon(t, found[s.runtime+s.model+s.scenario][i].Rate, s.rate[i], 1e-3)
			assert.InEpsilon(t, found["rust"+s.model+s.scenario][i].TTFT, s.ttft[i], 1e-3)
		}
	}
}

// mean is the agents' mean TTFT, in milliseconds.
func mean(d record.Derived) (ms float64) {
	for _, a := range d.Agents {
		if a.Get("ttft_ns") != nil {
			ms += *a.Get("ttft_ns") / 1e6 / float64(len(d.Agents))
		}
	}
	return ms
}
