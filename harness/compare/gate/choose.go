package gate

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
)

var errNone = errors.New("no cell")

// selector is one restriction of a rule: patterns, and what of a cell they are
// matched with.
type selector struct {
	key      string
	patterns Globs
	of       func(*compare.Cell) []string
}

func (r *Rule) selectors() []selector {
	key := func(name string) func(*compare.Cell) []string {
		return func(c *compare.Cell) []string { return []string{c.Key(name)} }
	}
	all := []selector{
		{"suite", r.Suite, key("suite")}, {"runtime", r.Runtime, key("runtime")},
		{"model", r.Model, func(c *compare.Cell) []string { return []string{c.Key("model"), c.Model} }},
		{"scenario", r.Scenario, key("scenario")},
		{"cells", r.Cells, func(c *compare.Cell) []string { return []string{c.Name, "Benchmark" + c.Name, c.ID} }},
	}
	return slices.DeleteFunc(all, func(s selector) bool { return len(s.patterns) == 0 })
}

// choose are the cells of both sides that a rule applies to, each name once. A
// pattern that matches no cell at all is an error: it is a typo, and the rule would
// hold for less than it says.
func (r *Rule) choose(in Input) ([]string, error) {
	cells := in.cells()
	chosen := cells
	for _, s := range r.selectors() {
		for _, pattern := range s.patterns {
			if !slices.ContainsFunc(cells, func(c *compare.Cell) bool { return s.match(pattern, c) }) {
				return nil, fmt.Errorf("%w has %s %q; there are %s", errNone, s.key, pattern, values(cells, s))
			}
		}
		chosen = slices.DeleteFunc(slices.Clone(chosen), func(c *compare.Cell) bool {
			return !slices.ContainsFunc(s.patterns, func(p string) bool { return s.match(p, c) })
		})
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("%w matches everything that the rule says", errNone)
	}
	var names []string
	for _, c := range chosen {
		if !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	return names, nil
}

func (s selector) match(pattern string, c *compare.Cell) bool {
	return slices.ContainsFunc(s.of(c), func(v string) bool { return v != "" && matches(pattern, v) })
}

// values are what there is to choose from, the first few.
func values(cells []*compare.Cell, s selector) string {
	const few = 6
	var out []string
	for _, c := range cells {
		if v := s.of(c)[0]; v != "" && !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	slices.Sort(out)
	if len(out) > few {
		out = append(out[:few], fmt.Sprintf("and %d more", len(out)-few))
	}
	if len(out) == 0 {
		return "none with a " + s.key
	}
	return strings.Join(out, ", ")
}

func (in Input) cells() []*compare.Cell {
	out := slices.Clone(in.New.Cells)
	if in.Old != nil {
		out = append(out, in.Old.Cells...)
	}
	return out
}

// having leaves out the cells of suites in which runs were measured and none has a
// metric, unless the rule says which suite: the single suite has no pair's rate,
// and a rule over every cell does not ask it for one.
func (r *Rule) having(in Input, names []string, m measure) []string {
	if m.kind != perRun || len(r.Suite) > 0 {
		return names
	}
	measured, has := map[string]bool{}, map[string]bool{}
	for _, c := range in.cells() {
		suite := c.Key("suite")
		measured[suite] = measured[suite] || c.Runs > 0
		has[suite] = has[suite] || c.Sample(m.unit).N() > 0
	}
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		suite := in.any(name).Key("suite")
		return measured[suite] && !has[suite]
	})
}

func (in Input) any(name string) *compare.Cell {
	if c := in.New.Cell(name); c != nil || in.Old == nil {
		return c
	}
	return in.Old.Cell(name)
}

// comparable refuses a baseline that measured something else: another backend,
// another model under the same name, or another budget of tokens.
func (in Input) comparable(names []string) error {
	if a, b := in.Old.Backend, in.New.Backend; a != b {
		return fmt.Errorf("the baseline is of another backend: %s, not %s", known(a), known(b))
	}
	models := in.models(names)
	for _, f := range in.Old.Facts() {
		before, after := f.Say(), in.New.Fact(f.Name).Say()
		if before == after || after == "" {
			continue
		}
		what := ""
		model, digest := strings.CutPrefix(f.Name, compare.FactDigest)
		switch {
		case digest && slices.Contains(models, model):
			what = "is of another model"
		case strings.HasPrefix(f.Name, compare.FactBudget):
			what = "asked for other replies"
		case strings.HasPrefix(f.Name, compare.FactMachine):
			what = "is of another machine"
		default:
			continue
		}
		return fmt.Errorf("the baseline %s: the %s is %s, not %s", what, f.Name, before, after)
	}
	return nil
}

func known(s string) string {
	if s == "" {
		return "one that it does not name"
	}
	return s
}

// models are those of some cells, as Ollama knows them.
func (in Input) models(names []string) []string {
	var out []string
	for _, name := range names {
		if c := in.any(name); c.Model != "" && !slices.Contains(out, c.Model) {
			out = append(out, c.Model)
		}
	}
	return out
}

// unknown are the models whose digest one side does not say.
func (in Input) unknown() []string {
	var names, out []string
	for _, c := range in.cells() {
		names = append(names, c.Name)
	}
	for _, model := range in.models(names) {
		fact := compare.FactDigest + model
		if in.Old.Fact(fact).Say() == "" || in.New.Fact(fact).Say() == "" {
			out = append(out, model)
		}
	}
	return out
}
