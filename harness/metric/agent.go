package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Names of the study's two agents; the single suite's one agent is a collector.
// Deltas are insight − collector, and agents of other names have none.
const (
	Collector = "collector"
	Insight   = "insight"
)

// studyPair are the numbers of the study's two agents together, empty where a run
// has others.
func studyPair(d *record.Derived) (collector, insight record.AgentDerived) {
	return FindAgent(d, record.PassConcurrent, Collector), FindAgent(d, record.PassConcurrent, Insight)
}

// agentOf derives one agent's numbers from its calls in one pass. An agent that
// made no call, or one of whose calls failed, did not do its work: it has a
// name and no numbers.
func agentOf(r *record.Run, p *record.Pass, id string) record.AgentDerived {
	a := record.AgentDerived{Agent: id, Pass: p.Kind}
	calls := p.CallsOf(id)
	if len(calls) == 0 || anyFailed(calls) {
		return a
	}
	a.SetWhole("wall_ns", wall(p, calls))
	a.SetWhole("tokens", Sum(calls, tokens))
	a.Set("rate", rateOf(a.Whole("tokens"), a.Whole("wall_ns")))
	a.Set("decode_server", rateOf(a.Whole("tokens"), Sum(calls, evalNS)))
	a.Set("decode_client", rateOf(Sum(calls, tokensAfterFirst), Sum(calls, windowNS)))
	a.Set("ttft_ns", mean(calls, TTFT))
	a.Set("ttft_no_load_ns", mean(calls, TTFTNoLoad))
	a.Set("ttft_server_ns", mean(calls, TTFTServer))
	cold := slices.DeleteFunc(calls, func(c *record.Call) bool { return !isCold(r, c) })
	a.SetWhole("cold", some(len(cold)))
	return a
}

// some is a number of things, absent where there are none.
func some(n int) *int64 {
	if n == 0 {
		return nil
	}
	return new(int64(n))
}

// wall is the agent's last call end minus the gun: d_i together, s_i alone.
func wall(p *record.Pass, calls []*record.Call) *int64 {
	end := calls[0].EndNS
	for _, c := range calls {
		end = max(end, c.EndNS)
	}
	d := end - p.GunNS
	if d <= 0 {
		return nil
	}
	return &d
}

// anyFailed reports whether a call failed. An agent that left out a part of its
// work has no rate: its tokens and its time are those of less work than the
// others'.
func anyFailed(calls []*record.Call) bool {
	return slices.ContainsFunc(calls, func(c *record.Call) bool { return c.Error != "" })
}

// tokens are those that the server says it generated. They are never counted from
// chunks: one chunk may hold several.
func tokens(c *record.Call) *int64 { return c.Timings().Tokens }

// evalNS is the server's eval_duration: from the first token to the last, without
// the prompt.
func evalNS(c *record.Call) *int64 { return c.Timings().EvalNS }

// busyNS is the server's time on a call: prompt_eval_duration + eval_duration.
func busyNS(c *record.Call) *int64 { return plus(c.Timings().PromptEvalNS, c.Timings().EvalNS) }

// plus is absent when one of both is.
func plus(a, b *int64) *int64 {
	if a == nil || b == nil {
		return nil
	}
	return new(*a + *b)
}

// tokensAfterFirst and windowNS are the two sides of DecodeClient, so that an
// agent's rate divides their sums and a long reply weighs more than a short one.
func tokensAfterFirst(c *record.Call) *int64 { n, _ := decodeWindow(c); return n }

func windowNS(c *record.Call) *int64 { _, ns := decodeWindow(c); return ns }

// TTFT is the time to first token in nanoseconds: arrival of the first
// non-empty chunk minus the moment before the request was written. It contains
// queueing and model load.
func TTFT(c *record.Call) *float64 {
	if c.FirstNS == nil {
		return nil
	}
	return stats.Finite(float64(*c.FirstNS - c.RequestNS))
}

// TTFTNoLoad is TTFT minus the server's load_duration, in nanoseconds.
func TTFTNoLoad(c *record.Call) *float64 {
	return stats.Minus(TTFT(c), stats.Float(c.Timings().LoadNS))
}

// TTFTServer is the server's prompt_eval_duration in nanoseconds, which the
// study's Python runs called TTFT.
func TTFTServer(c *record.Call) *float64 { return stats.Float(c.Timings().PromptEvalNS) }

// DecodeServer is eval_count over eval_duration, in tokens per second.
func DecodeServer(c *record.Call) *float64 { return perSecond(tokens(c), evalNS(c)) }

// perSecond is absent when the count or the time is.
func perSecond(n, ns *int64) *float64 {
	if n == nil || ns == nil {
		return nil
	}
	return stats.PerSecond(*n, *ns)
}

// DecodeClient is the rate a client sees, in tokens per second: the tokens
// after the first over the time from the first token to the last.
func DecodeClient(c *record.Call) *float64 {
	return perSecond(decodeWindow(c))
}

// decodeWindow returns the tokens after the first and the time they took.
func decodeWindow(c *record.Call) (n, ns *int64) {
	if tokens(c) == nil || c.FirstNS == nil || c.LastTokenNS == nil {
		return nil, nil
	}
	return new(max(*tokens(c)-1, 0)), new(*c.LastTokenNS - *c.FirstNS)
}

// Gaps returns the time between consecutive non-empty chunks, in nanoseconds.
// perToken reports that each chunk carried one token, so that the gaps are
// inter-token latencies; otherwise only "inter-chunk latency" is a true name
// for them, since the server does not say how many tokens a chunk holds.
func Gaps(c *record.Call) (gaps []int64, perToken bool) {
	if len(c.DeltasNS) < 2 {
		return nil, false
	}
	n := tokens(c)
	return c.DeltasNS[1:], n != nil && *n == int64(len(c.DeltasNS))
}

// isCold reports whether the server loaded the model during a call of a run.
func isCold(r *record.Run, c *record.Call) bool {
	ns := c.Timings().LoadNS
	return ns != nil && *ns > coldAbove(r, c.Agent)
}

// coldAbove is the load_duration above which a call of an agent loaded its model.
func coldAbove(r *record.Run, agent string) int64 {
	for i := range r.Agents {
		if a := &r.Agents[i]; a.ID == agent && a.ResidentLoadNS != nil {
			return max(coldLoadNS, coldFactor**a.ResidentLoadNS)
		}
	}
	return coldUnknownNS
}
