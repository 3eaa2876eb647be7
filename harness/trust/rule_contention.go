package trust

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// contentionRule applies the study's rule, speedup < 0.75 N, to every run's own
// published speedup, and compares the flags with those that the study printed.
// Beside it: the same rule on one formula for all, and what was measured.
//
// "No contention" in one row of a table and "contention" in another is read as a
// difference of runtimes. In the study it is a difference of programs: its Python
// never computes the flag, and an absent flag prints as "no".
//
// Even applied evenly the rule sees little. A speedup made of times inside the
// pair is near N whenever the agents begin and end together, however slowly. That
// is why the runs that gave less together than one agent alone are counted beside
// it: nothing but a comparison with one agent alone can see contention.
func contentionRule(a *Auditor) record.Finding {
	groups := a.Pairs()
	if len(groups) == 0 {
		return Skip(NoPairs)
	}
	var t tally
	var figures []record.Figure
	for _, g := range groups {
		figures = append(figures, t.count(a, g)...)
	}
	if len(t.studied) == 0 {
		return Nothing(fmt.Sprintf("One rule for all %d runs. By the study's rule %d of them are contended, by what was measured %d.", t.runs, t.client, t.slower), figures...)
	}
	if len(t.differ) == 0 {
		return Nothing(fmt.Sprintf("The printed flags are those of one rule: %d of %d runs.", t.printed, t.runs), figures...)
	}
	return a.Found(fmt.Sprintf("Flagged as contended: %d of %d runs. The same rule (a speedup below %.2f N) on the same published speedups flags %d: %s. On one formula for all, the client's, it flags %d. Neither formula can see contention: %s gave less together than one agent.",
		t.printed, t.runs, a.ContentionTR116, len(t.ruled), strings.Join(t.said, ", "), t.client, Things(t.slower, "run")), figures, t.ruled)
}

// tally counts runs by the ways to call them contended. ruled, differ and studied
// are about runs that publish a speedup: those that the rule flags, those whose
// printed flag is not the rule's, and all of them.
type tally struct {
	runs, printed, client, slower int
	ruled, differ, studied        []*record.Run
	said                          []string
}

// count adds a group and makes its figures: what the tally grew by. A group in which
// no run publishes a speedup has no printed flags, and a row of zeros would say that
// it printed "no" throughout.
func (t *tally) count(a *Auditor, g Group) []record.Figure {
	before := *t
	for _, r := range g.Rows {
		t.see(a, r)
	}
	n, ruled := len(g.Rows), len(t.ruled)-len(before.ruled)
	if ruled > 0 {
		t.said = append(t.said, fmt.Sprintf("%s %d", g.Name, ruled))
	}
	out := []record.Figure{
		Count(g.Name, "flagged by the client formula", "runs", t.client-before.client, n),
		Count(g.Name, "together slower than one agent", "runs", t.slower-before.slower, n),
	}
	if len(t.studied) == len(before.studied) {
		return out
	}
	return append([]record.Figure{
		Count(g.Name, "flagged as printed", "runs", t.printed-before.printed, n),
		Count(g.Name, "flagged by one rule on published speedups", "runs", ruled, n),
	}, out...)
}

// see adds a run. What the client's formula flags and what was slower is counted of
// every run, duet's own included; the rest only of runs that publish a speedup, since
// that is what their printed flag is held to.
func (t *tally) see(a *Auditor, r *metric.Row) {
	t.runs++
	if yes(r.D.Flag("contention_tr116")) {
		t.client++
	}
	if v := gain(r); v != nil && *v < 1 {
		t.slower++
	}
	im := r.Run.Imported
	if im == nil || im.Published == nil || im.Published.Speedup == nil {
		return
	}
	t.studied = append(t.studied, r.Run)
	ruled := *im.Published.Speedup < a.ContentionTR116*together(im)
	if ruled {
		t.ruled = append(t.ruled, r.Run)
	}
	if yes(im.Published.Contention) {
		t.printed++
	}
	if ruled != yes(im.Published.Contention) {
		t.differ = append(t.differ, r.Run)
	}
}

// together is how many agents of an imported run were one pair: the N of the rule,
// which is a share of N so that it does not hang on there being two.
func together(im *record.Imported) float64 {
	n := 0.0
	for _, ag := range im.Agents {
		if ag.Pass == record.PassConcurrent {
			n++
		}
	}
	return n
}

// yes reads an absent flag as the study printed it: "no".
func yes(b *bool) bool { return b != nil && *b }
