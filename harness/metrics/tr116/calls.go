package tr116

import (
	"time"

	"github.com/chimeraforge/duet/harness/metrics"
)

// rustResult is what both Rust layouts say of an agent's work.
type rustResult struct {
	Configuration options    `json:"configuration"`
	Model         string     `json:"model"`
	Timestamp     time.Time  `json:"timestamp"`
	Calls         []rustCall `json:"llm_calls"`
	SystemInfo    struct {
		Arch string `json:"arch"`
		OS   string `json:"os"`
	} `json:"system_info"`
}

func (r rustResult) environment() metrics.Environment {
	return metrics.Environment{OS: r.SystemInfo.OS, Arch: r.SystemInfo.Arch}
}

type rustCall struct {
	RunNumber int `json:"run_number"` // in the single layout
	Metrics   struct {
		Tokens     *int64   `json:"tokens_generated"`
		Throughput *float64 `json:"throughput_tokens_per_sec"`
		TTFT       *float64 `json:"ttft_ms"` // client clock, first text
		PromptEval *float64 `json:"prompt_eval_duration_ms"`
		Eval       *float64 `json:"eval_duration_ms"`
		Load       *float64 `json:"load_duration_ms"`
		Total      *float64 `json:"total_duration_ms"`
	} `json:"metrics"`
}

func (c rustCall) call() metrics.ImportedCall {
	m := c.Metrics
	return metrics.ImportedCall{
		Tokens: m.Tokens, Decode: m.Throughput, TTFTNS: ms(m.TTFT),
		PromptEvalNS: ms(m.PromptEval), EvalNS: ms(m.Eval), LoadNS: ms(m.Load), TotalNS: ms(m.Total),
	}
}

// fromCalls adds up an agent's calls.
func fromCalls(calls []rustCall) metrics.ImportedAgent {
	var a metrics.ImportedAgent
	if len(calls) == 0 {
		return a
	}
	for _, c := range calls {
		a.Calls = append(a.Calls, c.call())
	}
	n := len(calls)
	a.Requests = &n
	a.Tokens = tokens(a.Calls)
	a.DecodeMean = mean(a.Calls, func(c metrics.ImportedCall) *float64 { return c.Decode })
	a.TTFTNS = mean(a.Calls, func(c metrics.ImportedCall) *float64 { return c.TTFTNS })
	a.TTFTServerNS = mean(a.Calls, func(c metrics.ImportedCall) *float64 { return c.PromptEvalNS })
	a.PromptEvalNS = sum(a.Calls, func(c metrics.ImportedCall) *float64 { return c.PromptEvalNS })
	a.EvalNS = sum(a.Calls, func(c metrics.ImportedCall) *float64 { return c.EvalNS })
	a.LoadNS = sum(a.Calls, func(c metrics.ImportedCall) *float64 { return c.LoadNS })
	return a
}

// sum is absent when one call lacks the quantity.
func sum(calls []metrics.ImportedCall, of func(metrics.ImportedCall) *float64) *float64 {
	var out float64
	for _, c := range calls {
		v := of(c)
		if v == nil {
			return nil
		}
		out += *v
	}
	return &out
}

func mean(calls []metrics.ImportedCall, of func(metrics.ImportedCall) *float64) *float64 {
	return times(sum(calls, of), 1/float64(len(calls)))
}

func tokens(calls []metrics.ImportedCall) *int64 {
	var out int64
	for _, c := range calls {
		if c.Tokens == nil {
			return nil
		}
		out += *c.Tokens
	}
	return &out
}
