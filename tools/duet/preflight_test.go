package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

func ptr[T any](v T) *T { return &v }

// gpuMachine is a machine on which much is wrong.
func gpuMachine() (process.Found, []record.Finding) {
	loaded := record.Model{Name: "qwen2.5:7b", Quantization: "Q4_K_M", ParameterSize: "7.6B", MaxContext: 32768, Context: ptr(512), SizeB: ptr(int64(5 << 30)), VRAMB: ptr(int64(4 << 30))}
	found := process.Found{Kind: "reuse", Why: "both endpoints answer", Servers: []process.Server{
		{ID: "collector", URL: "http://127.0.0.1:11434", Version: "0.17.4", Others: []string{"phi3:mini", "llama3:8b"}, Models: []process.Model{
			{Model: loaded, Wanted: true, Here: true}, {Model: record.Model{Name: "gemma3:latest"}, Wanted: true}, {Model: record.Model{Name: "phi3:mini"}, Here: true},
		}},
		{ID: "insight", URL: "http://127.0.0.1:11435", Problem: "GET http://127.0.0.1:11435/api/ps: 500: no"},
	}}
	return found, []record.Finding{
		record.Clear("gpu", "GPU 0: NVIDIA L4, driver 550.54"),
		record.Warn("gpu-persistence", "sudo nvidia-smi -pm 1: without it the driver lets go of the GPU whenever nobody uses it", "GPU 0: persistence mode is off"),
		record.Unasked("governor", "this system does not tell"),
	}
}

func TestThePageOfAMachineOnWhichMuchIsWrong(t *testing.T) {
	found, answers := gpuMachine()
	golden.Assert(t, "preflight_wrong.txt", page(found, answers))
}

func TestAMachineOnWhichNothingIsWrongIsTold(t *testing.T) {
	assert.Contains(t, page(process.Found{}, nil), "Nothing was found that would interfere with a measurement.")
}

// alone hides servers, binaries and the container engine of this machine.
func alone(t *testing.T) {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "DUET_") {
			t.Setenv(name, "")
		}
	}
	for _, name := range []string{"PATH", "HOME", "XDG_CACHE_HOME", "LocalAppData"} {
		t.Setenv(name, t.TempDir())
	}
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(t.TempDir(), "no.sock"))
}

func TestPreflightsExitStatus(t *testing.T) {
	alone(t)
	answering := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"version":"1"}`) }))
	defer answering.Close()
	both := "-duet.endpoints=" + answering.URL + "," + strings.Replace(answering.URL, "127.0.0.1", "localhost", 1)
	for name, test := range map[string]struct {
		args   []string
		status int
		stdout string
		err    string
	}{
		"whatever may interfere": {[]string{both, "-duet.models=a"}, 0, "s1 http://127.0.0.1:", ""},
		"nothing to measure":     {[]string{"-duet.endpoints=http://127.0.0.1:1,http://127.0.0.1:2"}, 1, "\nMachine\n", "nothing can be measured: no Ollama server answers and there is no ollama binary"},
		"a wrong setting":        {[]string{"-duet.models="}, 2, "", "-duet.models="},
		"a flag that is none":    {[]string{"-models=a"}, 2, "", "not defined: -models"},
		"a word too many":        {[]string{"now"}, 2, "", `unexpected "now"`},
		"a call for help":        {[]string{"-h"}, 0, "-duet.endpoints", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var out bytes.Buffer
			err := lookAround(t.Context(), &out, &out, test.args)
			assert.Equal(t, test.status, suites.Status(err, suites.Failed), "%v", err)
			assert.Contains(t, out.String(), test.stdout)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				assert.NotContains(t, err.Error(), "\n")
			}
		})
	}
	assert.Equal(t, 1, suites.Status(errors.New("any other"), suites.Failed))
}
