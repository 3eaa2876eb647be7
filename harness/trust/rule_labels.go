package trust

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// claim is one way in which a label is not true, for the agents of one runtime.
type claim struct{ of, says string }

// labelDiffers compares what a cell is called with what its agents asked for
// and, where the server was looked at, with what it did. Scenarios may give
// their agents different options, so a run is mislabelled when none of them
// asked for the label's.
//
// Labels are what tables group by and what a reader takes home: "ctx512 is the
// fastest". Where the agents of every ctx512 run asked for 2048, the row is a second
// measurement of another row, and its difference is noise with a name.
//
// What was asked for and what was in effect are two questions. A server may give
// less than it was asked for, without an error: only a look at the loaded model tells
// that, and a run's own findings carry it.
func labelDiffers(a *Auditor) record.Finding {
	agents, tuned := map[claim]int{}, map[string]int{}
	doubted := map[claim]int{}
	var runs []*record.Run
	for _, r := range a.Set.Rows {
		of := a.session(r.Run) + r.Run.Cell.Runtime() + ", " + r.Run.Suite
		bad := a.asked(r.Run, of, agents, tuned)
		if doubts(r, of, doubted) || bad {
			runs = append(runs, r.Run)
		}
	}
	if len(runs) == 0 {
		return Nothing("Every label is what an agent asked for and, where the server says, what was in effect.")
	}
	var figures []record.Figure
	var text []string
	for _, c := range ordered(agents) {
		figures = append(figures, Count(c.of, c.says, "tuned agents", agents[c], tuned[c.of]))
		text = append(text, fmt.Sprintf("%s: %s in %d of %d tuned agents", c.of, c.says, agents[c], tuned[c.of]))
	}
	for _, c := range ordered(doubted) {
		figures = append(figures, Count(c.of, c.says, "runs", doubted[c], 0))
		text = append(text, fmt.Sprintf("%s: in %s %s", c.of, Things(doubted[c], "run"), metric.Meaning(c.says)))
	}
	f := a.Found("The name of a cell says options that were not those of its runs. "+strings.Join(text, "; ")+".", figures, runs)
	if onlyOffGPU(agents, doubted) {
		f.Severity = record.SeverityWarning // a machine without a GPU, which every table says
	}
	return f
}

// onlyOffGPU reports that nothing is wrong with the labels but the layers they
// say, because nothing ran on a GPU.
func onlyOffGPU(agents, doubted map[claim]int) bool {
	for c := range doubted {
		if c.says != metric.NotOnGPU {
			return false
		}
	}
	return len(agents) == 0
}

// ordered sorts claims, since maps have no order and a report must not change
// between two readings of the same files.
func ordered(m map[claim]int) []claim {
	var out []claim
	for c := range m {
		out = append(out, c)
	}
	slices.SortFunc(out, func(x, y claim) int { return cmp.Or(cmp.Compare(x.of, y.of), cmp.Compare(x.says, y.says)) })
	return out
}

// asked counts an imported run's tuned agents and those whose options are not
// the label's, unless another agent of the run asked for these.
func (a *Auditor) asked(r *record.Run, of string, agents map[claim]int, tuned map[string]int) bool {
	if r.Imported == nil {
		return false
	}
	n, wrong := a.mislabelled(r)
	tuned[of] += n
	for _, says := range wrong {
		agents[claim{of, says}]++
	}
	return len(wrong) > 0
}

// Mislabelled says in what the options that an imported run's agents asked for
// are not those of its label; nil where one of them asked for these. Runs of
// duet's carry a warning instead.
func (l Limits) Mislabelled(r *record.Run) []string {
	if r.Imported == nil {
		return nil
	}
	_, wrong := l.mislabelled(r)
	return wrong
}

// mislabelled counts an imported run's tuned agents beside Mislabelled. Baselines
// are left out: a cell is called after its tuned options, and a baseline that
// differs from them is what the comparison is about.
func (l Limits) mislabelled(r *record.Run) (tuned int, wrong []string) {
	for _, ag := range r.Imported.Agents {
		if ag.Label == labelBaseline {
			continue
		}
		tuned++
		wrong = append(wrong, l.differences(r.Cell, ag.Options)...)
	}
	for _, ag := range r.Imported.Agents {
		if ag.Label != labelBaseline && len(l.differences(r.Cell, ag.Options)) == 0 {
			return tuned, nil
		}
	}
	return tuned, wrong
}

// labelBaseline marks the agent, or the options, that a tuned one is compared with.
const labelBaseline = "baseline"

// differences says which options asked for are not the label's. An option that was
// not asked for is one of them: the server's default was in effect then, and the
// label claims a value. Temperatures have been through a folder's name and a JSON
// number, so they are compared with a tolerance.
func (l Limits) differences(c record.Cell, o record.ImportedOptions) []string {
	var out []string
	for _, d := range []struct {
		name  string
		label float64
		asked *float64
		told  string
	}{
		{name: "num_gpu", label: float64(c.GPU()), asked: whole(o.NumGPU), told: "gpu%.0f"},
		{name: "num_ctx", label: float64(c.Ctx()), asked: whole(o.NumCtx), told: "ctx%.0f"},
		{name: "temperature", label: c.Temp(), asked: o.Temperature, told: "temperature %.1f"},
	} {
		label := fmt.Sprintf(d.told, d.label)
		switch {
		case d.asked == nil:
			out = append(out, d.name+" not asked for under the label "+label)
		case math.Abs(*d.asked-d.label) > l.Tolerance*math.Abs(d.label):
			out = append(out, fmt.Sprintf("%s %g asked for under the label %s", d.name, *d.asked, label))
		}
	}
	return out
}

// whole is a count as a value that may be absent, like the other options.
func whole(n *int) *float64 {
	if n == nil {
		return nil
	}
	return stats.Finite(float64(*n))
}

// doubts counts what a run's own warnings say of its label, each code once in a
// run: two agents with one fault are one mislabelled run.
func doubts(r *metric.Row, of string, doubted map[claim]int) bool {
	found := map[string]bool{}
	for _, w := range r.Findings {
		if w.Code == metric.LabelMismatch || w.Code == metric.NotOnGPU {
			found[w.Code] = true
		}
	}
	for code := range found {
		doubted[claim{of, code}]++
	}
	return len(found) > 0
}
