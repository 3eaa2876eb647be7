package tr116

import (
	"encoding/json"
	"strings"

	"github.com/chimeraforge/duet/harness/metrics"
)

// options are as the study's files write them.
type options = metrics.ImportedOptions

// scenario is a file's own word for it in duet's spelling.
func scenario(s string) string { return strings.ReplaceAll(s, "_", "-") }

// labelOf names an agent's role by whether it asked for anything.
func labelOf(o options) string {
	if o == (options{}) {
		return "baseline"
	}
	return "chimera"
}

// ms is an optional number of milliseconds as nanoseconds.
func ms(f *float64) *float64 { return times(f, 1e6) }

func seconds(f *float64) *float64 { return times(f, 1e9) }

func times(f *float64, k float64) *float64 {
	if f == nil {
		return nil
	}
	v := *f * k
	return &v
}

// pythonAgent is an agent of a Python multi file: one call, not streamed.
type pythonAgent struct {
	BaseURL string  `json:"base_url"`
	Options options `json:"options"`
	Metrics struct {
		Tokens     *int64   `json:"tokens_generated"`
		Throughput *float64 `json:"throughput_tokens_per_sec"`
		TTFT       *float64 `json:"ttft_ms"`           // the server's prompt_eval_duration
		Total      *float64 `json:"total_duration_ms"` // prompt_eval_duration + eval_duration
		Wall       *float64 `json:"wall_clock_ms"`
	} `json:"metrics"`
}

func (a pythonAgent) agent(id string) metrics.ImportedAgent {
	m, one := a.Metrics, 1
	out := metrics.ImportedAgent{
		Agent: id, Label: labelOf(a.Options), Pass: metrics.PassConcurrent, Endpoint: a.BaseURL, Options: a.Options,
		WallNS: ms(m.Wall), Requests: &one, Tokens: m.Tokens, DecodeMean: m.Throughput,
		TTFTServerNS: ms(m.TTFT), PromptEvalNS: ms(m.TTFT),
	}
	if m.Total != nil && m.TTFT != nil {
		eval := (*m.Total - *m.TTFT) * 1e6
		out.EvalNS = &eval
	}
	return out
}

func pythonMulti(at place, data []byte) ([]*metrics.Run, error) {
	var f struct {
		RunNumber  int         `json:"run_number"`
		Scenario   string      `json:"scenario"`
		Collector  pythonAgent `json:"collector"`
		Insight    pythonAgent `json:"insight"`
		Wall       *float64    `json:"concurrent_wall_time_ms"`
		Speedup    *float64    `json:"concurrency_speedup"`
		Efficiency *float64    `json:"efficiency_percent"`
		Throughput *float64    `json:"throughput_delta"`
		TTFT       *float64    `json:"ttft_delta_ms"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	r := newRun(at, metrics.LayoutPythonMulti, scenario(f.Scenario), f.RunNumber)
	r.Imported.WallNS = ms(f.Wall)
	r.Imported.Agents = []metrics.ImportedAgent{f.Collector.agent(collector), f.Insight.agent(insight)}
	r.Imported.Published = &metrics.Published{Speedup: f.Speedup, Efficiency: f.Efficiency, ThroughputDelta: f.Throughput, TTFTDeltaMS: f.TTFT}
	return []*metrics.Run{r}, nil
}

// rustAgent is an agent of a Rust multi file.
type rustAgent struct {
	Config struct {
		BaseURL string  `json:"base_url"`
		Options options `json:"options"`
	} `json:"config"`
	Seconds *float64   `json:"execution_time_s"`
	Result  rustResult `json:"result"`
}

// agent takes the name of its role: files call two tuned agents chimera_a and
// chimera_b.
func (a rustAgent) agent(id string) metrics.ImportedAgent {
	out := fromCalls(a.Result.Calls)
	out.Agent, out.Label, out.Pass = id, labelOf(a.Config.Options), metrics.PassConcurrent
	out.Endpoint, out.Options, out.WallNS = a.Config.BaseURL, a.Config.Options, seconds(a.Seconds)
	return out
}

func rustMulti(at place, data []byte) ([]*metrics.Run, error) {
	var f struct {
		RunNumber int       `json:"run_number"`
		Scenario  string    `json:"scenario"`
		Collector rustAgent `json:"collector"`
		Insight   rustAgent `json:"insight"`
		Summary   struct {
			Wall       *float64 `json:"concurrent_wall_time_s"`
			Speedup    *float64 `json:"concurrency_speedup"`
			Efficiency *float64 `json:"efficiency_percent"`
			Throughput *float64 `json:"throughput_delta"`
			TTFT       *float64 `json:"ttft_delta_ms"`
			Contention *bool    `json:"resource_contention_detected"`
		} `json:"summary"`
	}
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, err
	}
	r := newRun(at, metrics.LayoutRustMulti, scenario(f.Scenario), f.RunNumber)
	s := f.Summary
	r.Started = f.Collector.Result.Timestamp
	r.Environment = f.Collector.Result.environment()
	r.Imported.WallNS = seconds(s.Wall)
	r.Imported.Agents = []metrics.ImportedAgent{f.Collector.agent(collector), f.Insight.agent(insight)}
	r.Imported.Published = &metrics.Published{Speedup: s.Speedup, Efficiency: s.Efficiency, ThroughputDelta: s.Throughput, TTFTDeltaMS: s.TTFT, Contention: s.Contention}
	return []*metrics.Run{r}, nil
}
