//go:build unix

package preflight

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

// fakeGPU puts an nvidia-smi on the PATH that says gpus of --query-gpu and apps
// of --query-compute-apps, and exits with a status.
func fakeGPU(t *testing.T, gpus, apps string, status int) {
	t.Helper()
	dir := t.TempDir()
	script := fmt.Sprintf("#!/bin/sh\ncase \"$*\" in\n*--query-gpu=%s*--format=csv,noheader,nounits*) echo '%s' ;;\n*--query-compute-apps=*) echo '%s' ;;\nesac\nexit %d\n",
		gpuQuery, gpus, apps, status)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "nvidia-smi"), []byte(script), 0o755))
	t.Setenv("PATH", dir)
}

const idle = "0, NVIDIA L4, 550.54, Enabled, 72.00, 72.00, 1, 23034, 0"

func TestGPUs(t *testing.T) {
	for name, test := range map[string]struct {
		gpus, apps string
		status     int
		found      []string // code: figures
		unknown    []string
	}{
		"an idle one":            {gpus: idle},
		"a model of Ollama's":    {gpus: strings.Replace(idle, " 1, ", " 5000, ", 1), apps: "12, /usr/bin/ollama, 5000"},
		"somebody's training":    {gpus: idle, apps: "99, python3, 8000", found: []string{"gpu-processes: GPU 0: python3 (pid 99) computes on it, with 8000 MiB"}},
		"a name with commas":     {gpus: idle, apps: "99, a, b,c, [N/A]", found: []string{"gpu-processes: GPU 0: a,b,c (pid 99) computes on it, with n/a MiB"}},
		"what cannot be seen":    {gpus: strings.Replace(idle, " 1, ", " 9000, ", 1), found: []string{"gpu-memory: GPU 0: 9000 of 23034 MiB are in use by what cannot be seen from here"}},
		"one that is busy":       {gpus: strings.Replace(idle, ", 0", ", 97", 1), found: []string{"gpu-busy: GPU 0: something keeps it busy (97 %)"}},
		"no persistence":         {gpus: strings.Replace(idle, "Enabled", "Disabled", 1), found: []string{"gpu-persistence: GPU 0: persistence mode is off"}},
		"a lowered power limit":  {gpus: strings.Replace(idle, "72.00", "40.00", 1), found: []string{"gpu-power-limit: GPU 0: its power is limited to 40.00 of 72.00 W"}},
		"two of them":            {gpus: idle + "\n" + strings.Replace(idle, "0,", "1,", 1)},
		"one that tells nothing": {gpus: "0, GeForce, 390, [N/A], [N/A], [Not Supported], [N/A], [N/A], [N/A]", unknown: []string{"gpu-persistence", "gpu-power-limit", "gpu-busy"}},
		"no driver":              {gpus: "NVIDIA-SMI has failed because it could not communicate with the driver", status: 9, unknown: []string{"gpu"}},
		"another format":         {gpus: "0, NVIDIA L4", unknown: []string{"gpu"}},
		"half a process":         {gpus: idle, apps: "99", unknown: []string{"gpu-processes"}},
	} {
		t.Run(name, func(t *testing.T) {
			fakeGPU(t, test.gpus, test.apps, test.status)
			var found, unknown []string
			for _, a := range nvidia(t.Context(), Host{Limits: DefaultLimits()}) {
				switch a.Verdict {
				case record.Found:
					found = append(found, a.Code+": "+a.Evidence)
					assert.NotEmpty(t, a.Do)
				case record.NotApplicable:
					unknown = append(unknown, a.Code)
				}
			}
			assert.Equal(t, test.found, found)
			assert.Equal(t, test.unknown, unknown)
		})
	}
}

func TestWhatNvidiaSMISaysOfItsFailureIsSaid(t *testing.T) {
	fakeGPU(t, "No devices were found", "", 6)
	got := nvidia(t.Context(), Host{})
	require.Len(t, got, 1)
	assert.Equal(t, record.Unasked("gpu", "nvidia-smi: No devices were found"), got[0])
}

func FuzzFields(f *testing.F) {
	f.Add(idle + "\n[N/A], ,\r\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, row := range fields(text) {
			assert.NotEmpty(t, row)
		}
	})
}
