package preflight

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
func battery(_ context.Context, h Host) []record.Finding {
	if !h.linux() {
		return one(record.Unasked(onBattery, notTold))
	}
	supplies, err := filepath.Glob(h.path("sys", "class", "power_supply", "*"))
	if err != nil || len(supplies) == 0 {
		return one(record.Clear(onBattery, "no battery"))
	}
	found := false
	for _, dir := range supplies {
		if word(dir, "type") != "Battery" || word(dir, "scope") == "Device" {
			continue
		}
		found = true
		if word(dir, "status") == "Discharging" {
			return one(record.Warn(onBattery, doPlugIn, "the machine runs on battery (%s at %s %%)", filepath.Base(dir), word(dir, "capacity")))
		}
	}
	if found {
		return one(record.Clear(onBattery, "plugged in"))
	}
	return one(record.Clear(onBattery, "no battery"))
}

// governor looks for the frequency policy that saves power.
func governor(_ context.Context, h Host) []record.Finding {
	if !h.linux() {
		return one(record.Unasked(powersave, notTold))
	}
	cpus, err := filepath.Glob(h.path("sys", "devices", "system", "cpu", "cpu[0-9]*", "cpufreq"))
	if err != nil || len(cpus) == 0 {
		return one(record.Unasked(powersave, "the system has no say over the clocks (a virtual machine, perhaps)"))
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
		return one(record.Warn(powersave, doGovernor,
			"the frequency governor of %d of %d processors is powersave (driver %s)", saving, len(cpus), word(cpus[0], "scaling_driver")))
	}
	return one(record.Clear(powersave, "governor %s", strings.Join(seen, ", ")))
}

// word is the content of a small file; "" where it cannot be read.
func word(dir, name string) string {
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(b))
}
