package tr116

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// number reads a run's number, which must be its folder's where that has one.
func (p place) number(f field) int {
	n := f.needed(runNumber)
	if n == nil {
		return 0
	}
	if p.run != 0 && int(*n) != p.run {
		f.complain(fmt.Sprintf("%d, as the folder run_%d says,", p.run, p.run), fmt.Sprint(*n))
	}
	return int(*n)
}

// checkScenario reads the scenario, which must be the folder's.
func (p place) checkScenario(f field) {
	s := f.text("a scenario")
	if s != "" && scenario(s) != p.scenario {
		f.complain(fmt.Sprintf("the scenario %s, as the folder %s says,", p.scenario, p.config), s)
	}
}

// checkModel reads an optional name of the model, which must be the folder's.
// Of a folder that the study did not have, the file knows the whole name.
func (p *place) checkModel(f field) {
	name := f.word()
	switch {
	case name == "" || name == p.model:
	case models[p.folder] != "" || family(name) != family(strings.Replace(p.folder, "_", ":", 1)):
		f.complain(fmt.Sprintf("the model %s, as the folder %s says,", p.model, p.folder), name)
	case !p.named:
		p.model, p.named = name, true
	default:
		f.complain(fmt.Sprintf("the model %s, as elsewhere in the file,", p.model), name)
	}
}

// family is a model's name without its size, as a folder spells it.
func family(model string) string {
	name, _, _ := strings.Cut(model, ":")
	return strings.NewReplacer(".", "p", "/", "_").Replace(name)
}

// scenario is a file's own word for it in duet's spelling.
func scenario(s string) string { return strings.ReplaceAll(s, "_", "-") }

// Whether the options of a file are those of its folder is not asked here: in
// the study they differ (num_ctx 2048 in ctx512), which is a finding to report
// and no fault of a file.

// options reads what an agent asked for: nothing at all, or some options.
func (f field) options() record.ImportedOptions {
	if f.doc == nil || !f.there() {
		return record.ImportedOptions{}
	}
	o := f.object()
	return record.ImportedOptions{
		NumGPU:        small(o.member("num_gpu").number(layers)),
		NumCtx:        small(o.member("num_ctx").number(contextSize)),
		Temperature:   o.member("temperature").number(temperature),
		TopP:          o.member("top_p").number(probability),
		TopK:          small(o.member("top_k").number(topK)),
		RepeatPenalty: o.member("repeat_penalty").number(penalty),
	}
}

// labelOf names an agent's role by whether it asked for anything.
func labelOf(o record.ImportedOptions) string {
	if o == (record.ImportedOptions{}) {
		return "baseline"
	}
	return "chimera"
}
