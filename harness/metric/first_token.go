package metric

import (
	"github.com/chimeraforge/duet/harness/record"
)

// FirstToken is when a call's first token came. It is kept apart from the run, so
// that a table over calls can be made when the run itself has been let go
// (Row.Detach).
type FirstToken struct {
	TTFT  *float64 // nanoseconds
	Pass  string   // Pass.Kind
	Index int      // Call.Index
	Cold  bool     // the call loaded the model
}

// firstTokens are those of every call of a run.
func (l Limits) firstTokens(r *record.Run) []FirstToken {
	n := 0
	for i := range r.Passes {
		n += len(r.Passes[i].Calls)
	}
	out := make([]FirstToken, 0, n)
	for i := range r.Passes {
		for k := range r.Passes[i].Calls {
			c := &r.Passes[i].Calls[k]
			out = append(out, FirstToken{TTFT(c), r.Passes[i].Kind, c.Index, l.cold(r, c)})
		}
	}
	return out
}
