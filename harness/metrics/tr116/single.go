package tr116

import (
	"encoding/json"
	"fmt"

	"github.com/chimeraforge/duet/harness/metrics"
)

// scenarioSingle is duet's name for the single suite's only scenario.
const scenarioSingle = "tuned-vs-baseline"

// Names of the agents; the single suite has the collector alone.
const collector, insight = "collector", "insight"

// pythonPass is one of the two passes of a Python single run: aggregates alone.
type pythonPass struct {
	Config  options `json:"config"`
	Metrics struct {
		Aggregate struct {
			Requests   *int     `json:"request_count"`
			Tokens     *int64   `json:"total_tokens_generated"`
			Throughput *float64 `json:"average_tokens_per_second"`
			TTFT       *float64 `json:"average_ttft_ms"`
		} `json:"aggregate_metrics"`
	} `json:"metrics"`
}

func (p pythonPass) agent(pass, label string) metrics.ImportedAgent {
	a := p.Metrics.Aggregate
	return metrics.ImportedAgent{
		Agent: collector, Label: label, Pass: pass, Options: p.Config,
		Requests: a.Requests, Tokens: a.Tokens, DecodeMean: a.Throughput, TTFTServerNS: ms(a.TTFT),
	}
}

func pythonSingle(at place, data []byte) ([]*metrics.Run, error) {
	var f []struct {
		RunNumber int        `json:"run_number"`
		Baseline  pythonPass `json:"baseline_results"`
		Chimera   pythonPass `json:"chimera_results"`
		Delta     struct {
			Improvement *float64 `json:"throughput_improvement_percent"`
			Reduction   *float64 `json:"ttft_reduction_percent"`
		} `json:"performance_delta"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	var out []*metrics.Run
	for _, run := range f {
		r := newRun(at, metrics.LayoutPythonSingle, scenarioSingle, run.RunNumber)
		r.Imported.Agents = []metrics.ImportedAgent{
			run.Baseline.agent(metrics.PassBaseline, "baseline"), run.Chimera.agent(metrics.PassTuned, "chimera"),
		}
		r.Imported.Published = &metrics.Published{ThroughputImprovement: run.Delta.Improvement, TTFTReduction: run.Delta.Reduction}
		out = append(out, r)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: a list without runs", ErrLayout)
	}
	return out, nil
}

func rustSingle(at place, data []byte) ([]*metrics.Run, error) {
	var f struct {
		Baseline rustResult `json:"baseline"`
		Chimera  rustResult `json:"chimera"`
		Delta    struct {
			Improvement *float64 `json:"throughput_improvement_percent"`
			Reduction   *float64 `json:"ttft_reduction_percent"`
		} `json:"delta"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	baseline, order := byRun(f.Baseline)
	chimera, _ := byRun(f.Chimera)
	var out []*metrics.Run
	for _, n := range order {
		r := newRun(at, metrics.LayoutRustSingle, scenarioSingle, n)
		r.Started, r.Environment = f.Baseline.Timestamp, f.Baseline.environment()
		b, c := fromCalls(baseline[n]), fromCalls(chimera[n])
		b.Agent, b.Label, b.Pass, b.Options = collector, "baseline", metrics.PassBaseline, f.Baseline.Configuration
		c.Agent, c.Label, c.Pass, c.Options = collector, "chimera", metrics.PassTuned, f.Chimera.Configuration
		r.Imported.Agents = []metrics.ImportedAgent{b, c}
		r.Imported.Published = &metrics.Published{ThroughputImprovement: f.Delta.Improvement, TTFTReduction: f.Delta.Reduction}
		out = append(out, r)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%w: no llm_calls in baseline", ErrLayout)
	}
	return out, nil
}

// byRun sorts calls by the run they belong to, and says in which order those
// come.
func byRun(r rustResult) (map[int][]rustCall, []int) {
	runs := map[int][]rustCall{}
	var order []int
	for _, c := range r.Calls {
		if runs[c.RunNumber] == nil {
			order = append(order, c.RunNumber)
		}
		runs[c.RunNumber] = append(runs[c.RunNumber], c)
	}
	return runs, order
}
