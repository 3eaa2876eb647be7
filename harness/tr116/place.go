package tr116

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// place is what the folders of a file say.
type place struct {
	suite, runtime string
	folder         string // the model's, as the study spelt it: llama3p1_8b_q4_0
	model          string // as Ollama knows it
	named          bool   // the model's name is from the file: its folder is not one of the study's
	config         string // chimera-homo_gpu80_ctx512_temp10
	scenario       string // "" in the single suite
	gpu, ctx       int
	temp           float64
	run            int    // 0 where the folder does not say
	file           string // from the suite's folder on, with slashes
}

var (
	configName = regexp.MustCompile(`^(?:([a-z-]+)_)?gpu(\d{1,4})_ctx(\d{1,8})_temp(\d)(\d)$`)
	runName    = regexp.MustCompile(`^run_(\d{1,6})$`)
)

// models are the study's, by the folder that its runs lie in.
var models = map[string]string{
	"qwen2p5_7b":       "qwen2.5:7b",
	"gemma3_latest":    "gemma3:latest",
	"llama3p1_8b_q4_0": "llama3.1:8b-instruct-q4_0",
}

// wanted are the places of the study's files.
const wanted = "expected …/multi/<runtime>/<model>/<scenario>_gpu<g>_ctx<c>_temp<t>/run_<n>/metrics.json or …/single/<runtime>/<model>/gpu<g>_ctx<c>_temp<t>/data/metrics.json"

// parsePlace reads a path with the separators of any system.
func parsePlace(path string) (place, error) {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' })
	config := -1
	for i, p := range parts { // the last of them: a parent may be called like one
		if configName.MatchString(p) {
			config = i
		}
	}
	if config < 0 {
		return place{}, fmt.Errorf("no folder names a configuration; %s", wanted)
	}
	for _, levels := range []int{3, 4} { // suite, runtime, model, model again
		if i := config - levels; i >= 0 && isSuite(parts[i]) {
			return placeOf(parts[i:], levels)
		}
	}
	return place{}, fmt.Errorf("no folder above %s names a suite; %s", parts[config], wanted)
}

func isSuite(folder string) bool {
	return folder == record.SuiteMulti || folder == record.SuiteSingle
}

// placeOf reads the folders from the suite's on; the configuration's is at c.
func placeOf(parts []string, c int) (place, error) {
	m := configName.FindStringSubmatch(parts[c])
	at := place{
		suite: parts[0], runtime: parts[1], folder: parts[2], model: modelName(parts[2]),
		config: parts[c], scenario: m[1], file: strings.Join(parts, "/"),
	}
	at.gpu, _ = strconv.Atoi(m[2])
	at.ctx, _ = strconv.Atoi(m[3])
	at.temp, _ = strconv.ParseFloat(m[4]+"."+m[5], 64)
	if c+1 < len(parts) {
		if r := runName.FindStringSubmatch(parts[c+1]); r != nil {
			at.run, _ = strconv.Atoi(r[1])
		}
	}
	return at, at.check(parts[3])
}

// check refuses folders that contradict each other. Where the model has two
// folders, again is the second.
func (p place) check(again string) error {
	switch {
	case slices.ContainsFunc([]string{p.runtime, p.folder}, func(s string) bool { return s == "." || s == ".." }):
		return fmt.Errorf("%s is no place; %s", p.file, wanted)
	case (p.scenario == "") != (p.suite == record.SuiteSingle):
		return fmt.Errorf("%s does not belong below %s; %s", p.config, p.suite, wanted)
	case again != p.config && models[p.folder] != "" && modelName(again) != p.model:
		return fmt.Errorf("the folder %s is for the model %s and holds one for %s", p.folder, p.model, modelName(again))
	}
	return nil
}

// modelName is a folder's model; of one that the study did not have, the name
// that the folder most likely stands for.
func modelName(folder string) string {
	if m, ok := models[folder]; ok {
		return m
	}
	return strings.Replace(folder, "_", ":", 1)
}

func (p place) cellID() string {
	return p.suite + "/" + p.runtime + "/" + p.folder + "/" + p.config
}

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
