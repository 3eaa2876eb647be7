package commands

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// quickly are arguments of a session that can be judged: six rounds of three
// cells.
func quickly(results, session string, more ...string) []string {
	return append([]string{
		"-test.bench=.", "-duet.models=qwen2.5:7b", "-duet.rounds=6", "-duet.rerun=false", "-duet.budget=16",
		"-duet.results=" + results, "-duet.session=" + session,
	}, more...)
}

func gatesFile(t *testing.T, rules ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "gates.yaml")
	require.NoError(t, os.WriteFile(path, []byte("version: 1\nrules:\n  - "+strings.Join(rules, "\n  - ")+"\n"), 0o644))
	return path
}

// baseline measures a session to compare with.
func baseline(t *testing.T) (results, dir string) {
	t.Helper()
	results = t.TempDir()
	o := run(t, quickly(results, "before")...)
	o.require(t, 0)
	assert.NotContains(t, o.stdout, "gate")
	return results, filepath.Join(results, "before")
}

func TestAGoTestIsAGate(t *testing.T) {
	t.Parallel()
	results, before := baseline(t)
	for _, tt := range []struct {
		name string
		args []string
		code int
		want []string
	}{
		{"the shipped gate passes where nothing changed", []string{"-duet.gate=default", "-duet.baseline=" + before, "-duet.seed=7"}, 0,
			[]string{"# gate default: PASS", "#   PASS: throughput of the pair (3 pass, 0 fail, 0 inconclusive)"}},
		{"benchmark lines serve as a baseline", []string{"-duet.gate=default", "-duet.baseline=" + filepath.Join(before, "bench.txt"), "-duet.seed=8"}, 0,
			[]string{"# gate default: PASS", "digests of the models were not compared"}},
		{"a floor that does not hold fails", []string{"-duet.gate=" + gatesFile(t, "{name: two machines, metrics: efficiency_measured, min: 99}")}, 1,
			[]string{"--- FAIL: TestGate", "FAIL: two machines (0 pass, 3 fail, 0 inconclusive)", "at least 99"}},
		{"what cannot be told fails with its word", []string{"-duet.gate=" + gatesFile(t, "{metrics: ttft_p99, max: 1h}")}, 1,
			[]string{"--- FAIL: TestGate", "INCONCLUSIVE", "it would take about 100 rounds"}},
		{"tests that a user names do not run before the last round", []string{"-test.run=Gate", "-duet.gate=" + gatesFile(t, "{metrics: failure_rate, max: 0}")}, 0,
			[]string{"# gate ", ": PASS"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := run(t, quickly(results, strings.ReplaceAll(tt.name, " ", "-"), tt.args...)...)
			o.require(t, tt.code)
			for _, w := range tt.want {
				assert.Contains(t, o.stdout, w)
			}
			assert.Equal(t, 1, strings.Count(o.stdout, "# gate "), o.stdout)
			lines, _ := parse(t, o.stdout)
			assert.Len(t, lines, 18, "the lines are what they were")
		})
	}
}

// TestAGateThatCannotBeJudgedIsFoundBeforeAnythingIsMeasured: exit status 2, one
// line, and no session.
func TestAGateThatCannotBeJudgedIsFoundBeforeAnythingIsMeasured(t *testing.T) {
	t.Parallel()
	results, before := baseline(t)
	for _, tt := range []struct {
		name string
		args []string
		want string
	}{
		{"no such file", []string{"-duet.gate=nowhere.yaml"}, "nowhere.yaml"},
		{"a key that does not exist", []string{"-duet.gate=" + gatesFile(t, "{metrics: jain, minimum: 1}")}, "line 3: field minimum not found"},
		{"a metric with a typo", []string{"-duet.gate=" + gatesFile(t, "{metrics: jane, min: 1}")}, `no metric "jane"`},
		{"a cell with a typo", []string{"-duet.gate=" + gatesFile(t, "{metrics: jain, min: 0, scenario: chimera-hobo}", "{metrics: jane, min: 1}")}, `no cell has scenario "chimera-hobo"`},
		{"no baseline", []string{"-duet.gate=default"}, "none is given"},
		{"a baseline without a gate", []string{"-duet.baseline=" + before}, "there is no gate that compares with it"},
		{"a baseline that is not there", []string{"-duet.gate=default", "-duet.baseline=nowhere"}, "nowhere: no such file or folder"},
		{"a baseline of other cells", []string{"-duet.gate=default", "-duet.baseline=" + before, "-duet.models=gemma3:latest"}, "none of the cells"},
		{"a baseline with another budget", []string{"-duet.gate=default", "-duet.baseline=" + before, "-duet.budget=32"}, "the token budget of collector is 16, not 32"},
		{"a baseline of another backend", []string{"-duet.gate=default", "-duet.baseline=" + elsewhere(t, before)}, "another backend: process, not sim"},
		{"a baseline of several sessions", []string{"-duet.gate=default", "-duet.baseline=" + several(t, before)}, "holds 2 sessions"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := run(t, quickly(results, "x", tt.args...)...)
			o.require(t, 2)
			assert.Contains(t, o.stderr, tt.want)
			assert.Equal(t, 1, strings.Count(o.stderr, "\n"), "one line: %s", o.stderr)
			assert.Empty(t, o.stdout)
			absent(t, filepath.Join(results, "x"))
		})
	}
}

// elsewhere is a session's lines as another backend would have written them.
func elsewhere(t *testing.T, session string) string {
	data, err := os.ReadFile(filepath.Join(session, "bench.txt"))
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "bench.txt")
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(data), "backend: sim", "backend: process", 1)), 0o644))
	return path
}

// several is a results folder with a session twice, the second under another name.
func several(t *testing.T, session string) string {
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(dir, "before"), os.DirFS(session)))
	require.NoError(t, os.CopyFS(filepath.Join(dir, "again"), os.DirFS(session)))
	found, err := filepath.Glob(filepath.Join(dir, "again", "multi", "go", "*", "*", "run_*", "metrics.json"))
	require.NoError(t, err)
	require.NotEmpty(t, found)
	for _, path := range found {
		data, err := os.ReadFile(path)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(path, []byte(strings.Replace(string(data), `"session": "before"`, `"session": "again"`, 1)), 0o644))
	}
	return dir
}

func TestAGateWithoutASessionIsRefused(t *testing.T) {
	t.Parallel()
	o := run(t, "-duet.gate=default")
	o.require(t, 1)
	assert.Contains(t, o.stdout, "-duet.gate judges what -bench measures, and there is no -bench")
}

func TestAnIncompleteSessionIsNotJudged(t *testing.T) {
	t.Parallel()
	o := run(t, quickly(t.TempDir(), "cut", "-duet.gate="+gatesFile(t, "{metrics: failure_rate, max: 0}"), "-test.timeout=16s", "-duet.timescale=1", "-duet.budget=128")...)
	o.require(t, 1)
	assert.Contains(t, o.stdout, "# stopped: go test would end this binary")
	assert.Contains(t, o.stdout, "# gate: not judged, since the session is not complete")
}
