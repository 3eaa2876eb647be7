package preflight

import (
	"context"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/cpu"
	"github.com/shirou/gopsutil/v4/host"
	"github.com/shirou/gopsutil/v4/load"
	"github.com/shirou/gopsutil/v4/mem"

	"github.com/chimeraforge/duet/harness/record"
)

// Read describes this machine. What cannot be read is left out.
func Read(ctx context.Context) record.Environment {
	e := record.Environment{
		Commit: Commit(ctx), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH,
		Cores: runtime.NumCPU(), Governor: cpuGovernor(), GPUs: gpus(ctx), Load1: Load1(ctx),
		CPU: processor(ctx),
	}
	if k, err := host.KernelVersionWithContext(ctx); err == nil {
		e.Kernel = k
	}
	if m, err := mem.VirtualMemoryWithContext(ctx); err == nil {
		e.MemoryB = int64(m.Total)
	}
	return e
}

// Load1 is the 1-minute load average, absent where the system has none.
func Load1(ctx context.Context) *float64 {
	if runtime.GOOS == "windows" { // a counter that needs a minute of sampling first
		return nil
	}
	avg, err := load.AvgWithContext(ctx)
	if err != nil {
		return nil
	}
	return &avg.Load1
}

// Revision is the commit of binaries that left their checkout; the linker sets it
// (make bundle).
var Revision string

// Commit is the revision of the checkout the suite runs in. It asks git and not
// the build information, because "go test" stamps none.
func Commit(ctx context.Context) string {
	if Revision != "" {
		return Revision
	}
	rev := output(ctx, "git", "rev-parse", "--short=12", "HEAD")
	if rev == "" {
		return ""
	}
	if output(ctx, "git", "status", "--porcelain", "--untracked-files=no") != "" {
		rev += "+dirty"
	}
	return rev
}

// gpus lists NVIDIA GPUs with their driver, one line each.
func gpus(ctx context.Context) []string {
	out := output(ctx, "nvidia-smi", "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")
	lines := strings.Split(out, "\n")
	return slices.DeleteFunc(lines, func(s string) bool { return strings.TrimSpace(s) == "" })
}

// governor is Linux's CPU frequency policy; "powersave" ruins comparisons.
func cpuGovernor() string {
	b, err := os.ReadFile("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

// output runs a short command and returns what it prints, "" when it is not
// there, fails or takes too long.
func output(ctx context.Context, name string, args ...string) string {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}

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
