// Package synthetic makes runs for tests: invented numbers with the shape of a
// session, the same on every machine. Nothing here was measured, and every run
// says so: its backend is labelled simulated, with synthetic models.
package synthetic

import (
	"fmt"
	"time"

	"github.com/chimeraforge/duet/harness/record"
)

// Session is the session's name in every run.
const Session = "synthetic"

// Runs is a small session: two models, two dual-agent scenarios and one
// single-agent cell, six rounds each. One run failed, one agent answered
// without an eval_count once, and one call was cold.
func Runs() []*record.Run {
	var runs []*record.Run
	for m, model := range []string{"alpha:7b", "beta:latest"} {
		for s, scenario := range []string{"baseline-vs-chimera", "chimera-homo"} {
			for n := 1; n <= 6; n++ {
				runs = append(runs, Pair(model, scenario, n, 1.55+0.45*float64(m)+0.1*float64(s)))
			}
		}
		for n := 1; n <= 6; n++ {
			runs = append(runs, Single(model, n))
		}
	}
	for _, r := range runs {
		addTelemetry(r, r.Cell.Model() == "alpha:7b")
	}
	Fail(runs[3])
	runs[8].Passes[2].Calls[1].Server.Tokens = nil
	runs[20].Passes[2].Calls[0].Server.LoadNS = ptr(int64(2812e6))
	return runs
}

// Pair is one dual-agent run in which working together takes each agent slow
// times as long as working alone.
func Pair(model, scenario string, n int, slow float64) *record.Run {
	r := run(record.SuiteMulti, model, scenario, n)
	r.Agents = []record.Agent{agent("collector", "baseline", model, 99, 4096), agent("insight", "chimera", model, 80, 512)}
	if scenario != "baseline-vs-chimera" {
		r.Agents[0] = agent("collector", "chimera", model, 80, 512)
	}
	r.Servers = []record.Server{server(r.Agents[0], 11434), server(r.Agents[1], 11435)}
	slow += 0.02 * float64(n*3%7)
	r.Passes = []record.Pass{
		pass(record.PassSolo, 1e9, 1, "collector"),
		pass(record.PassSolo, 6e9, 1.02, "insight"),
		pass(record.PassConcurrent, 11e9, slow, "collector", "insight"),
	}
	return r
}

// Single is one single-agent run, tuned options 1 to 3 % faster than baseline.
func Single(model string, n int) *record.Run {
	r := run(record.SuiteSingle, model, "tuned-vs-baseline", n)
	r.Agents = []record.Agent{agent("collector", "chimera", model, 80, 512)}
	r.Servers = []record.Server{server(r.Agents[0], 11434)}
	r.Passes = []record.Pass{
		pass(record.PassBaseline, 1e9, 1, "collector"),
		pass(record.PassTuned, 6e9, 1-0.01*float64(1+n%3), "collector"),
	}
	return r
}

// Fail turns a run into one that was cut off in its last pass.
func Fail(r *record.Run) {
	r.Status, r.Error = record.StatusFailed, "insight call 1: connection <reset> by peer"
	p := &r.Passes[len(r.Passes)-1]
	c := &p.Calls[len(p.Calls)-1]
	c.Error, c.DoneNS, c.Server = "connection <reset> by peer", nil, nil
}

func run(suite, model, scenario string, n int) *record.Run {
	config := "gpu80_ctx512_temp10"
	if suite == record.SuiteMulti {
		config = scenario + "_" + config
	}
	slug := map[string]string{"alpha:7b": "alpha_7b", "beta:latest": "beta_latest"}[model]
	return &record.Run{
		Schema: record.Schema, Session: Session, Suite: suite,
		Cell: record.NewCell(suite+"/go/"+slug+"/"+config, record.CoordModel, model, record.CoordRuntime, "go",
			record.CoordScenario, scenario, record.CoordGPU, "80", record.CoordCtx, "512", record.CoordTemp, "1.0"),
		RunNumber: n, Round: n, Seed: 116, Status: record.StatusOK,
		Started:     time.Date(2001, 2, 3, 4, 5, n, 0, time.UTC),
		Backend:     record.Backend{Kind: "sim", Simulated: true, Synthetic: true, Timescale: 100},
		Environment: record.Environment{Commit: "0123456789ab", Go: "go1.26", OS: "linux", Arch: "amd64", CPU: "Example CPU", Cores: 2, MemoryB: 8 << 30},
	}
}

func agent(id, label, model string, gpu, ctx int) record.Agent {
	port := map[string]int{"collector": 11434, "insight": 11435}[id]
	return record.Agent{
		ID: id, Label: label, Endpoint: fmt.Sprintf("http://127.0.0.1:%d", port), Model: model,
		Options: record.Options{NumGPU: gpu, NumCtx: ctx, Temperature: 1, TopP: 0.9, TopK: 40, RepeatPenalty: 1.1, NumPredict: 128, Seed: 116},
	}
}

func server(a record.Agent, port int) record.Server {
	return record.Server{
		ID: a.ID, URL: fmt.Sprintf("http://127.0.0.1:%d", port), Version: "0.17.4",
		Model: &record.Model{
			Name: a.Model, Digest: "sha256:00c0ffee", Family: "example", ParameterSize: "7B", Quantization: "Q4_0",
			Context: &a.Options.NumCtx, SizeB: ptr(int64(5e9)), VRAMB: ptr(int64(5e9)),
		},
	}
}

func ptr[T any](v T) *T { return &v }

// Timings of a call on a quiet machine, in nanoseconds.
const (
	promptNS = 120e6
	tokenNS  = 10e6
	gapNS    = 1e6 // transport
	budget   = 128 // tokens
)

// pass makes a window in which every call of every agent takes slow times its
// quiet timings; later agents are a little slower.
func pass(kind string, gun int64, slow float64, agents ...string) record.Pass {
	p := record.Pass{Kind: kind, Agents: agents, GunNS: gun, Client: &record.Client{CPUNS: 30e6, Shared: true}}
	for i, id := range agents {
		at := gun
		for k := range 2 {
			c := call(id, k, at, slow*(1+0.02*float64(i)))
			p.Calls = append(p.Calls, c)
			at = c.EndNS
		}
		p.EndNS = max(p.EndNS, at)
	}
	return p
}

func call(id string, index int, at int64, slow float64) record.Call {
	prompt, token := int64(promptNS*slow), int64(tokenNS*slow)
	first := at + gapNS + prompt
	last := first + (budget-1)*token
	done := last + gapNS
	return record.Call{
		Agent: id, Index: index, Seed: 116 + index,
		RequestNS: at, HeadersNS: ptr(at + gapNS), FirstNS: &first, LastTokenNS: &last, DoneNS: &done, EndNS: done,
		Chunks: budget, DeltasNS: deltas(first-at, token),
		Server: &record.ServerTimings{
			TotalNS: ptr(done - at), LoadNS: ptr(int64(2e6)), PromptEvalNS: &prompt,
			EvalNS: ptr(token * budget), PromptTokens: ptr(int64(220)), Tokens: ptr(int64(budget)),
		},
		DoneReason: "length", PromptBytes: 900, ReplyBytes: 600,
		Reply: "<script>alert('not a reply')</script> | a synthetic reply",
	}
}

func deltas(first, token int64) []int64 {
	out := []int64{first}
	for range budget - 1 {
		out = append(out, token)
	}
	return out
}
