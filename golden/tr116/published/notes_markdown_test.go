package published

import (
	"regexp"
	"strings"
)

// The notes of appendix G under the headings of appendix C, whose quantities
// they are.
var (
	pythonNote    = regexp.MustCompile(`^- PY \| (\S+) \| gpu(\d+)_ctx(\d+)_temp(\d) \| run (\d+): throughput (\S+?)->(\S+) tok/s \(Delta (\S+)%\), TTFT (\S+?)->(\S+) ms \(Delta (\S+)%\)\.$`)
	pythonHeading = []string{"Runtime", "Model", "GPU_Layers", "Ctx", "Temp", "Run", "Baseline_TP", "Chimera_TP", "TP_Improve_%", "Baseline_TTFT_ms", "Chimera_TTFT_ms", "TTFT_Reduction_%"}
	rustNote      = regexp.MustCompile(`^- RUST \| (\S+) \| gpu(\d+)_ctx(\d+)_temp(\d): baseline (\S+) tok/s, chimera (\S+) tok/s, TTFT (\S+?)->(\S+) ms \(Delta (\S+)%\)\.$`)
	rustHeading   = []string{"Runtime", "Model", "GPU_Layers", "Ctx", "Temp", "Baseline_TP", "Chimera_TP", "Baseline_TTFT_ms", "Chimera_TTFT_ms", "TTFT_Reduction_%"}
)

const tenths = 4 // the group of the temperature in both patterns

func notes(name string, lines []string, note *regexp.Regexp, heading []string) File {
	f := File{name, [][]string{heading}}
	for _, line := range lines {
		m := note.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		m[tenths] = "0." + m[tenths] // the study's temp8 is 0.8
		row := []string{runtimeOf(line)}
		for _, s := range m[1:] {
			row = append(row, figure(s))
		}
		f.Rows = append(f.Rows, row)
	}
	return f
}

func runtimeOf(line string) string {
	if strings.HasPrefix(line, "- PY ") {
		return "python"
	}
	return "rust"
}
