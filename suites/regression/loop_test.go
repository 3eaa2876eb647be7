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

	"github.com/chimeraforge/duet/harness/driver/python"
)

// sleeping is a client that does something else for 2 ms after every chunk: in
// Python, since that is the runtime that most agents are written in.
var sleeping = change{
	"harness/driver/python/client.py",
	"            async for data in res.content.iter_any():\n                stream.arrived(data, mono())\n",
	"            async for data in res.content.iter_any():\n                stream.arrived(data, mono())\n                await asyncio.sleep(0.002)\n",
}

const rounds = 6

// side is a build of the suite, and the session that it measures.
type side struct{ bin, session string }

// TestASlowerClientTurnsTheGateRed: a baseline, the same again, and a change of
// one of two runtimes.
func TestASlowerClientTurnsTheGateRed(t *testing.T) {
	needsPython(t)
	unchanged := build(t, source(t, nil), "multi")
	slower := build(t, source(t, &sleeping), "multi")

	t.Run("where tokens come faster than it can take them", func(t *testing.T) {
		l := loop{results: t.TempDir(), speed: 20}
		before, same, changed := side{unchanged, "before"}, side{unchanged, "same"}, side{slower, "changed"}
		l.measure(t, before, same, changed)

		code, said := l.judge(t, same, before)
		assert.Equal(t, 0, code, said)
		assert.Contains(t, said, "# gate default: PASS")

		code, said = l.judge(t, changed, before)
		assert.Equal(t, 1, code, said)
		assert.Contains(t, said, "# gate default: FAIL")
		assert.Contains(t, said, "(1 pass, 1 fail, 0 inconclusive)", "one of two cells")
		assert.Regexp(t, `multi/python/\S+`, named(said), "the cell is named")
		assert.NotContains(t, named(said), "multi/go/")
		t.Log(named(said))
	})
	t.Run("not where they come at the pace of the study's models", func(t *testing.T) {
		l := loop{results: t.TempDir(), speed: 1, more: []string{"-duet.budget=8"}}
		before, changed := side{unchanged, "before"}, side{slower, "changed"}
		l.measure(t, before, changed)
		code, said := l.judge(t, changed, before)
		assert.Equal(t, 0, code, said)
	})
}

// needsPython skips where the client's runtime is not there, but not in CI, which
// has it.
func needsPython(t *testing.T) {
	t.Helper()
	if _, err := python.New(t.Context(), python.Aiohttp); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

// loop is where and how sessions are measured.
type loop struct {
	results string
	speed   int // simulated seconds per second
	more    []string
}

// measure makes all rounds of all sides, in turn.
func (l loop) measure(t *testing.T, sides ...side) {
	t.Helper()
	for i, s := range inTurn(sides...) {
		code, said := l.run(t, s, fmt.Sprint("-duet.only-round=", i/len(sides)+1))
		require.Equal(t, 0, code, said)
	}
}

// judge asks a session's own gate for its verdict.
func (l loop) judge(t *testing.T, s, baseline side) (code int, said string) {
	t.Helper()
	return l.run(t, s, "-duet.gate=default", "-duet.baseline="+filepath.Join(l.results, baseline.session))
}

func (l loop) run(t *testing.T, s side, args ...string) (code int, said string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), s.bin, append(append([]string{
		"-test.bench=Multi/.*/.*/scenario=chimera-homo", "-duet.models=qwen2.5:7b", "-duet.runtimes=go,python", "-duet.rerun=false",
		fmt.Sprint("-duet.rounds=", rounds), fmt.Sprint("-duet.timescale=", l.speed),
		"-duet.results=" + l.results, "-duet.session=" + s.session,
	}, l.more...), args...)...)
	return finished(t, cmd)
}

// finished runs a command without the settings of whoever runs the tests.
func finished(t *testing.T, cmd *exec.Cmd) (code int, said string) {
	t.Helper()
	cmd.Dir = t.TempDir()
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "DUET_") && !strings.HasPrefix(v, python.EnvPython+"=")
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
	return strings.Join(regexp.MustCompile(`(?m)^.*FAIL.*$`).FindAllString(said, -1), "\n")
}
