package regression

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/driver"
)

// sleeping is a client that does something else for 2 ms after every chunk: in
// Python, since that is the runtime that most agents are written in.
var sleeping = change{
	"harness/driver/python/client.py",
	"        self.text.append(text)\n",
	"        self.text.append(text)\n        time.sleep(0.002)\n",
}

// fast is a simulated GPU on which a token comes every 1.4 ms to each of two
// agents, and a model is loaded at once. On the study's one a token takes 30, and a
// client that needs 2 for it waits all the same.
var fast = change{
	"harness/backend/sim/catalogue.go",
	`{"qwen2", Profile{Rate: 80.1, PromptRate: 1990, Loss: 0.635, ColdLoad: DefaultColdLoad, Reload: DefaultReload}},`,
	`{"qwen2", Profile{Rate: 900, PromptRate: 1990, Loss: 0.2}},`,
}

const rounds = 6

// side is a build of the suite, and the session that it measures.
type side struct{ bin, session string }

// TestASlowerClientTurnsTheGateRed: a baseline, the same again, and a change of
// one of two runtimes.
func TestASlowerClientTurnsTheGateRed(t *testing.T) {
	needsPython(t)
	unchanged := build(t, source(t, fast), "multi")
	slower := build(t, source(t, fast, sleeping), "multi")
	results := t.TempDir()
	before, same, changed := side{unchanged, "before"}, side{unchanged, "same"}, side{slower, "changed"}
	for i, s := range inTurn(before, same, changed) {
		code, said := measure(t, results, s, fmt.Sprint("-duet.only-round=", i/3+1))
		require.Equal(t, 0, code, said)
	}

	code, said := judge(t, results, same, before)
	assert.Equal(t, 0, code, said)
	assert.Contains(t, said, "# gate default: PASS")

	code, said = judge(t, results, changed, before)
	assert.Equal(t, 1, code, said)
	assert.Contains(t, said, "# gate default: FAIL")
	assert.Contains(t, said, "throughput of the pair (1 pass, 1 fail, 0 inconclusive)", "one of two cells")
	assert.Regexp(t, `multi/python/\S+`, named(said), "the cell is named")
	assert.NotContains(t, named(said), "multi/go/")
	t.Log(named(said))
}

// needsPython skips where the client's runtime is not there, but not in CI, which
// has it.
func needsPython(t *testing.T) {
	t.Helper()
	_, missing, err := driver.Find(t.Context(), []string{"python"}, driver.Options{})
	require.NoError(t, err)
	if len(missing) > 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal(missing[0])
		}
		t.Skip(missing[0])
	}
}

// judge asks a session's own gate for its verdict.
func judge(t *testing.T, results string, s, baseline side) (code int, said string) {
	t.Helper()
	return measure(t, results, s, "-duet.gate=default", "-duet.baseline="+filepath.Join(results, baseline.session))
}

// measure makes what is missing of a session.
func measure(t *testing.T, results string, s side, args ...string) (code int, said string) {
	t.Helper()
	return finished(t, exec.CommandContext(t.Context(), s.bin, append([]string{
		"-test.bench=Multi/.*/.*/scenario=chimera-homo", "-duet.models=qwen2.5:7b", "-duet.runtimes=go,python",
		"-duet.rerun=false", "-duet.telemetry=none", fmt.Sprint("-duet.rounds=", rounds), "-duet.results=" + results, "-duet.session=" + s.session,
	}, args...)...))
}

// finished runs a command without the settings of whoever runs the tests.
func finished(t *testing.T, cmd *exec.Cmd) (code int, said string) {
	t.Helper()
	cmd.Dir = t.TempDir()
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DUET_") && !strings.HasPrefix(v, driver.EnvPython+"=")
	})
	cmd.Env = append(cmd.Env, "DUET_PROGRESS=log")
	out, err := cmd.CombinedOutput()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), string(out)
	}
	require.NoError(t, err, "%s", out)
	return 0, string(out)
}

// named is what the gate says of what fails.
func named(said string) string {
	return strings.Join(regexp.MustCompile(`(?m)^# +fail: .*$`).FindAllString(said, -1), "\n")
}
