package report_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/table"
)

func answer(runs []*record.Run) string {
	return strings.Join(report.Build(runs, nil).Findings, "\n")
}

// pairs is rounds of one cell.
func pairs(model string, rounds int, slow float64) []*record.Run {
	var out []*record.Run
	for n := 1; n <= rounds; n++ {
		out = append(out, synthetic.Pair(model, "chimera-homo", n, slow))
	}
	return out
}

func singles(rounds int) []*record.Run {
	var out []*record.Run
	for n := 1; n <= rounds; n++ {
		out = append(out, synthetic.Single("alpha:7b", n))
	}
	return out
}

func TestFindingsSayNoMoreThanTheNumbers(t *testing.T) {
	for _, tt := range []struct {
		name      string
		runs      []*record.Run
		says, not []string
	}{
		{"five repetitions have a range and no interval", pairs("alpha:7b", 5, 1.6),
			[]string{"of 5 runs (from "}, []string{"interval"}},
		{"six repetitions of one cell have an interval", pairs("alpha:7b", 6, 1.6),
			[]string{"of 6 runs (95 % interval "}, []string{"cells"}},
		{"runs of two cells have a range, however many", append(pairs("alpha:7b", 6, 1.6), pairs("beta:latest", 6, 2.6)...),
			[]string{"of 12 runs in 2 cells (from ", "their 95 % intervals do not overlap"}, []string{"(95 % interval"}},
		{"cells that cannot be told apart are not ranked", append(pairs("alpha:7b", 6, 1.6), pairs("beta:latest", 6, 1.61)...),
			[]string{"intervals overlap, so the order may be chance"}, nil},
		{"cells of few runs are not ranked", append(pairs("alpha:7b", 2, 1.6), pairs("beta:latest", 2, 2.6)...),
			[]string{"too few runs for an interval, so the order may be chance"}, nil},
		{"one run is one run", pairs("alpha:7b", 1, 1.6),
			[]string{"In the one run ", "in the median of 1 run:"}, []string{"interval", "from"}},
		{"tuned options that are faster in every run", singles(6),
			[]string{"above 1 (tuned faster) in 1, below 1 (tuned slower) in 0 and includes 1 in 0 of 1 cell"}, []string{"twenty"}},
		{"too few runs for a difference", singles(5),
			[]string{"a difference is neither shown nor excluded"}, []string{"interval lies"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := answer(tt.runs)
			for _, s := range tt.says {
				assert.Contains(t, got, s)
			}
			for _, s := range tt.not {
				assert.NotContains(t, got, s)
			}
		})
	}
}

func TestAnIntervalThatHoldsOneShowsNoDifference(t *testing.T) {
	runs := singles(6)
	for _, c := range runs[0].Passes[1].Calls { // one run in which tuned is slower
		*c.Server.EvalNS += *c.Server.EvalNS / 2
	}
	assert.Contains(t, answer(runs), "interval includes 1: these runs show no difference")
}

func TestTheFirstSentenceOfASuiteCarriesTheLabel(t *testing.T) {
	findings := report.Build(synthetic.Runs(), nil).Findings
	labelled := 0
	for _, s := range findings {
		if strings.HasPrefix(s, "SIMULATED: ") {
			labelled++
		}
	}
	assert.Equal(t, 2, labelled)
	assert.True(t, strings.HasPrefix(findings[0], "SIMULATED: "))
}

func TestWhatAllRunsShareDoesNotDrownWhatOneHas(t *testing.T) {
	runs := pairs("alpha:7b", 6, 1.6)
	zero, load := int64(0), int64(2812e6)
	for _, r := range runs {
		for i := range r.Servers {
			r.Servers[i].Model.VRAMB = &zero
		}
	}
	runs[2].Passes[2].Calls[0].Server.LoadNS = &load
	r := report.Build(runs, nil)
	assert.Contains(t, r.Findings[len(r.Findings)-1], "Warnings: cold-call in 1 of them; not-on-gpu in all: nothing is in VRAM")
	var warnings []string
	for _, tab := range r.Tables {
		if tab.ID != "runs_multi" {
			continue
		}
		assert.Equal(t, []string{"Every run carries these warnings, which the column leaves out: not-on-gpu."}, tab.Notes)
		last := slices.IndexFunc(tab.Columns, func(c table.Column) bool { return c.Name == "warnings" })
		for _, row := range tab.Rows {
			warnings = append(warnings, row[last].Text)
		}
	}
	assert.Equal(t, fmt.Sprint([]string{"", "", "cold-call", "", "", ""}), fmt.Sprint(warnings))
}

// crowd is a run of n agents: a pair, and further ones that do as its first.
func crowd(n, round int, slow float64) *record.Run {
	r := synthetic.Pair("alpha:7b", "chimera-homo", round, slow)
	first := r.Agents[0].ID
	r.Cell = r.Cell.With("agents", fmt.Sprint(n))
	r.Cell.ID += fmt.Sprint("_agents-", n)
	passes := slices.Clone(r.Passes)
	for i := 3; i <= n; i++ {
		a := r.Agents[0]
		a.ID = fmt.Sprint("a", i)
		r.Agents = append(r.Agents, a)
		for k, p := range passes {
			var calls []record.Call
			for _, c := range p.Calls {
				if c.Agent == first {
					c.Agent = a.ID
					calls = append(calls, c)
				}
			}
			switch {
			case p.Kind == record.PassConcurrent:
				r.Passes[k].Agents = append(slices.Clone(r.Passes[k].Agents), a.ID)
				r.Passes[k].Calls = append(slices.Clone(r.Passes[k].Calls), calls...)
			case slices.Contains(p.Agents, first):
				p.Agents, p.Calls = []string{a.ID}, calls
				r.Passes = append(r.Passes, p)
			}
		}
	}
	return r
}

func TestAReportOfManyAgentsDoesNotSpeakOfTwo(t *testing.T) {
	four, eight := crowd(4, 1, 2), crowd(8, 1, 2)
	figure := func(r report.Report, id string) string {
		for _, f := range r.Figures {
			if f.ID == id {
				return f.Standalone(700) + f.Caption
			}
		}
		t.Fatalf("no figure %s", id)
		return ""
	}
	r := report.Build([]*record.Run{four}, nil)
	text := strings.Join(slices.Concat([]string{r.Title}, r.Findings, r.Reading), "\n")
	for _, f := range r.Figures {
		text += f.Title + f.Caption
	}
	assert.Contains(t, text, "25 % is what taking turns gives, 100 % what 4 separate machines would")
	assert.Contains(t, figure(r, "efficiency"), ">4 machines<")
	assert.Contains(t, figure(r, "speedup"), ">4x: 4 machines<")
	assert.Contains(t, figure(r, "pair-against-solo"), ">4x<")
	for _, word := range []string{"two agents", "Two agents", "two machines", "50 % is", "second agent", "second concurrent", "the pair", "both at once", "both together"} {
		assert.NotContains(t, text, word)
	}

	r = report.Build([]*record.Run{four, eight, crowd(4, 2, 2), crowd(8, 2, 2)}, nil)
	text = r.Markdown()
	assert.Contains(t, text, "%): 25 % is what taking turns gives")
	assert.Contains(t, text, "%): 12.5 % is what taking turns gives")
	assert.Contains(t, text, "25 % for 4 agents, 12.5 % for 8 agents means that")
	for _, id := range []string{"efficiency", "stability"} {
		assert.NotContains(t, figure(r, id), ">taking turns<", "it has no one place")
	}
	assert.Contains(t, figure(r, "speedup"), ">8x<")
}
