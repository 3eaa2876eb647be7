package canon

import (
	"github.com/chimeraforge/duet/harness/record"
)

// calls reads the calls of a pass, given its place among the passes.
func (c *cursor) calls(into *[]record.Call, place int) {
	if !c.key(`"calls": `) {
		return
	}
	for len(c.r.calls) <= place {
		c.r.calls = append(c.r.calls, nil)
	}
	calls := c.r.calls[place][:0]
	if c.array(func() { calls = append(calls, record.Call{}); c.call(&calls[len(calls)-1]) }) {
		*into = kept(c.r, calls)
	}
	c.r.calls[place] = calls
}

func (c *cursor) call(v *record.Call) {
	c.open("{")
	c.name(`"agent": `, &v.Agent)
	c.int(`"index": `, &v.Index)
	c.int(`"seed": `, &v.Seed)
	c.int64(`"request_ns": `, &v.RequestNS)
	c.int64p(`"headers_ns": `, &v.HeadersNS)
	c.int64p(`"first_ns": `, &v.FirstNS)
	c.int64p(`"last_token_ns": `, &v.LastTokenNS)
	c.int64p(`"done_ns": `, &v.DoneNS)
	c.int64(`"end_ns": `, &v.EndNS)
	c.int(`"chunks": `, &v.Chunks)
	c.integers(`"chunk_deltas_ns": `, &v.DeltasNS)
	c.timings(&v.Server)
	c.name(`"done_reason": `, &v.DoneReason)
	c.int(`"prompt_bytes": `, &v.PromptBytes)
	c.int(`"reply_bytes": `, &v.ReplyBytes)
	if c.r.Lean {
		c.skipText(`"reply": `)
	} else {
		c.text(`"reply": `, &v.Reply)
	}
	c.text(`"error": `, &v.Error)
	c.close("}")
}

func (c *cursor) timings(into **record.ServerTimings) {
	if !c.key(`"server": `) || c.lit("null") {
		return
	}
	v := c.r.newTimings()
	*into = v
	c.open("{")
	c.int64p(`"total_duration": `, &v.TotalNS)
	c.int64p(`"load_duration": `, &v.LoadNS)
	c.int64p(`"prompt_eval_duration": `, &v.PromptEvalNS)
	c.int64p(`"eval_duration": `, &v.EvalNS)
	c.int64p(`"prompt_eval_count": `, &v.PromptTokens)
	c.int64p(`"eval_count": `, &v.Tokens)
	c.close("}")
}
