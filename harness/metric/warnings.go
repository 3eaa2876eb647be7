package metric

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// Codes of warnings. They are stable: scripts may match them.
const (
	ColdCall        = "cold-call"
	CachedPrompt    = "cached-prompt"
	ShortReply      = "short-reply"
	LabelMismatch   = "label-mismatch"
	NotOnGPU        = "not-on-gpu"
	ContextOverflow = "context-overflow"
	ClientBusy      = "client-busy"
	Invalid         = "invalid"
	ProxiedGaps     = "proxied-gaps"
	Throttled       = "throttled"
	EnergyDoubt     = "energy-doubt"
)

// severity is the order in which doubts matter: what makes a number wrong or
// its label untrue, then what makes two numbers unequal, then what only says
// under which conditions all were taken.
var severity = []string{Invalid, LabelMismatch, ColdCall, ContextOverflow, CachedPrompt, ShortReply, Throttled, ClientBusy, EnergyDoubt, ProxiedGaps, NotOnGPU}

// bySeverity orders codes. One that this package does not know may be anything,
// so it comes first.
func bySeverity(a, b string) int {
	return cmp.Or(cmp.Compare(slices.Index(severity, a), slices.Index(severity, b)), cmp.Compare(a, b))
}

// Meanings says in one sentence what each code doubts.
var Meanings = map[string]string{
	Invalid:         "what the client was off by on a known answer is over a fifth of what the run claims, so the claim is not the server's",
	ColdCall:        "a model was loaded inside a timed window, so wall time and TTFT contain the load",
	CachedPrompt:    "a prompt was probably served from the prefix cache, so its TTFT is too good",
	ShortReply:      "a reply ended before its token budget, so the agents' work was not equal",
	LabelMismatch:   "an option in effect is not the one asked for, so the cell's label is not true",
	NotOnGPU:        "nothing is in VRAM: these are numbers of a CPU, and gpu in the label was asked for, not in effect",
	ProxiedGaps:     "servers' bytes pass a container engine's proxy, which may pass several chunks on at once, so gaps between chunks are the proxy's",
	ContextOverflow: "prompt and reply do not fit the context, so the server dropped a part of the prompt or shifted the context",
	Throttled:       "the GPU ran slower than it could while agents were decoding, because of its power or its temperature",
	EnergyDoubt:     "the sensors do not carry the energy figures, or not for the hardware that did the work",
	ClientBusy:      "the client needed more than half a core, so its own delays are in the times",
}

// Warnings returns the doubts about a run that its data gives rise to, with
// DefaultLimits, ordered by code and agent.
func Warnings(r *record.Run) []record.Warning { return DefaultLimits().Warnings(r) }

// allWarnings is Warnings together with those that the run already carried
// under codes this package does not know.
func (l Limits) allWarnings(r *record.Run, d *record.Derived) []record.Warning {
	out := l.warnings(r, d)
	for _, w := range r.Warnings {
		if _, ours := Meanings[w.Code]; !ours {
			out = append(out, w)
		}
	}
	sortWarnings(out)
	return out
}

// Warnings is the package function with thresholds of the caller's.
func (l Limits) Warnings(r *record.Run) []record.Warning {
	d := l.Derive(r)
	return l.warnings(r, &d)
}

// warnings are the doubts about a run of which everything has been derived.
func (l Limits) warnings(r *record.Run, d *record.Derived) []record.Warning {
	var out []record.Warning
	for _, id := range agentIDs(r) {
		calls := allCalls(r, id)
		out = append(out, l.loads(r, id, calls)...)
		out = append(out, l.cached(id, calls)...)
		out = append(out, short(r, id)...)
		out = append(out, overflow(r, id)...)
	}
	out = append(out, labels(r)...)
	out = append(out, effective(r)...)
	out = append(out, l.clientBusy(r)...)
	out = append(out, l.invalid(r, d)...)
	out = append(out, proxied(r)...)
	out = append(out, l.sensors(r, d)...)
	sortWarnings(out)
	return agreed(out)
}

// agreed makes one warning of several agents' that say the same, with their
// names before the message.
func agreed(ws []record.Warning) []record.Warning {
	var out []record.Warning
	for len(ws) > 0 {
		first := ws[0]
		var names []string
		ws = slices.DeleteFunc(ws, func(w record.Warning) bool {
			same := w.Code == first.Code && w.Message == first.Message
			if same {
				names = append(names, w.Agent)
			}
			return same
		})
		if len(names) > 1 {
			first.Agent, first.Message = "", strings.Join(names, " and ")+": "+first.Message
		}
		out = append(out, first)
	}
	return out
}

func sortWarnings(ws []record.Warning) {
	slices.SortStableFunc(ws, func(a, b record.Warning) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Agent, b.Agent), cmp.Compare(a.Message, b.Message))
	})
}

func warn(code, agent, format string, args ...any) []record.Warning {
	return []record.Warning{{Code: code, Agent: agent, Message: fmt.Sprintf(format, args...)}}
}

// agentIDs lists the agents that took part in any pass, in order of first
// appearance.
func agentIDs(r *record.Run) []string {
	var ids []string
	for _, p := range r.Passes {
		for _, id := range p.Agents {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

func allCalls(r *record.Run, id string) []*record.Call {
	n := 0
	for i := range r.Passes {
		n += len(r.Passes[i].Calls)
	}
	out := make([]*record.Call, 0, n)
	for i := range r.Passes {
		out = appendCalls(out, &r.Passes[i], id)
	}
	return out
}

// optionsOf returns what an agent asked for in a pass. The single suite's one
// agent has one set of options per pass; when only the tuned set is recorded,
// nothing is known of the baseline pass.
func optionsOf(r *record.Run, pass, id string) *record.Options {
	want := ""
	switch pass {
	case record.PassBaseline:
		want = "baseline"
	case record.PassTuned:
		want = "chimera"
	}
	for i := range r.Agents {
		if a := &r.Agents[i]; a.ID == id && (want == "" || a.Label == want) {
			return &a.Options
		}
	}
	return nil
}
