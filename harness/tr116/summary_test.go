package tr116_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// pairOf is a pair of 10 s: the collector's client time is 9 s and its
// server's 1 + 5, the insight's 10 s and 2 + 6.
func pairOf(runtime string) *record.Run {
	f := func(v float64) *float64 { return &v }
	agent := func(id string, tokens int64, decode, wall, prompt, eval, ttft float64) record.ImportedAgent {
		return record.ImportedAgent{
			Agent: id, Pass: record.PassConcurrent, Tokens: &tokens, DecodeMean: f(decode), WallNS: f(wall * 1e9),
			TTFTNS: f(ttft * 1e6), TTFTServerNS: f(prompt * 1e9), PromptEvalNS: f(prompt * 1e9), EvalNS: f(eval * 1e9),
		}
	}
	return &record.Run{
		Suite: record.SuiteMulti, RunNumber: 3, Status: record.StatusOK, Cell: record.NewCell("", record.CoordRuntime, runtime, record.CoordScenario, "chimera-homo"),
		Imported: &record.Imported{WallNS: f(10e9), Agents: []record.ImportedAgent{
			agent(metric.Collector, 100, 21, 9, 1, 5, 1500), agent(metric.Insight, 200, 34, 10, 2, 6, 1200),
		}},
	}
}

func summaryOf(r *record.Run) record.Summary {
	return metric.Summarise(r, metric.Derive(r))
}

func TestAnImportedPythonRunIsSummarisedWithPythonsFormulas(t *testing.T) {
	s := summaryOf(pairOf("python"))
	assert.Equal(t, 3, s.RunNumber)
	assert.Contains(t, s.Definition, "speedup_server")
	assert.InDelta(t, 1.4, *s.ConcurrencySpeedup, 1e-12, "(6 + 8) / 10")
	assert.InDelta(t, 70, *s.EfficiencyPercent, 1e-12)
	assert.InDelta(t, 14, *s.SequentialEstimatedS, 1e-12)
	assert.InDelta(t, 1000, *s.CollectorTTFTMS, 1e-9, "the server's")
	assert.InDelta(t, 1000, *s.TTFTDeltaMS, 1e-9)
	assert.True(t, *s.ResourceContentionDetected, "the study never asked this of Python")
}

func TestAnImportedRustRunIsSummarisedWithRustsFormulasAndOurSign(t *testing.T) {
	s := summaryOf(pairOf("rust"))
	assert.Contains(t, s.Definition, "speedup_client")
	assert.InDelta(t, 1.9, *s.ConcurrencySpeedup, 1e-12, "(9 + 10) / 10")
	assert.InDelta(t, 95, *s.EfficiencyPercent, 1e-12)
	assert.InDelta(t, 19, *s.SequentialEstimatedS, 1e-12)
	assert.InDelta(t, 10, *s.ConcurrentWallTimeS, 1e-12)
	assert.Equal(t, []float64{21, 34, 13}, []float64{*s.CollectorThroughput, *s.InsightThroughput, *s.ThroughputDelta}, "means of the calls' rates")
	assert.InDelta(t, 1500, *s.CollectorTTFTMS, 1e-9, "the client's")
	assert.InDelta(t, -300, *s.TTFTDeltaMS, 1e-9, "insight − collector")
	assert.False(t, *s.ResourceContentionDetected)
}

func TestAnExactZeroIsKeptInTheSummaryOfAnImportedRun(t *testing.T) {
	r := pairOf("python")
	r.Imported.Agents[1].TTFTServerNS = r.Imported.Agents[0].TTFTServerNS
	s := summaryOf(r)
	assert.NotNil(t, s.TTFTDeltaMS)
	assert.Zero(t, *s.TTFTDeltaMS)
}

func TestAnImportedRunWithoutTimesHasNoSummaryOfThem(t *testing.T) {
	r := pairOf("rust")
	r.Imported.WallNS, r.Imported.Agents[0].WallNS, r.Imported.Agents[0].TTFTNS = nil, nil, nil
	s := summaryOf(r)
	assert.Nil(t, s.ConcurrencySpeedup)
	assert.Nil(t, s.SequentialEstimatedS)
	assert.Nil(t, s.TTFTDeltaMS)
	assert.Nil(t, s.ResourceContentionDetected)
}
