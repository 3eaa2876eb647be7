package preflight

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/record"
)

// Everything this package knows of GPUs is in this file: what nvidia-smi says.

const (
	anyGPU        = "gpu"
	gpuProcesses  = "gpu-processes"
	gpuMemory     = "gpu-memory"
	gpuBusy       = "gpu-busy"
	persistence   = "gpu-persistence"
	powerLimit    = "gpu-power-limit"
	doGPU         = "end it, or wait until it is done"
	doGPUMemory   = "nvidia-smi says what holds it, outside this container too; end it"
	doPersistence = "sudo nvidia-smi -pm 1: without it the driver lets go of the GPU whenever nobody uses it"
	doPowerLimit  = "sudo nvidia-smi -pl %s, unless the limit is what you want to measure"
)

// gpu is a line of nvidia-smi about one GPU. What it does not support is "".
type gpu struct {
	index, name, driver, persistence string
	limit, defaultLimit              string // W
	used, total, utilization         string // MiB, MiB, %
}

// gpuQuery are the fields of gpu, as nvidia-smi calls them.
const gpuQuery = "index,name,driver_version,persistence_mode,power.limit,power.default_limit,memory.used,memory.total,utilization.gpu"

// nvidia looks at every NVIDIA GPU.
func nvidia(ctx context.Context, h Host) []record.Finding {
	rows, err := smi(ctx, "--query-gpu="+gpuQuery)
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return []record.Finding{record.Clear(anyGPU, "no NVIDIA GPU: there is no nvidia-smi")}
	case err != nil:
		return []record.Finding{record.Unasked(anyGPU, "nvidia-smi: "+err.Error())}
	}
	var out []record.Finding
	for _, r := range rows {
		if len(r) != strings.Count(gpuQuery, ",")+1 {
			out = append(out, record.Unasked(anyGPU, "nvidia-smi says "+strings.Join(r, ", ")))
			continue
		}
		g := gpu{r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8]}
		out = append(out, record.Clear(anyGPU, "GPU %s: %s, driver %s", g.index, g.name, g.driver), g.persists(), g.limited(), g.works(h.Limits))
		out = append(out, g.shared(ctx, h.Limits)...)
	}
	return out
}

func (g gpu) persists() record.Finding {
	switch g.persistence {
	case "Enabled":
		return record.Clear(persistence, "GPU %s: persistence mode on", g.index)
	case "Disabled":
		return record.Warn(persistence, doPersistence, "GPU %s: persistence mode is off", g.index)
	}
	return record.Unasked(persistence, "GPU "+g.index+": it does not tell")
}

// limited looks for a power limit below the GPU's own.
func (g gpu) limited() record.Finding {
	limit, err := strconv.ParseFloat(g.limit, 64)
	if err != nil {
		return record.Unasked(powerLimit, "GPU "+g.index+": it does not tell")
	}
	if usual, err := strconv.ParseFloat(g.defaultLimit, 64); err == nil && limit < usual {
		return record.Warn(powerLimit, fmt.Sprintf(doPowerLimit, g.defaultLimit), "GPU %s: its power is limited to %s of %s W", g.index, g.limit, g.defaultLimit)
	}
	return record.Clear(powerLimit, "GPU %s: power limit %s W", g.index, g.limit)
}

func (g gpu) works(l Limits) record.Finding {
	u, err := strconv.ParseFloat(g.utilization, 64)
	switch {
	case err != nil:
		return record.Unasked(gpuBusy, "GPU "+g.index+": it does not tell")
	case u > l.GPUBusy:
		return record.Warn(gpuBusy, doGPU, "GPU %s: something keeps it busy (%s %%)", g.index, g.utilization)
	}
	return record.Clear(gpuBusy, "GPU %s: idle", g.index)
}

// shared looks for programs on the GPU. Models that an Ollama server holds are
// told apart (package servers). A program in another container is not listed;
// its memory is.
func (g gpu) shared(ctx context.Context, l Limits) []record.Finding {
	rows, err := smi(ctx, "-i", g.index, "--query-compute-apps=pid,process_name,used_memory")
	if err != nil {
		return []record.Finding{record.Unasked(gpuProcesses, "nvidia-smi: "+err.Error())}
	}
	var out []record.Finding
	for _, r := range rows {
		if len(r) < 3 {
			out = append(out, record.Unasked(gpuProcesses, "nvidia-smi says "+strings.Join(r, ", ")))
			continue
		}
		pid, name, memory := r[0], strings.Join(r[1:len(r)-1], ","), r[len(r)-1] // a name may have commas
		if !strings.Contains(strings.ToLower(name), "ollama") {
			out = append(out, record.Warn(gpuProcesses, doGPU, "GPU %s: %s (pid %s) computes on it, with %s MiB", g.index, name, pid, cmp.Or(memory, "n/a")))
		}
	}
	used, err := strconv.ParseUint(g.used, 10, 44)
	if err == nil && len(rows) == 0 && used<<20 > l.GPUMemoryB {
		out = append(out, record.Warn(gpuMemory, doGPUMemory, "GPU %s: %s of %s MiB are in use by what cannot be seen from here", g.index, g.used, cmp.Or(g.total, "n/a")))
	}
	if len(out) == 0 {
		out = []record.Finding{record.Clear(gpuProcesses, "GPU %s: no other process on it, %s of %s MiB in use", g.index, cmp.Or(g.used, "n/a"), cmp.Or(g.total, "n/a"))}
	}
	return out
}

// smiLimit is how long nvidia-smi may take: without persistence mode it wakes
// every GPU first.
const smiLimit = 20 * time.Second

// smi runs nvidia-smi and returns the fields of each line; one that it does not
// support is "".
func smi(ctx context.Context, args ...string) ([][]string, error) {
	ctx, cancel := context.WithTimeout(ctx, smiLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, "nvidia-smi", append(args, "--format=csv,noheader,nounits")...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	if err != nil {
		return nil, said(out, err)
	}
	return fields(string(out)), nil
}

// said prefers what nvidia-smi says to its exit status.
func said(out []byte, err error) error {
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	if line == "" || errors.Is(err, exec.ErrNotFound) {
		return err
	}
	return errors.New(line)
}

// fields are the words of each line; what is not supported ([N/A]) is "".
func fields(text string) [][]string {
	var out [][]string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		row := strings.Split(line, ",")
		for i, f := range row {
			if row[i] = strings.TrimSpace(f); strings.HasPrefix(row[i], "[") {
				row[i] = ""
			}
		}
		out = append(out, row)
	}
	return out
}
