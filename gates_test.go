package duet_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/compare/gate"
)

// TestGateScript gives the workflows' script every status that a gate has, from a
// benchfmt that does nothing else.
func TestGateScript(t *testing.T) {
	if _, err := exec.LookPath("bash"); err != nil {
		t.Skip("needs bash, which is not on the PATH here")
	}
	for _, c := range []struct {
		name         string
		gate, status int
		inconclusive string
		verdict      string
		annotation   string
	}{
		{name: "a pass is a pass", gate: 0, status: 0, verdict: "pass"},
		{name: "a failure fails", gate: 1, status: 1, verdict: "fail"},
		{name: "inconclusive is a warning", gate: 3, status: 0, verdict: "inconclusive", annotation: "::warning "},
		{name: "inconclusive fails where asked", gate: 3, status: 3, inconclusive: "fail", verdict: "inconclusive"},
		{name: "what cannot be judged is no pass", gate: 2, status: 2, verdict: "unjudged", annotation: "::error "},
		{name: "a benchfmt that is not there is no pass", gate: 127, status: 127, verdict: "unjudged", annotation: "::error "},
	} {
		t.Run(c.name, func(t *testing.T) {
			output := filepath.Join(t.TempDir(), "output")
			cmd := exec.Command("bash", ".github/gate.sh", "results/new", "default", "results/old")
			cmd.Env = append(os.Environ(), "BENCHFMT="+fakeBenchfmt(t, c.gate), "GITHUB_OUTPUT="+output, "INCONCLUSIVE="+c.inconclusive)
			out, err := cmd.Output()
			var exit *exec.ExitError
			if c.status != 0 {
				require.ErrorAs(t, err, &exit)
			}
			assert.Equal(t, c.status, cmd.ProcessState.ExitCode())
			assert.Contains(t, string(out), "gate -config default -format github -baseline results/old results/new\n"+c.annotation)
			written, err := os.ReadFile(output)
			require.NoError(t, err)
			assert.Equal(t, "verdict="+c.verdict+"\n", string(written))
		})
	}
}

// fakeBenchfmt prints its arguments and exits with a status.
func fakeBenchfmt(t *testing.T, status int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "benchfmt")
	require.NoError(t, os.WriteFile(path, fmt.Appendf(nil, "#!/bin/sh\necho \"$@\"\nexit %d\n", status), 0o755))
	return path
}

func TestGatesOfWorkflowsAreGates(t *testing.T) {
	files, err := filepath.Glob(".github/gates/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		c, err := gate.Load(file)
		require.NoError(t, err)
		assert.False(t, c.Relative(), "%s is for where there is no baseline", file)
	}
}
