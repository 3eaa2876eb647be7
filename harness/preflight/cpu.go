package preflight

import (
	"context"
	"strings"

	"github.com/shirou/gopsutil/v4/cpu"
)

// processor is the processor's name in the very words of "go test", blanks at
// its end included: benchstat makes a table of its own for every text after
// "cpu:", and a session has both, its own bench.txt and what go test printed.
// The two can differ: on x86 go test asks the processor, and in a virtual machine
// /proc/cpuinfo may know it by another name.
func processor(ctx context.Context) string {
	if name := brand(); name != "" {
		return name
	}
	infos, err := cpu.InfoWithContext(ctx)
	if err != nil || len(infos) == 0 {
		return ""
	}
	return strings.TrimSpace(infos[0].ModelName)
}

// brandString is the text of three answers of CPUID, trimmed as Go trims it: no
// blanks before it, and nothing from the first zero on.
func brandString(raw []byte) string {
	text, _, _ := strings.Cut(string(raw), "\x00")
	return strings.TrimLeft(text, " ")
}
