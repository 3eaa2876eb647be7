package trust

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// claim is one way in which a label is not true, for the agents of one runtime.
type claim struct{ of, says string }

// labelDiffers compares what a cell is called with what its agents asked for
// and, where the server was looked at, with what it did. Scenarios may give
// their agents different options, so a run is mislabelled when none of them
// asked for the label's.
//
// Where the agents of every ctx512 run asked for 2048, the row is a second measurement of
// another row, and its difference is noise with a name. What was in effect is another
// question: a server may give less than it was asked for, without an error. Only a look
// at the loaded model tells that, and a run's own findings carry it.
func labelDiffers(a *Auditor) record.Finding {
	agents, tuned := map[claim]int{}, map[string]int{}
	doubted := map[claim]int{}
	var runs []*record.Run
	for _, r := range a.Set.Rows {
		of := a.session(r.Run) + r.Run.Cell.Runtime() + ", " + r.Run.Suite
		n, wrong := a.mislabelled(r.Run)
		tuned[of] += n
		for _, says := range wrong {
			agents[claim{of, says}]++
		}
		if doubts(r, of, doubted) || len(wrong) > 0 {
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
	inDoubt := slices.Collect(maps.Keys(doubted))
	if len(agents) == 0 && !slices.ContainsFunc(inDoubt, func(c claim) bool { return c.says != metric.NotOnGPU }) {
		f.Severity = record.SeverityWarning // a machine without a GPU, which every table says
	}
	return f
}

// ordered sorts claims, since maps have no order and a report must not change
// between two readings of the same files.
func ordered(m map[claim]int) []claim {
	return slices.SortedFunc(maps.Keys(m), func(x, y claim) int { return cmp.Or(cmp.Compare(x.of, y.of), cmp.Compare(x.says, y.says)) })
}

// mislabelled counts an imported run's tuned agents, and says in what the options that
// they asked for are not those of its label; in nothing where one of them asked for
// these. Baselines are left out: a cell is called after its tuned options, and a baseline
// that differs from them is what the comparison is about. Runs of duet's carry a warning
// instead.
func (l Limits) mislabelled(r *record.Run) (tuned int, wrong []string) {
	if r.Imported == nil {
		return 0, nil
	}
	right := false
	for _, ag := range r.Imported.Agents {
		if ag.Label == labelBaseline {
			continue
		}
		tuned++
		d := l.differences(r.Cell, ag.Options)
		wrong, right = append(wrong, d...), right || len(d) == 0
	}
	if right {
		return tuned, nil
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
	whole := func(n *int) *float64 {
		if n == nil {
			return nil
		}
		return new(float64(*n))
	}
	var out []string
	for _, d := range []struct {
		name  string
		label float64
		asked *float64
		told  string
	}{
		{"num_gpu", float64(c.GPU()), whole(o.NumGPU), "gpu%.0f"},
		{"num_ctx", float64(c.Ctx()), whole(o.NumCtx), "ctx%.0f"},
		{"temperature", c.Temp(), o.Temperature, "temperature %.1f"},
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

// doubts counts what a run's own warnings say of its label, each code once in a
// run: two agents with one fault are one mislabelled run.
func doubts(r *metric.Row, of string, doubted map[claim]int) bool {
	found := false
	for _, code := range []string{metric.LabelMismatch, metric.NotOnGPU} {
		if slices.ContainsFunc(r.Findings, func(f record.Finding) bool { return f.Code == code }) {
			doubted[claim{of, code}]++
			found = true
		}
	}
	return found
}

// sides are the options of the two sides that a cell compares. ok is false
// where it compares none, or one side was not recorded. Two tuned agents, which have
// no baseline between them, are no comparison. Of several agents of a side the last
// stands for it.
func sides(r *record.Run) (baseline, tuned any, ok bool) {
	if im := r.Imported; im != nil {
		for i := range im.Agents {
			if ag := &im.Agents[i]; ag.Label == labelBaseline {
				baseline = ag.Options
			} else {
				tuned = ag.Options
			}
		}
		return baseline, tuned, baseline != nil && tuned != nil
	}
	for _, ag := range r.Agents {
		o := ag.Options
		o.Seed, o.NumPredict, o.NumThread = 0, 0, 0 // not part of a tuning
		if ag.Label == labelBaseline {
			baseline = o
		} else {
			tuned = o
		}
	}
	return baseline, tuned, baseline != nil && tuned != nil
}

// tunedGain is what such a cell reports as its effect. Printed beside the finding it is
// of use: the size of an effect that cannot be there is the noise of all the others.
var tunedGain = Quantity{Name: "tuned − baseline decode rate", Unit: "%", Decimals: 2}

// sameOptions looks for cells that compare a configuration with itself. A matrix makes
// them without anybody's intent, where the baseline is a point of the grid through which
// the tuned options go. The cell looks like any other and its effect is seldom exactly
// zero, so it enters rankings and means as a small gain or loss. The options
// of one run are those of its cell, so the first run is asked.
func sameOptions(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	compared := 0
	for _, suite := range []string{record.SuiteSingle, record.SuiteMulti} {
		for _, g := range a.Cells[suite] {
			b, t, ok := sides(g.First())
			if !ok {
				continue
			}
			compared++
			if reflect.DeepEqual(b, t) {
				runs = append(runs, runsOf(g.Rows)...)
				figures = append(figures, tunedGain.One(g.Name, gained(g), len(g.Rows)))
			}
		}
	}
	switch {
	case compared == 0:
		return Skip("No cell records the options of both a baseline and a tuned agent.")
	case len(figures) == 0:
		return Nothing(fmt.Sprintf("In all %d cells that compare the two, baseline and tuned options differ.", compared))
	}
	return a.Found(fmt.Sprintf("In %d of %d cells baseline and tuned options are equal, so what is called an effect there is the noise of the comparison: %s.", len(figures), compared, Some(Each(figures))), figures, runs)
}

// gained is the change of the mean decode rate from baseline to tuned, percent.
func gained(g Group) *float64 {
	b := g.Sample(func(r *metric.Row) *float64 { return r.S.BaselineRate }).Mean()
	t := g.Sample(func(r *metric.Row) *float64 { return r.S.TunedRate }).Mean()
	return change(t, b)
}

// defaultBaseline looks for baselines that ask for nothing. What they get then
// depends on the server's version and memory, and differs from a stated one.
//
// An improvement over a default is over whatever the server chose that day: how many
// layers fit into the memory that happened to be free, and a context length that changed
// between versions. duet states every option of every agent.
func defaultBaseline(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	var said, stated []string
	baselines := 0
	for _, suite := range []string{record.SuiteSingle, record.SuiteMulti} {
		for _, g := range a.Runtimes[suite] {
			of := g.Name + ", " + suite
			silent, asks, total := baselinesOf(g)
			baselines += total
			for _, asked := range asks {
				if asked = of + ": " + asked; !slices.Contains(stated, asked) {
					stated = append(stated, asked)
				}
			}
			if len(silent) > 0 {
				runs = append(runs, silent...)
				figures = append(figures, Count(of, "baselines without options", "agents", len(silent), total))
				said = append(said, fmt.Sprintf("%s: %d of %d", of, len(silent), total))
			}
		}
	}
	switch {
	case baselines == 0:
		return Skip("No run has a baseline agent whose options are recorded.")
	case len(runs) == 0:
		return Nothing(fmt.Sprintf("All %d baselines state their options.", baselines))
	}
	text := "Baseline agents that ask for no option get the server's defaults, which change with its version and its memory and are not the baseline of cells that state one. " + strings.Join(said, "; ") + "."
	if slices.Sort(stated); len(stated) > 0 {
		text += " Stated by others: " + Some(stated) + "."
	}
	return a.Found(text, figures, runs)
}

// baselinesOf lists the runs of a group whose baseline asks for nothing, what others ask
// for, to show beside the silent ones that "baseline" is not one thing in this set, and
// counts the baselines. They are counted, and not the runs, since a multi-agent run may
// have several or none: the scenario decides.
func baselinesOf(g Group) (silent []*record.Run, asks []string, total int) {
	for _, r := range g.Rows {
		if r.Run.Imported == nil {
			for _, ag := range r.Run.Agents {
				if ag.Label == labelBaseline {
					total++ // duet sends every option: record.Options
				}
			}
			continue
		}
		for _, ag := range r.Run.Imported.Agents {
			if ag.Label != labelBaseline {
				continue
			}
			total++
			if o := ag.Options; o == (record.ImportedOptions{}) {
				silent = append(silent, r.Run)
			} else if o.NumGPU != nil && o.NumCtx != nil {
				asks = append(asks, fmt.Sprintf("gpu%d ctx%d", *o.NumGPU, *o.NumCtx))
			}
		}
	}
	return silent, asks, total
}
