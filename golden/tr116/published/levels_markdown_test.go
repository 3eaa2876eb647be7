package published

import (
	"regexp"
	"strings"
)

var correlation = regexp.MustCompile(`^- \*\*(\S+) \((\w+)\)\*\*: r = (\S+)$`)

// correlations are of throughput delta and efficiency, by model and runtime.
func correlations(name string, lines []string) File {
	f := File{name, [][]string{{"Runtime", "Model", "R"}}}
	for _, line := range lines {
		if m := correlation.FindStringSubmatch(line); m != nil {
			f.Rows = append(f.Rows, []string{strings.ToLower(m[2]), strings.ToLower(m[1]), figure(m[3])})
		}
	}
	return f
}

var component = regexp.MustCompile(`^- \*\*(Between-Model Variance|Within-Model Variance \(avg\)|Total Variance|Between-Model % of Total):\*\* (\S+?)(?: pp\^2|%)?$`)

// variance is the decomposition of Rust's efficiency, in pp² and percent.
func variance(name string, lines []string) File {
	f := File{name, [][]string{{"Component", "Value"}}}
	for _, line := range lines {
		if m := component.FindStringSubmatch(line); m != nil {
			f.Rows = append(f.Rows, []string{m[1], figure(m[2])})
		}
	}
	return f
}

var (
	runtimeHeading = regexp.MustCompile(`^### (RUST|PYTHON)$`)
	named          = regexp.MustCompile(`\*\*(Mean|Median \(P50\)|P5|P95|Std Dev):\*\* (\S+)`)
	fromTo         = regexp.MustCompile(`\*\*Range:\*\* (\S+)% - (\S+)% \((\S+)pp\)`)
)

// distribution is of efficiency by runtime, in percent and points.
func distribution(name string, lines []string) File {
	f := File{name, [][]string{{"Runtime", "Mean", "Median", "P5", "P95", "Min", "Max", "Range", "SD"}}}
	inside := false
	for _, line := range lines {
		if m := runtimeHeading.FindStringSubmatch(line); m != nil {
			inside = true
			f.Rows = append(f.Rows, []string{strings.ToLower(m[1])})
		}
		if !inside {
			continue
		}
		row := &f.Rows[len(f.Rows)-1]
		for _, m := range named.FindAllStringSubmatch(line, -1) {
			*row = append(*row, figure(m[2]))
		}
		if m := fromTo.FindStringSubmatch(line); m != nil {
			*row = append(*row, m[1], m[2], m[3])
		}
	}
	return f
}
