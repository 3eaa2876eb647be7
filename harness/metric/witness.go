package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// A server's own figures are a witness, not an authority: they are held against
// what the client saw of the same call. A figure that fails is left out of every
// number that is derived, and a finding says both sides; metrics.json keeps what
// was said.
const (
	// witnessSlackNS is what a client's and a server's clock of one call may
	// differ by beyond a share of it: scheduling, and buffers in between.
	witnessSlackNS = 10e6
	// witnessLeast, ns: no device evaluates a prompt or decodes in less. Servers
	// that imitate Ollama's replies fill in 0 or 1, or milliseconds.
	witnessLeast = 1000
	// farApart: one side's time of a stream and the other's differ by this factor
	// where one of them is wrong. A machine on which eight programs want two cores
	// was seen to make a client late for half of a short reply.
	farApart = 3
	// flushedChunks is how many chunks a reply may have beyond its tokens: text
	// that was held back for a stop sequence comes after the last token.
	flushedChunks = 1
)

// witness is one call with what is asked of it.
type witness struct {
	call   *record.Call
	budget int     // tokens asked for, 0 where nobody knows
	slack  float64 // ns
	doubts []doubtful
}

// doubtful is one figure that is not believed.
type doubtful struct {
	code, why string
	drop      func(c *record.Call)
}

func (w *witness) doubt(code string, drop func(c *record.Call), format string, args ...any) {
	w.doubts = append(w.doubts, doubtful{code, sprint(format, args...), drop})
}

// examine looks for figures of a call that cannot be true together.
func (w *witness) examine() {
	c := w.call
	if c.Error != "" || c.Server == nil || c.DoneNS == nil {
		return
	}
	w.count()
	w.clock()
	if c.FirstNS != nil && c.LastTokenNS != nil {
		w.window()
	}
}

// count holds the number of tokens to the budget and to the chunks with text.
func (w *witness) count() {
	said := w.call.Server.Tokens
	drop := func(c *record.Call) { c.Server.Tokens = nil }
	switch {
	case said == nil:
		w.doubt(NoCount, drop, "the final chunk counts no tokens")
	case w.budget > 0 && *said > int64(w.budget):
		w.doubt(TokenCount, drop, "the server counts %d tokens where %d were asked for, and the client saw %d chunks with text", *said, w.budget, w.call.Chunks)
	case *said+flushedChunks < int64(w.call.Chunks):
		w.doubt(TokenCount, drop, "the server counts %d tokens, and the client saw %d chunks with text", *said, w.call.Chunks)
	}
}

// clock holds the server's durations to what can be: more than nothing, and no
// more than the client waited.
func (w *witness) clock() {
	c := w.call
	whole := float64(*c.DoneNS - c.RequestNS)
	for _, d := range []struct {
		name string
		of   func(s *record.ServerTimings) **int64
		most float64
	}{
		{"eval_duration", func(s *record.ServerTimings) **int64 { return &s.EvalNS }, whole},
		{"prompt_eval_duration", func(s *record.ServerTimings) **int64 { return &s.PromptEvalNS }, first(c, whole)},
	} {
		said := *d.of(c.Server)
		drop := func(c *record.Call) { *d.of(c.Server) = nil }
		switch {
		case said == nil:
		case *said < witnessLeast:
			w.doubt(ServerClock, drop, "%s is %d ns, less than any device takes", d.name, *said)
		case float64(*said) > 1.05*d.most+w.slack:
			w.doubt(ServerClock, drop, "%s is %.0f ms, and the client waited %.0f ms", d.name, float64(*said)/1e6, d.most/1e6)
		}
	}
}

// first is how long the client waited for the first text, whole where none came.
func first(c *record.Call, whole float64) float64 {
	if c.FirstNS == nil {
		return whole
	}
	return float64(*c.FirstNS - c.RequestNS)
}

// window holds the time from the first text to the last to the server's own: the
// tokens after the first took it n−1 parts of n. Where the server claims far less,
// its clock is wrong; where the client saw far less, the text did not come as it
// was made, and neither TTFT nor gaps are the server's.
func (w *witness) window() {
	c := w.call
	if c.Server.Tokens == nil || c.Server.EvalNS == nil || *c.Server.Tokens < 1 || len(w.doubts) > 0 {
		return
	}
	n := float64(*c.Server.Tokens)
	seen, said := float64(*c.LastTokenNS-*c.FirstNS), float64(*c.Server.EvalNS)*(n-1)/n
	switch {
	case seen > farApart*said+w.slack:
		w.doubt(ServerClock, func(c *record.Call) { c.Server.EvalNS, c.Server.PromptEvalNS = nil, nil },
			"eval_duration gives %.0f ms from the first token to the last, and the client saw %.0f ms", said/1e6, seen/1e6)
	case said > farApart*seen+w.slack:
		w.doubt(HeldStream, func(c *record.Call) { c.FirstNS, c.LastTokenNS, c.DeltasNS = nil, nil, nil },
			"the server decoded for %.0f ms after its first token, and text came for %.0f ms, in %d chunks of %.0f tokens", said/1e6, seen/1e6, c.Chunks, n)
	}
}

// examined is a run, the calls of it that said something that is not believed, and
// the run without that: the same one where everything is.
type examined struct {
	said, trusted *record.Run
	doubted       []*witness
}

func examine(r *record.Run) examined {
	e := examined{said: r, trusted: r}
	if r.Imported != nil {
		return e
	}
	slack := witnessSlackNS
	if r.Backend.Simulated && !r.Backend.Virtual {
		slack *= max(1, r.Backend.Timescale) // the host's delays, in simulated time
	}
	for p, c := range r.Work() {
		w := &witness{call: c, slack: slack}
		if o := optionsOf(r, p.Kind, c.Agent); o != nil {
			w.budget = o.NumPredict
		}
		if w.examine(); len(w.doubts) > 0 {
			e.doubted = append(e.doubted, w)
		}
	}
	if len(e.doubted) > 0 {
		e.trusted = believed(r, e.doubted)
	}
	return e
}

// believed is a copy of a run without the figures that failed; the run stays as it
// was recorded.
func believed(r *record.Run, doubted []*witness) *record.Run {
	out := *r
	out.Passes = slices.Clone(r.Passes)
	for i := range out.Passes {
		out.Passes[i].Calls = slices.Clone(r.Passes[i].Calls)
		for k := range out.Passes[i].Calls {
			at := slices.IndexFunc(doubted, func(w *witness) bool { return w.call == &r.Passes[i].Calls[k] })
			if at < 0 {
				continue
			}
			c := &out.Passes[i].Calls[k]
			c.Server = new(*c.Server)
			for _, d := range doubted[at].doubts {
				d.drop(c)
			}
		}
	}
	return &out
}

// refused says which figures of an agent's calls are not believed, by code: how
// many, and the first with both sides.
func refused(doubted []*witness, id string, calls int) (out []record.Finding) {
	for _, code := range []string{ServerClock, TokenCount, HeldStream, NoCount} {
		n, example := 0, ""
		for _, w := range doubted {
			at := slices.IndexFunc(w.doubts, func(d doubtful) bool { return d.code == code })
			if w.call.Agent != id || at < 0 {
				continue
			}
			if n++; n == 1 {
				example = w.doubts[at].why + callName(w.call)
			}
		}
		if n > 0 {
			out = append(out, doubt(code, id, "in %d of %d calls, the first: %s", n, calls, example)...)
		}
	}
	return out
}

// answered looks for replies of another model, and for bodies that stayed open.
func answered(r *record.Run, id string, calls []*record.Call) (out []record.Finding) {
	var open int
	other := ""
	for _, c := range calls {
		if c.LeftOpen {
			open++
		}
		if asked := r.Cell.Model(); c.ServedModel != "" && !record.SameModel(c.ServedModel, asked) {
			other = sprint("%s answered where %s was asked", c.ServedModel, asked)
		}
	}
	if other != "" {
		out = append(out, doubt(OtherModel, id, "%s", other)...)
	}
	if open > 0 {
		out = append(out, doubt(LeftOpen, id, "%d of %d replies stayed open after their final chunk; the client hung up, and the next call opened a connection", open, len(calls))...)
	}
	return out
}
