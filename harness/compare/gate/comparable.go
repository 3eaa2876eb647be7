package gate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
)

// comparable refuses a baseline that measured something else: another backend,
// another model under the same name, or another budget of tokens.
func (in Input) comparable(names []string) error {
	if a, b := in.Old.Backend, in.New.Backend; a != b {
		return fmt.Errorf("the baseline is of another backend: %s, not %s", known(a), known(b))
	}
	for _, model := range in.models(names) {
		fact := compare.FactDigest + model
		if a, b, differ := in.differ(fact); differ {
			return fmt.Errorf("the baseline is of another model: the %s is %s, not %s", fact, a, b)
		}
	}
	for _, f := range in.Old.Facts() {
		a, b, differ := in.differ(f.Name)
		switch {
		case differ && strings.HasPrefix(f.Name, compare.FactBudget):
			return fmt.Errorf("the baseline asked for other replies: the %s is %s, not %s", f.Name, a, b)
		case differ && strings.HasPrefix(f.Name, compare.FactMachine):
			return fmt.Errorf("the baseline is of another machine: the %s is %s, not %s", f.Name, a, b)
		}
	}
	return nil
}

// differ reports whether both sides know a fact and do not agree.
func (in Input) differ(fact string) (before, after string, differ bool) {
	before, after = in.Old.Fact(fact).Say(), in.New.Fact(fact).Say()
	return before, after, before != after && before != "" && after != ""
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
