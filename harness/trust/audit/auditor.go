package audit

import (
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// auditor is a set with what several rules ask of it, made once.
type auditor struct {
	Limits
	set   *metric.Set
	path  func(*record.Run) string
	paths map[*record.Run]string

	runtimes, models, cells map[string][]group // by suite
	varied                  map[string]bool    // suites with several tunings
	backends                bool               // a session has several
}

// group is runs that share some coordinates, with the name of those.
type group struct {
	metric.Group
	name string
}

func newAuditor(l Limits, s *metric.Set, path func(*record.Run) string) *auditor {
	a := &auditor{Limits: l, set: s, path: path, paths: map[*record.Run]string{}, backends: severalBackends(s), varied: map[string]bool{},
		runtimes: map[string][]group{}, models: map[string][]group{}, cells: map[string][]group{}}
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		a.varied[suite] = a.tunings(suite) > 1
		a.runtimes[suite] = a.groups(suite, metric.ByRuntime, func(r *record.Run) string { return r.Cell.Runtime })
		a.models[suite] = a.groups(suite, metric.ByModel, func(r *record.Run) string { return r.Cell.Runtime + " " + r.Cell.Model })
		a.cells[suite] = a.groups(suite, metric.ByCell, a.cellName)
	}
	return a
}

func (a *auditor) groups(suite string, key func(*record.Run) record.Cell, name func(*record.Run) string) []group {
	var out []group
	for _, g := range a.set.Groups(suite, key) {
		out = append(out, group{g, a.session(g.First()) + name(g.First())})
	}
	return out
}

// session is said before a name where the set has several, and the backend
// where one session has several.
func (a *auditor) session(r *record.Run) string {
	switch {
	case !a.set.Mixed:
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
func (a *auditor) cellName(r *record.Run) string {
	c := r.Cell
	name := c.Runtime + " " + c.Model
	if r.Suite == record.SuiteMulti {
		name += " " + c.Scenario
	}
	if a.varied[r.Suite] {
		name += fmt.Sprintf(" gpu%d ctx%d temp%.1f", c.GPU, c.Ctx, c.Temp)
	}
	return name
}

func (a *auditor) tunings(suite string) int {
	found := map[record.Cell]bool{}
	for _, r := range a.set.Rows {
		if c := r.Run.Cell; r.Run.Suite == suite {
			found[record.Cell{GPU: c.GPU, Ctx: c.Ctx, Temp: c.Temp}] = true
		}
	}
	return len(found)
}

// files are where runs were read from, sorted, each once.
func (a *auditor) files(runs []*record.Run) []string {
	if a.path == nil {
		return nil
	}
	var out []string
	for _, r := range runs {
		p, known := a.paths[r]
		if !known {
			p = a.path(r)
			a.paths[r] = p
		}
		if p != "" {
			out = append(out, p)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// found, nothing and skip are the three answers of a rule.
func (a *auditor) found(text string, figures []Figure, runs []*record.Run) Finding {
	return Finding{Verdict: Found, Text: text, Figures: figures, Files: a.files(runs)}
}

func nothing(text string, figures ...Figure) Finding {
	return Finding{Verdict: NothingFound, Text: text, Figures: figures}
}

func skip(why string) Finding { return Finding{Verdict: NotApplicable, Text: why} }

// noPairs is why rules about pairs cannot be applied.
const noPairs = "No dual-agent run was measured to its end."

// pairs lists the measured dual-agent rows, by runtime.
func (a *auditor) pairs() []group {
	return slices.DeleteFunc(slices.Clone(a.runtimes[record.SuiteMulti]), func(g group) bool { return len(g.Rows) == 0 })
}
