package metric

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// The thresholds of every flag and warning.
const (
	// coldLoadNS and coldFactor: a call whose load_duration is above the one, and
	// above so many times what the server reports of the model when it is loaded,
	// loaded it. The latter is bookkeeping, and grows with the vocabulary that
	// Ollama reads for each request: 1 to 10 ms for a tiny model, 80 for
	// qwen2.5:7b's 152,000 words, 150 for gemma3's 262,000 (medians on a server
	// with an H100), and now and then twice that. A real load takes hundreds of
	// milliseconds more at least.
	coldLoadNS, coldFactor = 100e6, 3
	// coldUnknownNS is the limit where nobody asked a loaded model, as in the
	// study's files: of their 772 calls 678 report up to 0.87 s, the median a
	// quarter of a second, 94 report 2.0 to 9.1 s, and none lies between.
	coldUnknownNS = 1e9

	// cachedFactor: a prompt evaluated this many times faster than the median
	// of the same agent's other calls was probably served from the prefix
	// cache. Contention moves the rate by 2-4, a cached prefix by far more.
	cachedFactor = 10
	// cachedRate, tok/s: no single device evaluates a prompt faster, whatever
	// the model; catches the case in which all calls are cached alike.
	cachedRate = 1e6
	// cachedBytesPerToken: a prompt with more bytes than this for each token
	// the server says it evaluated was mostly not evaluated. Prose has 3-5.
	cachedBytesPerToken = 16
	// cachedMinTokens: shorter prompts take a time that hardly depends on
	// their length, so their rate proves nothing.
	cachedMinTokens = 32

	// clientCPU: cores' worth of client CPU time in a pass. Above half a core
	// the client's own scheduling delays become part of what it measures.
	clientCPU = 0.5
	// floorShare: the share of an effect up to which a run may claim it although
	// its client was off by as much on a known answer.
	floorShare = 0.2

	// powerStepNS: the least time over which a counter's growth counts as a power,
	// where there are no power samples. Counters are updated every 1 ms (RAPL) to
	// 100 ms (GPUs).
	powerStepNS = 100e6
	// powerRate: power samples a second below which the integral of power is
	// doubted. docs/definitions.md promises 10.
	powerRate = 10.0
	// counterSteps: with fewer different readings of a counter in the window its
	// own grain is a part of the answer.
	counterSteps = 5

	// contendedTR116: the study flags a run whose client speedup is below this
	// share of the number of agents (its Rust: 1.5 for two).
	contendedTR116 = 0.75
	// contended: below it, together is slower than taking turns.
	contended = 1
)

// Codes of the findings about runs. They are stable: scripts may match them.
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
	OtherModel      = "other-model"
	ServerClock     = "server-clock"
	TokenCount      = "token-count"
	NoCount         = "no-count"
	HeldStream      = "held-stream"
	LeftOpen        = "left-open"
)

// meaning is what a code of a finding stands for.
type meaning struct{ code, severity, says, do string }

// meanings is in the order in which doubts matter: what makes a number wrong or
// its label untrue, then what makes two numbers unequal, then what only says
// under which conditions all were taken.
var meanings = []meaning{
	{Invalid, record.SeverityError, "what the client was off by on a known answer is over a fifth of what the run claims, so the claim is not the server's",
		"do not quote the claim; end what else computes (make preflight names it), or measure longer calls (-duet.budget)"},
	{LabelMismatch, record.SeverityError, "an option in effect is not the one asked for, so the cell's label is not true",
		"quote what was in effect (servers, in metrics.json), or ask for what the server can give"},
	{OtherModel, record.SeverityError, "replies name another model than the one that was asked for, so the numbers stand under a wrong name",
		"ask the server, or the proxy before it, which model it serves under that name; measure with that name"},
	{ServerClock, record.SeverityWarning, "a duration that the server states cannot be true beside what the client saw of the same call, so it is in no number",
		"quote what the client measured; look for a proxy or a server that only imitates Ollama's replies"},
	{TokenCount, record.SeverityWarning, "the server counts tokens that cannot be true beside the budget or the chunks that came, so no rate is made of them",
		"use a server that counts what it generates, and that honours num_predict"},
	{NoCount, record.SeverityWarning, "the server counts no tokens, so there are no rates",
		"take away what stands between duet and the server, or use a server that counts tokens"},
	{HeldStream, record.SeverityWarning, "text came in far less time than the server decoded: a proxy held it back, most tokens came without text, or this machine was too busy to take it, so TTFT and gaps are not the server's and are left out",
		"turn buffering off in the proxy (nginx: proxy_buffering off), or name the server's own address"},
	{ColdCall, record.SeverityWarning, "a model was loaded inside a timed window, so wall time and TTFT contain the load",
		"free memory until the server keeps its models (ollama ps), remove the run's folder and go on with the session: it makes the run again"},
	{ContextOverflow, record.SeverityWarning, "prompt and reply do not fit the context, so the server dropped a part of the prompt or shifted the context",
		"ask for a larger context (-duet.ctx), or for shorter prompts and replies (-duet.budget)"},
	{CachedPrompt, record.SeverityWarning, "a prompt was probably served from the prefix cache, so its TTFT is too good",
		"do not quote the TTFT; restart the server, which empties its cache, remove the run's folder and go on with the session: it makes the run again"},
	{ShortReply, record.SeverityWarning, "a reply ended before its token budget, so the agents' work was not equal",
		"compare rates, and not wall times"},
	{Throttled, record.SeverityWarning, "the GPU ran slower than it could while agents were decoding, because of its power or its temperature",
		"cool it or lift its power limit (nvidia-smi -q -d PERFORMANCE says which), remove the run's folder and go on with the session: it makes the run again"},
	{ClientBusy, record.SeverityWarning, "the client needed more than half a core, so its own delays are in the times",
		"end what else computes (make preflight names it), or measure with a runtime that needs less (-duet.runtimes)"},
	{EnergyDoubt, record.SeverityWarning, "the sensors do not carry the energy figures, or not for the hardware that did the work",
		"do not quote joules of these runs (docs/telemetry.md)"},
	{LeftOpen, record.SeverityNote, "a reply's body stayed open after its final chunk; nothing was waited for, but the next call paid for a new connection",
		"look for a proxy that keeps connections open, or name the server's own address"},
	{ProxiedGaps, record.SeverityNote, "servers' bytes pass a container engine's proxy, which may pass several chunks on at once, so gaps between chunks are the proxy's",
		"do not quote gaps between chunks"},
	{NotOnGPU, record.SeverityNote, "nothing is in VRAM: these are numbers of a CPU, and gpu in the label was asked for, not in effect",
		"read gpu in the label as asked for; where there is a GPU, see why the server has not found it"},
}

// about is what a code stands for; of one that this package does not know, nothing.
func about(code string) meaning {
	if i := gravity(code); i >= 0 {
		return meanings[i]
	}
	return meaning{code: code}
}

// Meaning says in one sentence what a code doubts.
func Meaning(code string) string { return about(code).says }

// gravity is a code's place in meanings, −1 of one that is not in it.
func gravity(code string) int {
	return slices.IndexFunc(meanings, func(m meaning) bool { return m.code == code })
}

// bySeverity orders codes. One that this package does not know may be anything,
// so it comes first.
func bySeverity(a, b string) int {
	return cmp.Or(cmp.Compare(gravity(a), gravity(b)), cmp.Compare(a, b))
}

// allFindings is Findings together with those that the run already carried
// under codes this package does not know.
func allFindings(e examined, d *record.Derived) []record.Finding {
	out := findings(e, d)
	for _, w := range e.said.Findings {
		if gravity(w.Code) < 0 {
			out = append(out, w)
		}
	}
	sortFindings(out)
	return out
}

// Findings returns the doubts about a run that its data gives rise to, ordered by
// code and agent.
func Findings(r *record.Run) []record.Finding {
	e := examine(r)
	d := derive(e.trusted)
	return findings(e, &d)
}

// findings are the doubts about a run of which everything has been derived.
func findings(e examined, d *record.Derived) []record.Finding {
	var out []record.Finding
	r, trusted := e.said, e.trusted
	for _, id := range agentIDs(r) {
		calls := allCalls(trusted, id)
		out = append(out, refused(e.doubted, id, len(calls))...)
		out = append(out, answered(r, id, calls)...)
		out = append(out, coldCalls(r, id, calls)...)
		out = append(out, cachedPrompts(id, calls)...)
		out = append(out, short(trusted, id)...)
		out = append(out, overflow(trusted, id)...)
	}
	out = append(out, labels(r)...)
	out = append(out, effective(r)...)
	out = append(out, clientBusy(r)...)
	out = append(out, invalidClaims(r, d)...)
	out = append(out, proxied(r)...)
	out = append(out, sensorDoubts(r, d)...)
	sortFindings(out)
	return agreed(out)
}

// agreed makes one finding of several agents' that say the same, with their
// names before the evidence.
func agreed(ws []record.Finding) []record.Finding {
	var out []record.Finding
	for len(ws) > 0 {
		first := ws[0]
		var names []string
		ws = slices.DeleteFunc(ws, func(w record.Finding) bool {
			same := w.Code == first.Code && w.Evidence == first.Evidence
			if same {
				names = append(names, w.Subject)
			}
			return same
		})
		if len(names) > 1 {
			first.Subject, first.Evidence = "", strings.Join(names, " and ")+": "+first.Evidence
		}
		out = append(out, first)
	}
	return out
}

// sortFindings makes the order one of the findings alone.
func sortFindings(ws []record.Finding) {
	slices.SortStableFunc(ws, func(a, b record.Finding) int {
		return cmp.Or(cmp.Compare(a.Code, b.Code), cmp.Compare(a.Subject, b.Subject), cmp.Compare(a.Evidence, b.Evidence))
	})
}

// doubt is one finding, as a list that can be added to others.
func doubt(code, agent, format string, args ...any) []record.Finding {
	return []record.Finding{NewFinding(code, agent, fmt.Sprintf(format, args...))}
}

// NewFinding is that of a code about an agent, or about the run where that is "".
func NewFinding(code, agent, evidence string) record.Finding {
	m := about(code)
	return record.Finding{Code: code, Verdict: record.Found, Severity: m.severity, Subject: agent, Evidence: evidence, Do: m.do}
}

// agentIDs lists the agents that took part in any pass, sorted, so that the order of
// passes changes no finding.
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

// allCalls are an agent's calls in all passes of a run.
func allCalls(r *record.Run, id string) (out []*record.Call) {
	for _, c := range r.Work() {
		if c.Agent == id {
			out = append(out, c)
		}
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
