//go:build ollama || gpu

package main

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// TestRealMatrix is the main job on real input: the whole matrix on two real
// Ollama servers with all three synthetic models, six rounds. It takes about ten
// minutes on two cores; "make test-all" runs it in a step of its own. Its figures
// are in the output of go test -v.
func TestRealMatrix(t *testing.T) {
	out, tree := measure(t)
	assert.Contains(t, out, "SYNTHETIC MODELS", "said before and with every number")
	assert.Contains(t, out, "\nvalidity  valid: ", "a session on real servers holds every check")
	cells := map[string]int{}
	again := 0
	for _, f := range tree.Files {
		checkReal(t, f.Run)
		if f.Run.Rerun != nil {
			again++
			continue
		}
		cells[f.Run.Suite+" "+f.Run.Cell.Model()]++
	}
	t.Logf("%d of %d cells were run once more", again, 7*len(plan.Tiny))
	for _, m := range plan.Tiny {
		assert.Equal(t, 4*6, cells[record.SuiteSingle+" "+m], m)
		assert.Equal(t, 3*6, cells[record.SuiteMulti+" "+m], m)
	}
	t.Run("the report can be looked at", func(t *testing.T) {
		page := filepath.Join(tree.Files[0].Session(), "report.html")
		out, err := exec.Command("go", "test", "-count=1", "-run=^TestAnyReport$", "./internal/browsertest", "-page="+page).CombinedOutput()
		require.NoError(t, err, string(out))
	})
	t.Run("a gate judges it", func(t *testing.T) { judged(t, tree.Files[0].Session()) })
	t.Run("benchstat reads the lines without a warning", func(t *testing.T) { benchstat(t, tree.Files[0].Session()) })
}

// measure runs the command from the module's root on two real servers with the
// synthetic models, six rounds, and returns what it printed and wrote.
func measure(t *testing.T, args ...string) (string, results.Tree) {
	t.Helper()
	root, err := exec.Command("go", "env", "GOMOD").Output()
	require.NoError(t, err)
	t.Chdir(filepath.Dir(strings.TrimSpace(string(root))))
	all := t.TempDir()
	var out bytes.Buffer
	require.NoError(t, bench(t.Context(), io.MultiWriter(&out, os.Stdout), os.Stderr, append([]string{
		"-tags", "ollama", "-duet.models=tiny", "-duet.servers=process", "-duet.budget=32", "-duet.rounds=6", "-duet.results=" + all,
	}, args...)))
	tree, err := results.ReadTree(all)
	require.NoError(t, err)
	require.Empty(t, tree.Errors)
	return out.String(), tree
}

// judged holds a gate over real runs to three verdicts that are known before.
func judged(t *testing.T, dir string) {
	t.Helper()
	shipped, err := gate.Load(gate.DefaultName)
	require.NoError(t, err)
	report, err := gate.Judge(shipped, dir, dir)
	require.NoError(t, err)
	assert.Equal(t, gate.Pass, report.Verdict, "a session is no worse than itself: %v", report.Results)

	for verdict, rule := range map[gate.Verdict]string{
		gate.Pass: "{metrics: jain, min: 0.01}", // half at the least
		gate.Fail: "{metrics: speedup_measured, min: 4}",
	} {
		config, err := gate.Parse([]byte("version: 1\nrules:\n  - "+rule+"\n"), rule)
		require.NoError(t, err)
		report, err := gate.Judge(config, dir, "")
		require.NoError(t, err)
		assert.Equal(t, verdict, report.Verdict, "%s: %v", rule, report.Results)
	}
}

// checkReal holds one run to what only a real server can give.
func checkReal(t *testing.T, r *record.Run) {
	t.Helper()
	require.True(t, r.OK(), "%s run %d: %s", r.Cell.ID, r.RunNumber, r.Error)
	assert.False(t, r.Backend.Simulated)
	assert.True(t, r.Backend.Synthetic)
	urls := map[string]bool{}
	for _, s := range r.Servers {
		assert.Regexp(t, `^http://127\.0\.0\.1:\d+$`, s.URL)
		assert.Regexp(t, `^\d+\.\d+\.\d+`, s.Version)
		assert.NotZero(t, s.PID)
		assert.NotEmpty(t, s.Model.Digest)
		assert.Equal(t, r.Cell.Ctx() == *s.Model.Context || r.Cell.Scenario() != plan.ChimeraHomo, true, "the label is what was in effect")
		urls[s.URL] = true
	}
	for _, p := range r.Passes {
		for _, c := range p.Calls {
			assert.Equal(t, int64(32), *c.Server.Tokens, "the budget was used up")
			assert.Equal(t, "length", c.DoneReason)
		}
	}
	if r.Suite == record.SuiteMulti {
		assert.Len(t, urls, 2, "two servers")
		d := r.Derived
		for name, v := range map[string]*float64{
			"speedup_measured": d.Get("speedup_measured"), "efficiency_server": d.Get("efficiency_server"), "efficiency_client": d.Get("efficiency_client"),
		} {
			require.NotNil(t, v, name)
			assert.Positive(t, *v, name)
		}
		assert.Less(t, *d.Get("speedup_measured"), 4.0, "two servers cannot be four times one")
	}
}

func benchstat(t *testing.T, session string) {
	// A table per scenario: a row that mixes them is a row benchstat warns of.
	cmd := exec.Command("go", "tool", "benchstat", "-table", ".config,/scenario", "-col", "/runtime", "-row", "/model",
		"-filter", ".name:Multi .unit:(speedup-measured OR eff-measured-%)", filepath.Join(session, "bench.txt"))
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	require.NoError(t, cmd.Run(), stderr.String())
	assert.Empty(t, stderr.String())
	assert.NotContains(t, stdout.String(), "¹", "a footnote is a warning")
	t.Log(stdout.String())
}
