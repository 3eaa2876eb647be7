package preflight

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/shirou/gopsutil/v4/disk"
	"github.com/shirou/gopsutil/v4/mem"
	"github.com/shirou/gopsutil/v4/process"

	"github.com/chimeraforge/duet/harness/record"
)

const (
	onBattery  = "battery"
	powersave  = "governor"
	doPlugIn   = "plug the machine in: on battery its clocks are lowered, and change while it discharges"
	doGovernor = "sudo cpupower frequency-set -g performance (and back to powersave afterwards)"
)

// battery looks for one that is being discharged. A mouse has one too, of scope
// Device.
func battery(_ context.Context, h Host) record.Finding {
	if !h.linux() {
		return record.Unasked(onBattery, notTold)
	}
	supplies, _ := filepath.Glob(h.path("sys", "class", "power_supply", "*")) // the pattern is a good one
	clear := "no battery"
	for _, dir := range supplies {
		if word(dir, "type") != "Battery" || word(dir, "scope") == "Device" {
			continue
		}
		if word(dir, "status") == "Discharging" {
			return record.Warn(onBattery, doPlugIn, "the machine runs on battery (%s at %s %%)", filepath.Base(dir), word(dir, "capacity"))
		}
		clear = "plugged in"
	}
	return record.Clear(onBattery, "%s", clear)
}

// governor looks for the frequency policy that saves power.
func governor(_ context.Context, h Host) record.Finding {
	if !h.linux() {
		return record.Unasked(powersave, notTold)
	}
	cpus, _ := filepath.Glob(h.path("sys", "devices", "system", "cpu", "cpu[0-9]*", "cpufreq"))
	if len(cpus) == 0 {
		return record.Unasked(powersave, "the system has no say over the clocks (a virtual machine, perhaps)")
	}
	var seen []string
	saving := 0
	for _, dir := range cpus {
		g := word(dir, "scaling_governor")
		if g == "powersave" {
			saving++
		}
		if g != "" && !slices.Contains(seen, g) {
			seen = append(seen, g)
		}
	}
	if saving > 0 {
		return record.Warn(powersave, doGovernor,
			"the frequency governor of %d of %d processors is powersave (driver %s)", saving, len(cpus), word(cpus[0], "scaling_driver"))
	}
	return record.Clear(powersave, "governor %s", strings.Join(seen, ", "))
}

// word is the content of a small file; "" where it cannot be read.
func word(dir, name string) string {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}

const (
	swapped   = "swap"
	loaded    = "load"
	inMemory  = "memory"
	onDisk    = "disk"
	doSwap    = "end what takes the memory, then: sudo swapoff -a && sudo swapon -a"
	doLoad    = "end what computes (top says what), or wait until it is done"
	doMemory  = "end programs that are not needed (ps aux --sort=-rss lists the largest first)"
	doDisk    = "make room, or write elsewhere: -duet.results=FOLDER"
	ownRecent = "; this session measured until a moment ago, so it may be its own"
)

// swap looks for memory on disk: whatever comes back from there comes late. It reads
// /proc/meminfo where that is: gopsutil's own reading of swap asks the kernel and cannot
// be shown another machine.
func swap(ctx context.Context, h Host) record.Finding {
	s := &mem.SwapMemoryStat{}
	m, err := mem.VirtualMemoryWithContext(ctx)
	if !h.linux() {
		s, err = mem.SwapMemoryWithContext(ctx)
	} else if err == nil {
		s.Total, s.Used = m.SwapTotal, m.SwapTotal-min(m.SwapFree, m.SwapTotal)
	}
	switch {
	case err != nil:
		return record.Unasked(swapped, err.Error())
	case s.Used > h.Limits.SwapB:
		return record.Warn(swapped, doSwap, "%s of swap are in use", size(s.Used))
	case s.Total == 0:
		return record.Clear(swapped, "no swap")
	}
	return record.Clear(swapped, "%s of %s of swap in use", size(s.Used), size(s.Total))
}

// busy looks at the load average.
func busy(ctx context.Context, h Host) record.Finding {
	load, cores, own := Load1(ctx), runtime.NumCPU(), ""
	switch {
	case load == nil:
		return record.Unasked(loaded, notTold)
	case *load <= h.Limits.Busy*float64(cores):
		return record.Clear(loaded, "load average %.2f on %d cores", *load, cores)
	case h.Recent:
		own = ownRecent
	}
	return record.Warn(loaded, doLoad, "the load average of the last minute is %.2f on %d cores%s", *load, cores, own)
}

// memory looks for room for a model.
func memory(ctx context.Context, h Host) record.Finding {
	m, err := mem.VirtualMemoryWithContext(ctx)
	switch {
	case err != nil:
		return record.Unasked(inMemory, err.Error())
	case m.Available < h.Limits.MemoryB:
		return record.Warn(inMemory, doMemory, "%s of %s of memory are available", size(m.Available), size(m.Total))
	}
	return record.Clear(inMemory, "%s of %s of memory available", size(m.Available), size(m.Total))
}

// room looks at the disk that results are written to.
func room(ctx context.Context, h Host) record.Finding {
	dir := existing(h.Results)
	u, err := disk.UsageWithContext(ctx, dir)
	switch {
	case err != nil:
		return record.Unasked(onDisk, err.Error())
	case u.Free < h.Limits.DiskB:
		return record.Warn(onDisk, doDisk, "%s are free where results are written (%s)", size(u.Free), dir)
	}
	return record.Clear(onDisk, "%s free where results are written", size(u.Free))
}

// existing is a folder, or the one above it that there is already.
func existing(dir string) string {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "."
	}
	for {
		if _, err := os.Stat(dir); err == nil || dir == filepath.Dir(dir) {
			return dir
		}
		dir = filepath.Dir(dir)
	}
}

// size is a number of bytes for readers.
func size(b uint64) string {
	if b < 1<<30 {
		return fmt.Sprintf("%d MiB", b>>20)
	}
	return fmt.Sprintf("%.1f GiB", float64(b)/(1<<30))
}

const (
	otherServers = "other-ollama"
	doOthers     = "stop them, or measure them: -duet.endpoints=URL,URL"
)

// others looks for Ollama servers that are not those to be measured: a model
// that one of them holds takes memory, and a request to it takes everything.
func others(ctx context.Context, h Host) record.Finding {
	serving, err := serving(ctx)
	switch {
	case err != nil:
		return record.Unasked(otherServers, err.Error())
	case len(serving) > h.Servers && h.Servers == 0:
		return record.Warn(otherServers, doOthers, "other Ollama servers run (%s)", strings.Join(serving, ", "))
	case len(serving) > h.Servers:
		return record.Warn(otherServers, doOthers, "%d Ollama servers run (%s), and %d are to be measured", len(serving), strings.Join(serving, ", "), h.Servers)
	}
	return record.Clear(otherServers, "no other Ollama server")
}

// serving lists the processes that are "ollama serve".
func serving(ctx context.Context) ([]string, error) {
	all, err := process.ProcessesWithContext(ctx)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, p := range all {
		name, err := p.NameWithContext(ctx)
		if err != nil || !strings.HasPrefix(strings.ToLower(name), "ollama") {
			continue
		}
		if words, err := p.CmdlineSliceWithContext(ctx); err == nil && slices.Contains(words, "serve") {
			out = append(out, fmt.Sprintf("pid %d", p.Pid))
		}
	}
	return out, nil
}
