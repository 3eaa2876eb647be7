package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Names of the study's two agents; the single suite's one agent is a collector.
// Deltas are insight − collector, and agents of other names have none.
const (
	Collector = "collector"
	Insight   = "insight"
)

// agent derives one agent's numbers from its calls in one pass. An agent that
// made no call, or one of whose calls failed, did not do its work: it has a
// name and no numbers.
func (l Limits) agent(r *record.Run, p *record.Pass, id string) record.AgentDerived {
	a := record.AgentDerived{Agent: id, Pass: p.Kind}
	calls := callsOf(p, id)
	if len(calls) == 0 || anyFailed(calls) {
		return a
	}
	a.SetWhole("wall_ns", wall(p, calls))
	a.SetWhole("tokens", sum(calls, tokens))
	a.Set("rate", stats.Over(stats.Float(a.Whole("tokens")), stats.Scaled(stats.Float(a.Whole("wall_ns")), 1e-9)))
	a.Set("decode_server", stats.Over(stats.Float(a.Whole("tokens")), stats.Scaled(stats.Float(sum(calls, evalNS)), 1e-9)))
	a.Set("decode_client", stats.Over(stats.Float(sum(calls, tokensAfterFirst)), stats.Scaled(stats.Float(sum(calls, windowNS)), 1e-9)))
	a.Set("ttft_ns", mean(calls, TTFT))
	a.Set("ttft_no_load_ns", mean(calls, TTFTNoLoad))
	a.Set("ttft_server_ns", mean(calls, TTFTServer))
	cold := int64(0)
	for _, c := range calls {
		if l.cold(r, c) {
			cold++
		}
	}
	a.SetWhole("cold", some(cold))
	return a
}

// some is a number of things, absent where there are none.
func some(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
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

// callsOf are an agent's calls in a pass, in the order of its work.
func callsOf(p *record.Pass, id string) []*record.Call {
	return appendCalls(make([]*record.Call, 0, len(p.Calls)), p, id)
}

// appendCalls is callsOf into a slice that the caller has: allCalls adds one pass
// after another.
func appendCalls(out []*record.Call, p *record.Pass, id string) []*record.Call {
	for i := range p.Calls {
		if p.Calls[i].Agent == id {
			out = append(out, &p.Calls[i])
		}
	}
	return out
}

// anyFailed reports whether a call failed. An agent that left out a part of its
// work has no rate: its tokens and its time are those of less work than the
// others'.
func anyFailed(calls []*record.Call) bool {
	for _, c := range calls {
		if c.Error != "" {
			return true
		}
	}
	return false
}

// sum adds a quantity over calls; one call without it makes the sum absent,
// because a sum over fewer calls is another quantity.
func sum(calls []*record.Call, of func(*record.Call) *int64) *int64 {
	var total int64
	for _, c := range calls {
		v := of(c)
		if v == nil {
			return nil
		}
		total += *v
	}
	return &total
}

// mean averages a quantity over calls, absent as in sum.
func mean(calls []*record.Call, of func(*record.Call) *float64) *float64 {
	var total float64
	for _, c := range calls {
		v := of(c)
		if v == nil {
			return nil
		}
		total += *v
	}
	return stats.Finite(total / float64(len(calls)))
}

// tokens are those that the server says it generated. They are never counted from
// chunks: one chunk may hold several.
func tokens(c *record.Call) *int64 {
	if c.Server == nil {
		return nil
	}
	return c.Server.Tokens
}

// evalNS is the server's eval_duration: from the first token to the last, without
// the prompt.
func evalNS(c *record.Call) *int64 {
	if c.Server == nil {
		return nil
	}
	return c.Server.EvalNS
}

// busyNS is the server's time on a call: prompt_eval_duration + eval_duration.
func busyNS(c *record.Call) *int64 {
	if c.Server == nil || c.Server.PromptEvalNS == nil || c.Server.EvalNS == nil {
		return nil
	}
	n := *c.Server.PromptEvalNS + *c.Server.EvalNS
	return &n
}

// tokensAfterFirst and windowNS are the two sides of DecodeClient, so that an
// agent's rate divides their sums and a long reply weighs more than a short one.
func tokensAfterFirst(c *record.Call) *int64 { n, _ := decodeWindow(c); return n }

func windowNS(c *record.Call) *int64 { _, ns := decodeWindow(c); return ns }
