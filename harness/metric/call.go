package metric

import (
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

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
	ttft := TTFT(c)
	if ttft == nil || c.Server == nil || c.Server.LoadNS == nil {
		return nil
	}
	return stats.Finite(*ttft - float64(*c.Server.LoadNS))
}

// TTFTServer is the server's prompt_eval_duration in nanoseconds, which the
// study's Python runs called TTFT.
func TTFTServer(c *record.Call) *float64 {
	if c.Server == nil || c.Server.PromptEvalNS == nil {
		return nil
	}
	return stats.Finite(float64(*c.Server.PromptEvalNS))
}

// EndToEnd is the call's duration in nanoseconds, request to final chunk.
func EndToEnd(c *record.Call) *float64 {
	if c.DoneNS == nil {
		return nil
	}
	return stats.Finite(float64(*c.DoneNS - c.RequestNS))
}

// DecodeServer is eval_count over eval_duration, in tokens per second.
func DecodeServer(c *record.Call) *float64 {
	if c.Server == nil || c.Server.Tokens == nil || c.Server.EvalNS == nil {
		return nil
	}
	return stats.PerSecond(*c.Server.Tokens, *c.Server.EvalNS)
}

// DecodeClient is the rate a client sees, in tokens per second: the tokens
// after the first over the time from the first token to the last.
func DecodeClient(c *record.Call) *float64 {
	tokens, window := decodeWindow(c)
	if tokens == nil {
		return nil
	}
	return stats.PerSecond(*tokens, *window)
}

// decodeWindow returns the tokens after the first and the time they took.
func decodeWindow(c *record.Call) (tokens, ns *int64) {
	if c.Server == nil || c.Server.Tokens == nil || c.FirstNS == nil || c.LastTokenNS == nil {
		return nil, nil
	}
	n, d := max(*c.Server.Tokens-1, 0), *c.LastTokenNS-*c.FirstNS
	return &n, &d
}

// Gaps returns the time between consecutive non-empty chunks, in nanoseconds.
// perToken reports that each chunk carried one token, so that the gaps are
// inter-token latencies; otherwise only "inter-chunk latency" is a true name
// for them, since the server does not say how many tokens a chunk holds.
func Gaps(c *record.Call) (gaps []int64, perToken bool) {
	if len(c.DeltasNS) < 2 {
		return nil, false
	}
	perToken = c.Server != nil && c.Server.Tokens != nil && *c.Server.Tokens == int64(len(c.DeltasNS))
	return c.DeltasNS[1:], perToken
}

// cold reports whether the server loaded the model during a call of a run.
func (l Limits) cold(r *record.Run, c *record.Call) bool {
	return c.Server != nil && c.Server.LoadNS != nil && *c.Server.LoadNS > l.coldAbove(r, c.Agent)
}

// coldAbove is the load_duration above which a call of an agent loaded its model.
func (l Limits) coldAbove(r *record.Run, agent string) int64 {
	for i := range r.Agents {
		if a := &r.Agents[i]; a.ID == agent && a.ResidentLoadNS != nil {
			return max(l.ColdLoadNS, l.ColdFactor**a.ResidentLoadNS)
		}
	}
	return l.ColdUnknownNS
}
