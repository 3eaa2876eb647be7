package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// coldCalls looks for model loads inside the timed windows. A load takes seconds, and
// is in wall time and TTFT: one in a concurrent pass makes a second agent look
// dear, one in a solo pass makes it look like a gain.
func coldCalls(r *record.Run, id string, calls []*record.Call) []record.Finding {
	var n int
	var longest int64
	for _, c := range calls {
		if isCold(r, c) {
			n++
			longest = max(longest, *c.Server.LoadNS)
		}
	}
	if n == 0 {
		return nil
	}
	return doubt(ColdCall, id, "%d of %d calls loaded the model inside a timed window, the longest for %.0f ms", n, len(calls), float64(longest)/1e6)
}

// cachedPrompts looks for prompts that were evaluated faster than they can be. The agents'
// calls repeat from pass to pass, so a server that keeps prefixes may have seen
// them before.
func cachedPrompts(id string, calls []*record.Call) []record.Finding {
	var n int
	var reason string
	for i, c := range calls {
		if why := whyCached(calls, i); why != "" {
			n++
			if reason == "" {
				reason = why + callName(c)
			}
		}
	}
	if n == 0 {
		return nil
	}
	return doubt(CachedPrompt, id, "%d of %d prompts look cached: %s", n, len(calls), reason)
}

// callName counts calls from 1, as readers do.
func callName(c *record.Call) string { return sprint(" in call %d", c.Index+1) }

// whyCached applies the three rules to call i, "" when none holds.
func whyCached(calls []*record.Call, i int) string {
	c := calls[i]
	switch {
	case c.Server == nil || c.Error != "":
		return ""
	case c.Server.CachedTokens != nil && *c.Server.CachedTokens > 0:
		return sprint("the server says that %d tokens of it were", *c.Server.CachedTokens)
	case c.Server.PromptTokens == nil && c.Server.Tokens != nil:
		return "the server counts no prompt tokens, as old versions do of a cached prompt"
	case c.Server.PromptTokens == nil:
		return ""
	}
	n := *c.Timings().PromptTokens
	if n > 0 && float64(c.PromptBytes) > cachedBytesPerToken*float64(n) {
		return sprint("%d bytes of prompt, %d tokens evaluated", c.PromptBytes, n)
	}
	rate := promptRate(c)
	if rate == nil || n < cachedMinTokens {
		return ""
	}
	if *rate > cachedRate {
		return sprint("%d tokens at %.0f tok/s, faster than any device", n, *rate)
	}
	if !fasterThanOne(calls, i, *rate) {
		return ""
	}
	if m := otherRates(calls, i); m != nil && *rate > cachedFactor**m {
		return sprint("%d tokens at %.0f tok/s, %.0f tok/s in the agent's other calls", n, *rate, *m)
	}
	return ""
}

// fasterThanOne reports whether a rate is far above that of some other call: if
// not, it is not far above their median either, and no median is needed. It is
// asked of every call of every run.
func fasterThanOne(calls []*record.Call, i int, rate float64) bool {
	for j, c := range calls {
		if other := promptRate(c); j != i && other != nil && rate > cachedFactor**other {
			return true
		}
	}
	return false
}

// otherRates is the median prompt rate of the other calls long enough to
// compare; absent with fewer than two of them.
func otherRates(calls []*record.Call, i int) *float64 {
	var rates []*float64
	for j, c := range calls {
		if n := c.Timings().PromptTokens; j != i && n != nil && *n >= cachedMinTokens {
			rates = append(rates, promptRate(c))
		}
	}
	s := stats.NewSample(rates)
	if s.N() < 2 {
		return nil
	}
	return s.Percentile(50)
}

// promptRate is how fast the server says it evaluated a prompt.
func promptRate(c *record.Call) *float64 {
	return perSecond(c.Timings().PromptTokens, c.Timings().PromptEvalNS)
}

// short looks for replies that ended before their budget. Then agents did unequal
// work: the one with the short reply leaves the machine to the others.
func short(r *record.Run, id string) []record.Finding {
	var n, of, budget int
	var fewest int64
	for p, c := range r.Work() {
		if c.Agent != id {
			continue
		}
		of++
		opts, k := optionsOf(r, p.Kind, id), tokens(c)
		if opts == nil || opts.NumPredict <= 0 || k == nil || c.Error != "" || *k >= int64(opts.NumPredict) {
			continue
		}
		if n == 0 || *k < fewest {
			fewest = *k
		}
		n, budget = n+1, opts.NumPredict
	}
	if n == 0 {
		return nil
	}
	return doubt(ShortReply, id, "%d of %d replies ended before their budget of %d tokens, the shortest at %d", n, of, budget, fewest)
}

// overflow looks for calls whose prompt and reply exceed the context. A server
// drops a part of the prompt, or shifts the context, without a word, so the call
// was of other work than its label says.
func overflow(r *record.Run, id string) []record.Finding {
	var n, context int
	var most int64
	for p, c := range r.Work() {
		opts, used := optionsOf(r, p.Kind, id), contextUsed(c)
		if c.Agent == id && opts != nil && opts.NumCtx > 0 && used > int64(opts.NumCtx) {
			n, context, most = n+1, opts.NumCtx, max(most, used)
		}
	}
	if n == 0 {
		return nil
	}
	return doubt(ContextOverflow, id, "%d calls need up to %d tokens of prompt and reply in a context of %d", n, most, context)
}

// contextUsed is prompt and reply, in tokens; 0 where the server did not say, which
// overflows nothing.
func contextUsed(c *record.Call) int64 {
	n := plus(c.Timings().PromptTokens, tokens(c))
	if n == nil {
		return 0
	}
	return *n
}

// clientBusy compares the client's CPU time with the window. Simulated stamps
// are compressed, CPU time is not; in virtual time the two do not compare.
func clientBusy(r *record.Run) []record.Finding {
	var worst float64
	var kinds []string
	for i := range r.Passes {
		p := &r.Passes[i]
		if p.Client == nil || p.Client.Shared || p.WallNS() <= 0 || r.Backend.Virtual {
			continue
		}
		cores := float64(p.Client.CPUNS) / float64(p.WallNS())
		if r.Backend.Simulated {
			cores *= r.Backend.Timescale
		}
		if cores > clientCPU {
			worst, kinds = max(worst, cores), append(kinds, p.Kind)
		}
	}
	if len(kinds) == 0 {
		return nil
	}
	slices.Sort(kinds)
	return doubt(ClientBusy, "", "the client used %.0f %% of a core in %d of %d passes (%s)", worst*100, len(kinds), len(r.Passes), join(slices.Compact(kinds)))
}
