package synthetic

import (
	"github.com/chimeraforge/duet/harness/record"
)

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
