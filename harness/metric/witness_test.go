package metric_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// real is a run as a real server's: what it says and what the client saw agree.
func real() *record.Run {
	r := synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)
	r.Backend = record.Backend{Kind: "reuse"}
	return r
}

// Each case is what a server, or what stands before it, was seen to do to the calls
// of a run; the names are those of the cases in the wild.
func TestAServersFiguresAreHeldAgainstWhatTheClientSaw(t *testing.T) {
	held := func(c *record.Call) { // by a proxy, to the end
		c.FirstNS, c.LastTokenNS = new(*c.DoneNS), new(*c.DoneNS)
		c.DeltasNS = make([]int64, len(c.DeltasNS))
		c.DeltasNS[0] = *c.DoneNS - c.RequestNS
	}
	for _, tt := range []struct {
		name   string
		change func(c *record.Call)
		code   string
		says   string
		absent []string // of an agent's numbers
		kept   []string
	}{
		{"base0", func(*record.Call) {}, "", "", nil, []string{"rate", "decode_server", "decode_client", "ttft_ns", "ttft_server_ns"}},
		{"zerodur", func(c *record.Call) { *c.Server.EvalNS = 0 }, metric.ServerClock, "eval_duration is 0 ns, less than any device takes", []string{"decode_server"}, []string{"rate", "ttft_ns"}},
		{"kobold", func(c *record.Call) { *c.Server.EvalNS, *c.Server.PromptEvalNS = 1, 1 }, metric.ServerClock, "eval_duration is 1 ns, less than any device takes", []string{"decode_server", "ttft_server_ns"}, []string{"rate"}},
		{"ones", func(c *record.Call) { *c.Server.Tokens = 1 }, metric.TokenCount, "the server counts 1 tokens, and the client saw 128 chunks with text", []string{"rate", "decode_server", "decode_client"}, []string{"ttft_ns"}},
		{"negative", func(c *record.Call) { *c.Server.PromptEvalNS = -5 }, metric.ServerClock, "prompt_eval_duration is -5 ns, less than any device takes", []string{"ttft_server_ns"}, []string{"rate", "decode_server"}},
		{"milliseconds", func(c *record.Call) { *c.Server.EvalNS /= 1e6 }, metric.ServerClock, "eval_duration gives", []string{"decode_server"}, []string{"rate"}},
		{"slowclock", func(c *record.Call) { *c.Server.EvalNS /= 10 }, metric.ServerClock, "eval_duration gives", []string{"decode_server", "ttft_server_ns"}, []string{"rate", "ttft_ns"}},
		{"fastclock", func(c *record.Call) { *c.Server.EvalNS *= 2 }, metric.ServerClock, "eval_duration is ", []string{"decode_server"}, []string{"rate"}},
		{"doublecount", func(c *record.Call) { *c.Server.Tokens *= 2 }, metric.TokenCount, "the server counts 256 tokens where 128 were asked for, and the client saw 128 chunks with text", []string{"rate", "decode_server"}, []string{"ttft_ns"}},
		{"halfcount", func(c *record.Call) { *c.Server.Tokens /= 2 }, metric.TokenCount, "the server counts 64 tokens, and the client saw 128 chunks with text", []string{"rate", "decode_server"}, []string{"ttft_ns"}},
		{"nocounts", func(c *record.Call) { c.Server = &record.ServerTimings{} }, metric.NoCount, "the final chunk counts no tokens", []string{"rate", "decode_server"}, []string{"ttft_ns"}},
		{"buffered", held, metric.HeldStream, "and text came for 0 ms, in 128 chunks of 128 tokens", []string{"ttft_ns", "decode_client"}, []string{"rate", "decode_server"}},
		{"nostream", func(c *record.Call) { held(c); c.Chunks, c.DeltasNS = 1, c.DeltasNS[:1] }, metric.HeldStream, "and text came for 0 ms, in 1 chunks of 128 tokens", []string{"ttft_ns", "decode_client"}, []string{"rate", "decode_server"}},
		{"thinkhidden", func(c *record.Call) { c.Chunks /= 4; *c.FirstNS += 3 * (*c.LastTokenNS - *c.FirstNS) / 4 }, metric.HeldStream, "in 32 chunks of 128 tokens", []string{"ttft_ns", "decode_client"}, []string{"rate"}},
		{"oldcache", func(c *record.Call) { c.Server.PromptTokens, c.Server.PromptEvalNS = nil, nil }, metric.CachedPrompt, "the server counts no prompt tokens, as old versions do of a cached prompt", nil, []string{"rate"}},
		{"cachedcount", func(c *record.Call) { c.Server.CachedTokens = new(int64(218)) }, metric.CachedPrompt, "the server says that 218 tokens of it were", nil, []string{"rate"}},
		{"othermodel", func(c *record.Call) { c.ServedModel = "m:0.5b-q2_K" }, metric.OtherModel, "m:0.5b-q2_K answered where alpha:7b was asked", nil, []string{"rate"}},
		{"sameothername", func(c *record.Call) { c.ServedModel = "registry.ollama.ai/library/Alpha:7b" }, "", "", nil, []string{"rate"}},
		{"noend", func(c *record.Call) { c.LeftOpen = true }, metric.LeftOpen, "stayed open after their final chunk", nil, []string{"rate"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := real()
			for _, c := range r.Work() {
				tt.change(c)
			}
			before := *r.Passes[0].Calls[0].Server
			d := metric.Derive(r)
			a := metric.FindAgent(&d, record.PassSolo, metric.Collector)
			for _, name := range tt.absent {
				assert.Nil(t, a.Get(name), name)
			}
			for _, name := range tt.kept {
				assert.NotNil(t, a.Get(name), name)
			}
			row := metric.NewRow(r)
			assert.Equal(t, d, row.D)
			assert.Equal(t, before, *r.Passes[0].Calls[0].Server, "what was recorded stays as it was said")
			if tt.code == "" {
				assert.Empty(t, row.Findings)
				return
			}
			require.NotEmpty(t, row.Findings)
			assert.Equal(t, tt.code, row.Findings[0].Code)
			assert.Contains(t, row.Findings[0].Evidence, tt.says)
			assert.NotEmpty(t, row.Findings[0].Do)
		})
	}
}
