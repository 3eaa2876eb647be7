package tr116

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// place is what the folders of a file say.
type place struct {
	suite, runtime string
	folder         string // the model's, as the study spelt it: llama3p1_8b_q4_0
	model          string // as Ollama knows it
	config         string // chimera-homo_gpu80_ctx512_temp10
	scenario       string // "" in the single suite
	gpu, ctx       int
	temp           float64
	run            int    // 0 where the folder holds all runs of a cell
	file           string // from the suite's folder on, with slashes
}

var (
	configName = regexp.MustCompile(`^(?:([a-z-]+)_)?gpu(\d+)_ctx(\d+)_temp(\d)(\d)$`)
	runName    = regexp.MustCompile(`^run_(\d+)$`)
)

// models are the study's, by the folder that its runs lie in.
var models = map[string]string{
	"qwen2p5_7b":       "qwen2.5:7b",
	"gemma3_latest":    "gemma3:latest",
	"llama3p1_8b_q4_0": "llama3.1:8b-instruct-q4_0",
}

// parsePlace reads a path with the separators of any system.
func parsePlace(path string) (place, error) {
	parts := strings.Split(strings.ReplaceAll(path, `\`, "/"), "/")
	start := -1
	for i, p := range parts {
		if (p == "multi" || p == "single") && i+3 < len(parts) {
			start = i // the last such folder: a parent may be called the same
		}
	}
	want := "expected …/multi/<runtime>/<model>/<scenario>_gpu<g>_ctx<c>_temp<t>/run_<n>/metrics.json or …/single/<runtime>/<model>/gpu<g>_ctx<c>_temp<t>/data/metrics.json"
	if start < 0 {
		return place{}, fmt.Errorf("the folders do not say what was measured; %s", want)
	}
	parts = parts[start:]
	at := place{suite: parts[0], runtime: parts[1], folder: parts[2], file: strings.Join(parts, "/")}
	at.model = modelName(at.folder)
	c := slices.IndexFunc(parts, configName.MatchString)
	if c < 3 {
		return place{}, fmt.Errorf("no folder names a configuration; %s", want)
	}
	m := configName.FindStringSubmatch(parts[c])
	at.config, at.scenario = parts[c], m[1]
	at.gpu, _ = strconv.Atoi(m[2])
	at.ctx, _ = strconv.Atoi(m[3])
	at.temp, _ = strconv.ParseFloat(m[4]+"."+m[5], 64)
	if r := runName.FindStringSubmatch(parts[min(c+1, len(parts)-1)]); r != nil {
		at.run, _ = strconv.Atoi(r[1])
	}
	return at, nil
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
