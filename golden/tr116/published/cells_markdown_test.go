package published

import (
	"regexp"
	"strings"
)

var (
	cellHeading = regexp.MustCompile(`^## \d+\. (Rust|Python): (.+) - (Baseline vs Chimera|Chimera Homo)$`)
	spread      = regexp.MustCompile(`^- (Mean|Std Dev|Range|CV): (\S+)$`)
	extremes    = regexp.MustCompile(`^- Min: (\S+) \| Max: (\S+)$`)
)

// shortNames are appendix A's names of the models that appendix B writes out.
var shortNames = map[string]string{"Qwen 2.5 7B": "qwen2.5", "Gemma 3": "gemma3", "Llama 3.1 8B": "llama3.1"}

// coordinates are a cell's runtime, model and scenario, in appendix A's words.
func coordinates(m []string) []string {
	model := shortNames[m[2]]
	if model == "" {
		model = m[2]
	}
	return []string{strings.ToLower(m[1]), model, strings.ToLower(strings.ReplaceAll(m[3], " ", "-"))}
}

// dualRuns are the per-run tables of appendix B, one below the other.
func dualRuns(name string, lines []string) File {
	f := File{name, [][]string{{"Runtime", "Model", "Scenario", "Run", "Speedup", "Efficiency", "Throughput_Delta", "TTFT_Delta_ms", "Contention"}}}
	var cell []string
	for _, line := range lines {
		if m := cellHeading.FindStringSubmatch(line); m != nil {
			cell = coordinates(m)
		}
		if row := cells(line); row != nil && row[0] != "Run" {
			f.Rows = append(f.Rows, append(append([]string(nil), cell...), row...))
		}
	}
	return f
}

// statistics are the blocks below those tables.
func statistics(name string, lines []string) File {
	f := File{name, [][]string{{"Runtime", "Model", "Scenario", "Mean", "SD", "Min", "Max", "Range", "CV"}}}
	for _, line := range lines {
		if m := cellHeading.FindStringSubmatch(line); m != nil {
			f.Rows = append(f.Rows, coordinates(m))
		}
		last := len(f.Rows) - 1
		if m := spread.FindStringSubmatch(line); m != nil {
			f.Rows[last] = append(f.Rows[last], figure(m[2]))
		}
		if m := extremes.FindStringSubmatch(line); m != nil {
			f.Rows[last] = append(f.Rows[last], figure(m[1]), figure(m[2]))
		}
	}
	return f
}
