//go:build ollama || gpu

package sim_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/sim"
)

// TestTheOllamaCommandLine drives the simulator with Ollama's own program.
func TestTheOllamaCommandLine(t *testing.T) {
	binary, _, err := process.Find()
	require.NoError(t, err, "make test builds one; %s names another", process.EnvBinary)
	s, _ := start(t, sim.Config{})
	ollama := func(args ...string) string {
		cmd := exec.CommandContext(t.Context(), binary, args...)
		cmd.Env = append(os.Environ(), "OLLAMA_HOST="+s.Endpoints()[0].URL, "HOME="+t.TempDir())
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "ollama %v: %s", args, out)
		t.Logf("$ ollama %s\n%s", strings.Join(args, " "), out)
		return string(out)
	}
	assert.Contains(t, ollama("--version"), sim.Version)
	assert.Contains(t, ollama("list"), qwn)
	show := ollama("show", qwn)
	for _, want := range []string{"qwen2", "7.6B", "32768", "completion"} {
		assert.Contains(t, show, want)
	}
	assert.Contains(t, ollama("pull", qwn), "success")
	assert.Contains(t, ollama("run", qwn, "Why is the sky blue?"), sim.Mark)
	ps := ollama("ps")
	assert.Contains(t, ps, qwn)
	assert.Contains(t, ps, "100% GPU")
	assert.Contains(t, ps, "4096")
	ollama("stop", qwn)
	assert.NotContains(t, ollama("ps"), qwn)
	ollama("rm", "duet-tiny-llama")
	assert.NotContains(t, ollama("list"), "duet-tiny-llama")
}
