package trust

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Auditor is a set with what several rules ask of it, made once.
type Auditor struct {
	Limits
	Set *metric.Set
	// Runtimes, Models and Cells are the set's runs by suite. Runs of two sessions
	// or backends share no group.
	Runtimes, Models, Cells map[string][]Group

	path     func(*record.Run) string
	paths    map[*record.Run]string
	varied   map[string]bool // suites with several tunings
	backends bool            // a session has several
}

// Group is runs that share some coordinates, with the name of those.
type Group struct {
	metric.Group
	Name string
}

// newAuditor groups the set once for all rules.
func newAuditor(s *metric.Set, path func(*record.Run) string) *Auditor {
	a := &Auditor{Limits: DefaultLimits(), Set: s, path: path, paths: map[*record.Run]string{}, backends: severalBackends(s), varied: map[string]bool{},
		Runtimes: map[string][]Group{}, Models: map[string][]Group{}, Cells: map[string][]Group{}}
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		a.varied[suite] = a.tunings(suite) > 1
		a.Runtimes[suite] = a.groups(suite, metric.ByRuntime, func(r *record.Run) string { return r.Cell.Runtime() })
		a.Models[suite] = a.groups(suite, metric.ByModel, func(r *record.Run) string { return r.Cell.Runtime() + " " + r.Cell.Model() })
		a.Cells[suite] = a.groups(suite, metric.ByCell, a.cellName)
	}
	return a
}

// groups names the set's groups, with the session where there are several. No group has
// runs of two, so no rule can average over them by mistake.
func (a *Auditor) groups(suite string, key func(*record.Run) string, name func(*record.Run) string) []Group {
	var out []Group
	for _, g := range a.Set.Groups(suite, key) {
		out = append(out, Group{g, a.session(g.First()) + name(g.First())})
	}
	return out
}

// session is said before a name where the set has several, and the backend
// where one session has several.
func (a *Auditor) session(r *record.Run) string {
	switch {
	case !a.Set.Mixed:
		return ""
	case a.backends:
		return fmt.Sprintf("%s (%s): ", r.Session, r.Backend.Label())
	}
	return r.Session + ": "
}

// severalBackends reports whether some session has more than one.
func severalBackends(s *metric.Set) bool {
	of := map[string]string{}
	for _, r := range s.Rows {
		label := r.Run.Backend.Label()
		if had, ok := of[r.Run.Session]; ok && had != label {
			return true
		}
		of[r.Run.Session] = label
	}
	return false
}

// cellName names a cell by the coordinates that tell it from others.
func (a *Auditor) cellName(r *record.Run) string {
	c := r.Cell
	name := c.Runtime() + " " + c.Model()
	if r.Form() == record.SuiteMulti {
		name += " " + c.Scenario()
	}
	if a.varied[r.Form()] {
		name += fmt.Sprintf(" gpu%d ctx%d temp%.1f", c.GPU(), c.Ctx(), c.Temp())
	}
	return name
}

// tunings counts the different options in the labels of a suite.
func (a *Auditor) tunings(suite string) int {
	found := map[string]bool{}
	for _, r := range a.Set.Rows {
		if c := r.Run.Cell; r.Run.Form() == suite {
			found[fmt.Sprint(c.GPU(), c.Ctx(), c.Temp())] = true
		}
	}
	return len(found)
}

// places are where runs were read from, sorted, each once.
func (a *Auditor) places(runs []*record.Run) []record.Place {
	if a.path == nil {
		return nil
	}
	var files []string
	for _, r := range runs {
		p, known := a.paths[r]
		if !known {
			p = a.path(r)
			a.paths[r] = p
		}
		if p != "" {
			files = append(files, p)
		}
	}
	slices.Sort(files)
	var out []record.Place
	for _, f := range slices.Compact(files) {
		out = append(out, record.Place{File: f})
	}
	return out
}

// Found, Nothing and Skip are the three answers of a rule. Found is given the runs that
// are concerned, to name their files: a finding that cannot be looked up is hearsay.
func (a *Auditor) Found(text string, figures []record.Figure, runs []*record.Run) record.Finding {
	return record.Finding{Verdict: record.Found, Evidence: text, Figures: figures, Places: a.places(runs)}
}

// Nothing is the answer of a rule that found nothing. It says what was looked at, so
// that it can be told from a rule that looked at nothing.
func Nothing(text string, figures ...record.Figure) record.Finding {
	return record.Finding{Verdict: record.NothingFound, Evidence: text, Figures: figures}
}

// Skip is the answer of a rule that cannot be applied, with the reason.
func Skip(why string) record.Finding { return record.Unasked("", why) }

// noneTogether is why rules about agents together cannot be applied.
const noneTogether = "No multi-agent run was measured to its end."

// Together lists the measured multi-agent rows, by runtime.
func (a *Auditor) Together() []Group {
	return slices.DeleteFunc(slices.Clone(a.Runtimes[record.SuiteMulti]), func(g Group) bool { return len(g.Rows) == 0 })
}

// Quantity is a pick with how it is printed, the same in every finding.
type Quantity struct {
	Name, Unit string
	Decimals   int
	Of         func(*metric.Row) *float64
}

// Mean is the Quantity over a group's measured runs: mean, sd and n.
func (q Quantity) Mean(g Group) record.Figure { return q.Over(g.Name, g.Sample(q.Of)) }

// Plain is the mean alone, where an sd says nothing.
func (q Quantity) Plain(g Group) record.Figure {
	f := q.Mean(g)
	f.SD = nil
	return f
}

// Over is the Quantity of a sample that is not a whole group, such as its first runs.
func (q Quantity) Over(of string, s stats.Sample) record.Figure {
	return record.Figure{Of: of, Name: q.Name, Value: s.Mean(), SD: s.SD(), Unit: q.Unit, N: s.N(), Decimals: q.Decimals}
}

// One is the Quantity as a single value.
func (q Quantity) One(of string, v *float64, n int) record.Figure {
	return record.Figure{Of: of, Name: q.Name, Value: v, Unit: q.Unit, N: n, Decimals: q.Decimals}
}

// Count is k of n things.
func Count(of, name, unit string, k, n int) record.Figure {
	return record.Figure{Of: of, Name: name, Value: stats.Finite(float64(k)), Unit: unit, N: n, Counts: true}
}

// The efficiencies, and what the agents together gave against one.
var (
	published = Quantity{"published", "%", 2, publishedEfficiency}
	server    = Quantity{"server formula", "%", 2, func(r *metric.Row) *float64 { return r.D.Get("efficiency_server") }}
	client    = Quantity{"client formula", "%", 2, func(r *metric.Row) *float64 { return r.D.Get("efficiency_client") }}
	estimate  = Quantity{"together ÷ solo", "", 2, func(r *metric.Row) *float64 { return r.TogetherOverSolo }}
)

// publishedEfficiency is what a run's own file states; of duet's runs, the
// headline. Where an imported file states none it is what the formula of its tool
// gives: the number that its reader would have seen.
func publishedEfficiency(r *metric.Row) *float64 {
	switch im := r.Run.Imported; {
	case im == nil:
		return r.D.Get("efficiency_measured")
	case im.Published != nil && im.Published.Efficiency != nil:
		return im.Published.Efficiency
	}
	return r.S.Efficiency
}

func runsOf(rows []*metric.Row) []*record.Run {
	var out []*record.Run
	for _, r := range rows {
		out = append(out, r.Run)
	}
	return out
}

// List says several figures of one name: python 82.73 ± 9.28 %, rust ….
func List(figures []record.Figure) string { return strings.Join(Each(figures), ", ") }

// Each says whose a figure is, and the figure where it has a value.
func Each(figures []record.Figure) []string {
	var out []string
	for _, f := range figures {
		if f.Value == nil {
			out = append(out, f.Of)
			continue
		}
		out = append(out, f.Of+" "+f.Spread())
	}
	return out
}

// Means is a Quantity over each group that has it.
func Means(q Quantity, groups []Group) []record.Figure {
	var out []record.Figure
	for _, g := range groups {
		if f := q.Mean(g); f.Value != nil {
			out = append(out, f)
		}
	}
	return out
}

// few is how many cells a sentence names.
const few = 8

// Some joins the first few parts of a sentence and counts the rest.
func Some(said []string) string {
	if n := len(said) - few; n > 0 {
		said = append(slices.Clone(said[:few]), fmt.Sprintf("and %d more", n))
	}
	return strings.Join(said, "; ")
}

// Things is how many there are of something.
func Things(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
