package report

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/plot"
)

// subtitle says which runs these are.
func subtitle(set *metric.Set) string {
	sessions := map[string]bool{}
	backends := map[string]bool{}
	for _, r := range set.Rows {
		sessions[r.Run.Session], backends[r.Run.Label()] = true, true
	}
	said := []string{"session " + sorted(sessions), "backend: " + sorted(backends)}
	if when := days(set); when != "" {
		said = append(said, when)
	}
	return strings.Join(append(said, fmt.Sprintf("%d runs", len(set.Rows))), " · ")
}

// days are the first and the last day of the runs that say when they were: those of
// other tools often do not. Days are in UTC, so that one report is the same
// everywhere.
func days(set *metric.Set) string {
	var first, last string
	silent := 0
	for _, r := range set.Rows {
		if r.Run.Started.IsZero() {
			silent++
			continue
		}
		day := r.Run.Started.UTC().Format("2006-01-02")
		if first == "" || day < first {
			first = day
		}
		last = max(last, day)
	}
	out := first
	if last != first {
		out += " to " + last
	}
	if out != "" && silent > 0 {
		out += fmt.Sprintf(" (not said by %d)", silent)
	}
	return out
}

// sorted is a set of words in one text.
func sorted(m map[string]bool) string { return strings.Join(slices.Sorted(maps.Keys(m)), ", ") }

// crowd are the numbers of agents that run together, each once. They say what an
// efficiency means: taking turns gives 100 % divided by the number.
type crowd []int

// crowdOf is the crowd of some runs, two where they do not tell.
func crowdOf(rows []*metric.Row) crowd {
	found := map[int]bool{}
	for _, r := range rows {
		if n := len(r.Run.Agents); n > 1 {
			found[n] = true
		}
	}
	if len(found) == 0 {
		return crowd{2}
	}
	return slices.Sorted(maps.Keys(found))
}

// pick is the wording for a pair, or that for any other crowd.
func (c crowd) pick(pair, others string) string {
	if len(c) == 1 && c[0] == 2 {
		return pair
	}
	return others
}

// number is how many they are: "two", "4", "2 or 8".
func (c crowd) number() string {
	var all []string
	for _, n := range c {
		all = append(all, strconv.Itoa(n))
	}
	return c.pick("two", strings.Join(all, " or "))
}

// machines is what an efficiency of 100 % is like.
func (c crowd) machines() string {
	if len(c) > 1 {
		return "a machine each"
	}
	return c.number() + " machines"
}

// turns is the efficiency of taking turns, for each number where there are several.
func (c crowd) turns() string {
	var out []string
	for _, n := range c {
		share := strings.TrimSuffix(strconv.FormatFloat(100/float64(n), 'f', 1, 64), ".0") + " %"
		if len(c) > 1 {
			share += fmt.Sprintf(" for %d agents", n)
		}
		out = append(out, share)
	}
	return strings.Join(out, ", ")
}

// takingTurns is the line of an efficiency that taking turns gives. It has no one place
// where the numbers of agents differ.
func (c crowd) takingTurns() []plot.Line {
	if len(c) > 1 {
		return nil
	}
	return []plot.Line{{At: 100 / float64(c[0]), Text: "taking turns"}}
}

// reading is how to read the report, for someone who sees it first.
func reading(set *metric.Set) []string {
	if set.Imported() {
		return slices.Concat(study.Reading, commonReading)
	}
	var out []string
	if set.Has(record.SuiteMulti) {
		c := crowdOf(set.Rows)
		out = append(out,
			"Each run measures every agent alone (solo pass) and all at once from one starting gun (concurrent pass), with the same prompts, options and token budget, in the same session.",
			fmt.Sprintf("Efficiency measured is the tokens per second of %s over those of the agents one after the other, per agent. %s means that running them one after the other would have been as fast, 100 %% that each ran as if alone. This is the headline.",
				c.pick("the pair", "the agents together"), c.pick("For two agents 50 %", strings.ToUpper(c.turns()[:1])+c.turns()[1:])),
			"Efficiency server and client are the study's two older formulas. They divide the agents' busy time by the wall time, so they stay near 100 % whenever the agents start and end together, however slowly. They are here for comparison only.")
	}
	if set.Has(record.SuiteSingle) {
		out = append(out, "The single-agent suite measures one agent twice in each run, with baseline and with tuned options; ratios are taken within the run.")
	}
	return append(out, commonReading...)
}

// commonReading holds for any runs.
var commonReading = []string{
	"The median of a cell's repetitions has a 95 % interval that assumes nothing of the distribution and needs six runs. Runs of different cells are no repetitions of one thing: over several cells there is a range and no interval.",
	"n/a means not measured, never zero; a number in brackets counts the values that a statistic had to leave out.",
}

// commands measures the same again, as far as the runs tell. Runs do not tell of
// every setting; Complete has the session's own commands where its folder does.
func commands(set *metric.Set) []string {
	type kind struct {
		suite     string
		simulated bool
	}
	kinds := map[kind]bool{} // first, because models looks at every run
	for _, r := range set.Rows {
		kinds[kind{r.Run.Suite, r.Run.Backend.Simulated}] = true
	}
	var lines []string
	for k := range kinds {
		tags := "-tags ollama "
		if k.simulated {
			tags = ""
		}
		lines = append(lines, fmt.Sprintf("go test %s-bench . -benchtime 1x -timeout 0 ./suites/%s -duet.models=%s", tags, k.suite, models(set, k.suite)))
	}
	slices.Sort(lines)
	return lines
}

// models are those that a suite was run with, as its flag takes them.
func models(set *metric.Set, suite string) string {
	used := map[string]bool{}
	for _, r := range set.Rows {
		if r.Run.Suite == suite {
			used[r.Run.Cell.Model()] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(used)), ",")
}

// coordinate is one of the things that name a cell, as words.
type coordinate func(record.Cell) string

var (
	model    coordinate = func(c record.Cell) string { return c.Model() }
	runtime  coordinate = func(c record.Cell) string { return c.Runtime() }
	scenario coordinate = func(c record.Cell) string { return c.Scenario() }
	gpu      coordinate = func(c record.Cell) string { return fmt.Sprintf("gpu %d", c.GPU()) }
	ctx      coordinate = func(c record.Cell) string { return fmt.Sprintf("ctx %d", c.Ctx()) }
	temp     coordinate = func(c record.Cell) string { return fmt.Sprintf("temp %.1f", c.Temp()) }
)

// names says a suite's cells by the coordinates in which they differ; what all
// have in common is said once.
type names struct {
	whole  []coordinate // that differ
	config []coordinate // that differ below a heading of model and runtime
	common string
}

// newNames finds which coordinates differ in a suite. A name with all six in every
// row would hide the one that matters, and a name without any would make two rows
// alike.
func newNames(set *metric.Set, suite string) names {
	var n names
	var common []string
	for i, at := range []coordinate{model, runtime, scenario, gpu, ctx, temp} {
		found := map[string]bool{}
		for _, r := range set.Rows {
			if r.Run.Form() == suite {
				found[at(r.Run.Cell)] = true
			}
		}
		if len(found) > 1 {
			n.whole = append(n.whole, at)
		}
		switch {
		case i < 2: // headings say these
		case len(found) > 1:
			n.config = append(n.config, at)
		default:
			for v := range found {
				common = append(common, v)
			}
		}
	}
	if len(n.config) == 0 && len(common) > 0 { // one configuration per heading still wants a name
		n.config, common = []coordinate{scenario}, common[1:]
	}
	if len(common) > 0 {
		n.common = " All cells: " + strings.Join(common, " · ") + "."
	}
	return n
}

// say names a cell by some coordinates.
func say(c record.Cell, coordinates []coordinate) string {
	var out []string
	for _, at := range coordinates {
		out = append(out, at(c))
	}
	return strings.Join(out, " · ")
}

// cell names a cell within its suite.
func (n names) cell(r *record.Run) string { return say(r.Cell, n.whole) }

// row names a cell below a heading of model and runtime.
func (n names) row(r *record.Run) string { return say(r.Cell, n.config) }
