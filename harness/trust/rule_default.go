package trust

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// defaultBaseline looks for baselines that ask for nothing. What they get then
// depends on the server's version and memory, and differs from a stated one.
//
// An improvement is always over something. Over a default it is over whatever the
// server chose that day: how many layers fit into the memory that happened to be
// free, and a context length that changed between versions. It cannot be
// repeated, and two runtimes with "the baseline" in common may share only the word.
// duet states every option of every agent, so its own runs cannot trip this.
func defaultBaseline(a *Auditor) record.Finding {
	var figures []record.Figure
	var runs []*record.Run
	baselines := 0
	var said []string
	stated := map[string]bool{}
	for _, suite := range []string{record.SuiteSingle, record.SuiteMulti} {
		for _, g := range a.Runtimes[suite] {
			silent, total := unstated(g)
			baselines += total
			statedBaselines(g, g.Name+", "+suite, stated)
			if len(silent) == 0 {
				continue
			}
			runs = append(runs, silent...)
			of := g.Name + ", " + suite
			figures = append(figures, Count(of, "baselines without options", "agents", len(silent), total))
			said = append(said, fmt.Sprintf("%s: %d of %d", of, len(silent), total))
		}
	}
	switch {
	case baselines == 0:
		return Skip("No run has a baseline agent whose options are recorded.")
	case len(runs) == 0:
		return Nothing(fmt.Sprintf("All %d baselines state their options.", baselines))
	}
	return a.Found("Baseline agents that ask for no option get the server's defaults, which change with its version and its memory and are not the baseline of cells that state one. "+strings.Join(said, "; ")+"."+others(stated), figures, runs)
}

// unstated lists the runs of a group whose baseline asks for nothing, and
// counts the baselines. They are counted, and not the runs, since a dual-agent run
// may have several or none: the scenario decides.
func unstated(g Group) (silent []*record.Run, total int) {
	for _, r := range g.Rows {
		if im := r.Run.Imported; im != nil {
			for _, ag := range im.Agents {
				if ag.Label != labelBaseline {
					continue
				}
				total++
				if ag.Options == (record.ImportedOptions{}) {
					silent = append(silent, r.Run)
				}
			}
			continue
		}
		for _, ag := range r.Run.Agents {
			if ag.Label == labelBaseline {
				total++ // duet sends every option: record.Options
			}
		}
	}
	return silent, total
}

// statedBaselines collects what the other baselines of imported runs ask for, to
// show beside the silent ones that "baseline" is not one thing in this set.
func statedBaselines(g Group, of string, into map[string]bool) {
	for _, r := range g.Rows {
		if r.Run.Imported == nil {
			continue
		}
		for _, ag := range r.Run.Imported.Agents {
			if o := ag.Options; ag.Label == labelBaseline && o.NumGPU != nil && o.NumCtx != nil {
				into[fmt.Sprintf("%s: gpu%d ctx%d", of, *o.NumGPU, *o.NumCtx)] = true
			}
		}
	}
}

// others is the sentence of it, "" where no baseline states anything.
func others(stated map[string]bool) string {
	if len(stated) == 0 {
		return ""
	}
	return " Stated by others: " + Some(slices.Sorted(maps.Keys(stated))) + "."
}
