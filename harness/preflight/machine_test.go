package preflight

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// calm is a machine on which nothing interferes: files of /sys and /proc,
// with a load average of nothing.
var calm = map[string]string{
	"sys/class/power_supply/AC/type":                       "Mains",
	"sys/class/power_supply/BAT0/type":                     "Battery",
	"sys/class/power_supply/BAT0/status":                   "Charging",
	"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance",
	"sys/devices/system/cpu/cpu0/cpufreq/scaling_driver":   "intel_pstate",
	"proc/meminfo": "MemTotal: 33554432 kB\nMemFree: 16777216 kB\nMemAvailable: 16777216 kB\nBuffers: 0 kB\nCached: 0 kB\nSwapTotal: 2097152 kB\nSwapFree: 2096128 kB\n",
	"proc/loadavg": "0.00 0.50 0.90 1/100 1000\n",
}

// machineOf writes a machine's files, calm but for some. An empty content is no
// file.
func machineOf(t *testing.T, but map[string]string) Host {
	t.Helper()
	root := t.TempDir()
	files := map[string]string{}
	for _, part := range []map[string]string{calm, but} {
		for name, text := range part {
			files[name] = text
		}
	}
	for name, text := range files {
		if text == "" {
			continue
		}
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text+"\n"), 0o644))
	}
	l := DefaultLimits()
	l.DiskB = 0 // the disk is this machine's own
	return Host{Root: root, Results: filepath.Join(root, "results", "none", "yet"), Limits: l}
}

// noGPU hides this machine's own nvidia-smi.
func noGPU(t *testing.T) { t.Setenv("PATH", t.TempDir()) }

// needsLinux: gopsutil reads another root's /proc on Linux alone.
func needsLinux(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("fake roots of /sys and /proc are read on Linux alone")
	}
}

// interference is what was found on a machine, and the codes of what it does not tell.
func interference(t *testing.T, h Host) (found []record.Finding, unknown []string) {
	t.Helper()
	answers := Look(t.Context(), h)
	for _, a := range answers {
		assert.NotEmpty(t, a.Evidence, a.Code)
		assert.Equal(t, a.Verdict == record.Found, a.Do != "", "%s: what to do belongs to interference", a.Code)
		if a.Verdict == record.NotApplicable {
			unknown = append(unknown, a.Code)
		}
	}
	return record.OnlyFound(answers), unknown
}

func TestACalmMachineHasNothingToSay(t *testing.T) {
	needsLinux(t)
	noGPU(t)
	found, unknown := interference(t, machineOf(t, nil))
	assert.Empty(t, found)
	assert.Empty(t, unknown)
}

func TestEachInterferenceIsFoundAloneWithItsFigures(t *testing.T) {
	needsLinux(t)
	noGPU(t)
	cores := float64(runtime.NumCPU())
	for name, test := range map[string]struct {
		but  map[string]string
		with func(*Host)
		code string // "" for none
		says string
	}{
		"on battery": {
			map[string]string{"sys/class/power_supply/BAT0/status": "Discharging", "sys/class/power_supply/BAT0/capacity": "71"}, nil,
			"battery", "the machine runs on battery (BAT0 at 71 %)",
		},
		"a mouse that runs on its own": {
			map[string]string{"sys/class/power_supply/hid/type": "Battery", "sys/class/power_supply/hid/scope": "Device", "sys/class/power_supply/hid/status": "Discharging"}, nil, "", "",
		},
		"one processor that saves power": {
			map[string]string{"sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "powersave"}, nil,
			"governor", "of 1 of 2 processors is powersave (driver intel_pstate)",
		},
		"swap in use": {
			map[string]string{"proc/meminfo": "MemTotal: 33554432 kB\nMemAvailable: 16777216 kB\nSwapTotal: 2097152 kB\nSwapFree: 786432 kB\n"}, nil,
			"swap", "1.2 GiB of swap are in use",
		},
		"a busy machine": {
			map[string]string{"proc/loadavg": fmt.Sprintf("%.2f 0 0 1/100 1\n", cores)}, nil,
			"load", fmt.Sprintf("the load average of the last minute is %.2f on %d cores", cores, runtime.NumCPU()),
		},
		"a machine that this session kept busy": {
			map[string]string{"proc/loadavg": fmt.Sprintf("%.2f 0 0 1/100 1\n", cores)}, func(h *Host) { h.Recent = true },
			"load", "so it may be its own",
		},
		"little memory": {
			map[string]string{"proc/meminfo": "MemTotal: 8388608 kB\nMemAvailable: 1048576 kB\n"}, nil,
			"memory", "1.0 GiB of 8.0 GiB of memory are available",
		},
		"little disk": {nil, func(h *Host) { h.Limits.DiskB = 1 << 60 }, "disk", "are free where results are written ("},
		"another Ollama server": {
			runs("ollama", "serve"), nil,
			"other-ollama", fmt.Sprintf("other Ollama servers run (pid %d)", os.Getpid()),
		},
		"the server that is to be measured": {
			runs("ollama", "serve"),
			func(h *Host) { h.Servers = 2 }, "", "",
		},
		"a client of Ollama": {
			runs("ollama", "list"), nil, "", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := machineOf(t, test.but)
			if test.with != nil {
				test.with(&h)
			}
			found, _ := interference(t, h)
			if test.code == "" {
				assert.Empty(t, found)
				return
			}
			require.Len(t, found, 1, "%v", found)
			assert.Equal(t, test.code, found[0].Code)
			assert.Contains(t, found[0].Evidence, test.says)
		})
	}
}

func TestWhatAMachineDoesNotTellIsUnknownAndNotClear(t *testing.T) {
	needsLinux(t)
	noGPU(t)
	_, unknown := interference(t, machineOf(t, map[string]string{
		"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "", "sys/devices/system/cpu/cpu0/cpufreq/scaling_driver": "",
		"proc/meminfo": "", "sys/class/power_supply/BAT0/type": "", "sys/class/power_supply/BAT0/status": "", "sys/class/power_supply/AC/type": "",
	}))
	assert.Equal(t, []string{"governor", "swap", "memory"}, unknown)
}

func TestThisMachineAnswersEveryCheck(t *testing.T) {
	codes := map[string]bool{}
	for _, a := range Look(t.Context(), Host{Results: t.TempDir()}) {
		codes[a.Code] = true
		assert.Contains(t, []string{record.NothingFound, record.Found, record.NotApplicable}, a.Verdict)
		assert.NotContains(t, a.Evidence+a.Do, "\n")
	}
	for _, code := range []string{"gpu", "battery", "governor", "swap", "load", "memory", "disk", "other-ollama"} {
		assert.True(t, codes[code], code)
	}
}

func TestInterferenceIsCommentsOfTheBenchmarkFormat(t *testing.T) {
	text := Lines([]record.Finding{{Code: "swap", Evidence: "1 GiB", Do: "swapoff"}})
	for line := range strings.Lines(text) {
		assert.True(t, strings.HasPrefix(line, "# ") || strings.HasPrefix(line, "#   "), line)
	}
	assert.Equal(t, "# may interfere: 1 GiB\n#   swapoff\n", text)
}

// runs is a machine on which a program runs. It has this test's own process id: a
// process is only looked at if there is one of its number.
func runs(name, verb string) map[string]string {
	proc := fmt.Sprintf("proc/%d/", os.Getpid())
	return map[string]string{
		proc + "comm":    name,
		proc + "cmdline": "/usr/bin/" + name + "\x00" + verb + "\x00",
		proc + "status":  "Name:\t" + name + "\n",
	}
}
