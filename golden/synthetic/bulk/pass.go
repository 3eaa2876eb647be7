package bulk

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// Timings of a call on a quiet machine, in nanoseconds.
const (
	promptNS = 120e6
	tokenNS  = 10e6
	gapNS    = 1e6 // transport
	budget   = 128 // tokens
)

// dice is where a run's numbers come from.
type dice struct{ *rand.Rand }

// about is mean with a few percent of noise.
func (d dice) about(mean float64) float64 { return mean * (1 + 0.04*d.NormFloat64()) }

func (d dice) passes(c plan.Cell) []record.Pass {
	if c.Suite == record.SuiteSingle {
		return []record.Pass{
			d.pass(record.PassBaseline, 1e9, 1, backend.Collector),
			d.pass(record.PassTuned, 6e9, 0.98, backend.Collector),
		}
	}
	slow := 1.1 + float64(hash(c.ID())%100)/100
	return []record.Pass{
		d.pass(record.PassSolo, 1e9, 1, backend.Collector),
		d.pass(record.PassSolo, 6e9, 1.02, backend.Insight),
		d.pass(record.PassConcurrent, 11e9, slow, backend.Collector, backend.Insight),
	}
}

// pass is a window in which every agent makes two calls, slow times as long as
// on a quiet machine.
func (d dice) pass(kind string, gun int64, slow float64, agents ...string) record.Pass {
	p := record.Pass{Kind: kind, Agents: agents, GunNS: gun, Client: &record.Client{CPUNS: int64(d.about(30e6)), Shared: true}}
	for _, id := range agents {
		at := gun
		for k := range 2 {
			c := d.call(id, k, at, slow)
			p.Calls = append(p.Calls, c)
			at = c.EndNS
		}
		p.EndNS = max(p.EndNS, at)
	}
	return p
}

func (d dice) call(id string, index int, at int64, slow float64) record.Call {
	prompt, token := int64(d.about(promptNS*slow)), int64(d.about(tokenNS*slow))
	first := at + gapNS + prompt
	last := first + (budget-1)*token
	done := last + gapNS
	load := int64(d.about(2e6))
	if d.IntN(200) == 0 {
		load = int64(d.about(800e6))
	}
	text := reply(d)
	return record.Call{
		Agent: id, Index: index, Seed: 116 + index,
		RequestNS: at, HeadersNS: ptr(at + gapNS), FirstNS: &first, LastTokenNS: &last, DoneNS: &done, EndNS: done,
		Chunks: budget,
		Server: &record.ServerTimings{
			TotalNS: ptr(done - at), LoadNS: &load, PromptEvalNS: &prompt,
			EvalNS: ptr(token * budget), PromptTokens: ptr(int64(220)), Tokens: ptr(int64(budget)),
		},
		DoneReason: "length", PromptBytes: 900, ReplyBytes: len(text), Reply: text,
	}
}

var words = strings.Fields("the server agent token model graph round cell queue decode prompt bandwidth – “pair” twice alone\nand")

// reply is some words, as a model with random weights would say.
func reply(d dice) string {
	var b strings.Builder
	for range 40 {
		b.WriteString(words[d.IntN(len(words))])
		b.WriteString(" ")
	}
	return b.String()
}

func hash(s string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(s)) // a hash takes everything
	return h.Sum64()
}
