package metric_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

func codes(r *record.Run) []string {
	var out []string
	for _, w := range metric.Findings(r) {
		out = append(out, w.Code+" "+w.Subject)
	}
	return out
}

func TestWarnings(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(*record.Run)
		want  []string
	}{
		{"a quiet run gives rise to none", func(*record.Run) {}, nil},
		{"a load in the window", resident(2, 101), []string{"cold-call collector"}},
		{"a load at the threshold", resident(2, 100), nil},
		{"a large vocabulary, read for every call", resident(135, 3*135), nil},
		{"a load of a model with a large vocabulary", resident(135, 3*135+1), []string{"cold-call collector"}},
		{"a load where nobody asked the loaded model", func(r *record.Run) { r.Passes[2].Calls[0].Server.LoadNS = ptr(1001 * ms) }, []string{"cold-call collector"}},
		{"bookkeeping where nobody asked the loaded model", func(r *record.Run) { r.Passes[2].Calls[0].Server.LoadNS = ptr(1000 * ms) }, nil},
		{"one prompt far faster than the agent's others", func(r *record.Run) { r.Passes[1].Calls[1].Server.PromptEvalNS = ptr(5 * ms) }, []string{"cached-prompt insight"}},
		{"a prompt as much faster as contention explains", func(r *record.Run) { r.Passes[1].Calls[1].Server.PromptEvalNS = ptr(40 * ms) }, nil},
		{"a prompt faster than any device", func(r *record.Run) { r.Passes[1].Calls[1].Server.PromptEvalNS = ptr(int64(1000)) }, []string{"cached-prompt insight"}},
		{"a prompt of which the server evaluated little", func(r *record.Run) { r.Passes[0].Calls[1].Server.PromptTokens = ptr(int64(3)) }, []string{"cached-prompt collector"}},
		{"a reply that ended early", func(r *record.Run) { r.Passes[2].Calls[3].Server.Tokens = ptr(int64(127)) }, []string{"short-reply insight"}},
		{"a context other than asked for", func(r *record.Run) { r.Servers[0].Model.Context = ptr(2048) }, []string{"label-mismatch collector"}},
		{"a label that nobody asked for", func(r *record.Run) { r.Cell = r.Cell.With(record.CoordCtx, "1024") }, []string{"label-mismatch "}},
		{"a model half in VRAM", func(r *record.Run) { r.Servers[1].Model.VRAMB = ptr(int64(2e9)) }, []string{"label-mismatch insight"}},
		{"a CPU server", func(r *record.Run) { r.Servers[1].Model.VRAMB = ptr(int64(0)) }, []string{"not-on-gpu insight"}},
		{"two CPU servers are one doubt", func(r *record.Run) {
			r.Servers[0].Model.VRAMB, r.Servers[1].Model.VRAMB = ptr(int64(0)), ptr(int64(0))
		}, []string{"not-on-gpu "}},
		{"a server that does not tell", func(r *record.Run) { r.Servers[1].Model.VRAMB = nil }, nil},
		{"a prompt too long for its context", func(r *record.Run) { r.Passes[1].Calls[0].Server.PromptTokens = ptr(int64(385)) }, []string{"context-overflow insight"}},
		{"a busy client", func(r *record.Run) {
			r.Backend = record.Backend{Kind: "process"}
			r.Passes[2].Client = &record.Client{CPUNS: r.Passes[2].WallNS()}
		}, []string{"client-busy "}},
		{"servers behind an engine's proxy", func(r *record.Run) {
			r.Servers[0].Container, r.Servers[1].Container = &record.Container{Proxied: true}, &record.Container{}
		}, []string{"proxied-gaps collector"}},
		{"a busy client that is the simulator too", func(r *record.Run) {
			r.Passes[2].Client = &record.Client{CPUNS: r.Passes[2].WallNS(), Shared: true}
		}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := synthetic.Pair("alpha:7b", "baseline-vs-chimera", 1, 1.6)
			tt.spoil(r)
			assert.Equal(t, tt.want, codes(r))
		})
	}
}

func TestEveryCodeHasAMeaning(t *testing.T) {
	for _, code := range []string{metric.ColdCall, metric.CachedPrompt, metric.ShortReply, metric.LabelMismatch, metric.NotOnGPU, metric.ContextOverflow, metric.ClientBusy, metric.Invalid, metric.ProxiedGaps} {
		assert.NotEmpty(t, metric.Meaning(code), code)
	}
}

func TestTablesDoNotDependOnTheOrderOfRuns(t *testing.T) {
	runs := synthetic.Runs()
	want := metric.NewSet(runs).Tables()
	slices.Reverse(runs)
	assert.Equal(t, want, metric.NewSet(runs).Tables())
}

func TestFailedRunsAreCountedAndInNoMean(t *testing.T) {
	runs := synthetic.Runs()
	table := metric.NewSet(runs).ConfigSummary()
	for i, c := range table.Columns {
		if c.Group == "runs" {
			assert.Equal(t, map[string]float64{"ok": 5, "failed": 1}[c.Name], table.Rows[0][i].Num, c.Name)
		}
	}
}

func TestSessionsAndBackendsAreNeverAveragedTogether(t *testing.T) {
	runs := synthetic.Runs()
	runs[0].Backend = record.Backend{Kind: "process"}
	set := metric.NewSet(runs)
	assert.True(t, set.Mixed)
	assert.Len(t, set.RuntimeSummary().Rows, 2)
	assert.Equal(t, "backend", set.RuntimeSummary().Columns[1].Name)
}

// resident makes a call's load_duration, and the loaded model's, so many
// milliseconds.
func resident(loaded, call int64) func(*record.Run) {
	return func(r *record.Run) {
		for i := range r.Agents {
			r.Agents[i].ResidentLoadNS = ptr(loaded * ms)
		}
		r.Passes[2].Calls[0].Server.LoadNS = ptr(call * ms)
	}
}
