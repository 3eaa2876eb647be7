package gate_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// lines are six repetitions of a benchmark, in steps of 1 %.
func lines(format string, values ...float64) string {
	var out strings.Builder
	for i := range 6 {
		var of []any
		for _, v := range values {
			of = append(of, v*(1+0.01*float64(i*5%7)))
		}
		fmt.Fprintf(&out, "BenchmarkA 1 "+format+"\n", of...)
	}
	return "Unit agg-tok/s better=higher\nUnit eff-measured-% better=higher\nUnit balance better=higher\n" + out.String()
}

func sideOf(t *testing.T, text string) *compare.Side {
	t.Helper()
	s, err := compare.FromText(strings.NewReader(text), "text")
	require.NoError(t, err)
	return s
}

// Limits that cannot fail, or that say something else than was meant, passed
// whatever was measured. The names are those of the cases in the wild.
func TestALimitIsHeldAgainstItsMetric(t *testing.T) {
	text := lines("%g ns/op %g agg-tok/s %g eff-measured-%% %g balance", 100, 80, 25, 0.95)
	for _, tt := range []struct{ name, rule, want string }{
		{"C6", "{metrics: agg-tok/s, worse_than: 100 %}", "can never fail"},
		{"C6 more", "{metrics: agg-tok/s, worse_than: 1_000}", "can never fail"},
		{"C6 a time can lose more", "{metrics: ns/op, worse_than: 100 %}", ""},
		{"C7", "{metrics: efficiency_measured, min: 0.95}", "is in percent: 0.95 is below all that was ever meant by it; write 95, or 0.95 % where that is meant"},
		{"C7 with the sign", "{metrics: efficiency_measured, min: 0.95 %}", ""},
		{"C8", "{metrics: balance, max: 50 %}", "a ceiling (max 50 %) over what is better higher"},
		{"C8 the other side", "{metrics: balance, min: 50 %}", "balance is no percentage, and 50 % is one"},
		{"C9", "{metrics: agg-tok/s, max: 1000}", "a ceiling (max 1000) over what is better higher never fails for being bad; say min"},
		{"C9 a time", "{metrics: ns/op, min: 1ms}", "a floor (min 1ms) under what is better lower never fails for being bad; say max"},
		{"C10", "{metrics: agg-tok/s, min: -5}", "a floor of -5 can never fail"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := gate.Evaluate(rules(t, tt.rule), gate.Input{New: sideOf(t, text), Old: sideOf(t, text)})
			if tt.want == "" {
				assert.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestAnEmptyRuleIsRefusedAtItsLine(t *testing.T) { // C12
	_, err := gate.Parse([]byte("version: 1\nrules:\n  -\n  - metrics: tok/s\n    min: 5\n"), "cfg.yaml")
	assert.ErrorContains(t, err, "cfg.yaml:3: an empty rule")
}

func TestNothingIsNoLossOfNothing(t *testing.T) {
	rule := "{metrics: B/op, worse_than: 5 %}"
	for _, tt := range []struct {
		name     string
		old, now float64
		want     gate.Verdict
	}{
		{"B5", 0, 0, gate.Pass},
		{"B6 worse", 0, 64, gate.Fail},
		{"B6 better", 64, 0, gate.Pass},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r, err := gate.Evaluate(rules(t, rule), gate.Input{New: sideOf(t, lines("%g B/op", tt.now)), Old: sideOf(t, lines("%g B/op", tt.old))})
			require.NoError(t, err)
			assert.Equal(t, tt.want, r.Verdict, r.Lines())
		})
	}
}

func TestWhatTheSessionLostIsInconclusive(t *testing.T) {
	old, now := sideOf(t, lines("%g ns/op %g agg-tok/s", 100, 80)), sideOf(t, lines("%g ns/op", 100))
	r, err := gate.Evaluate(rules(t, "{metrics: '*', worse_than: 5 %}"), gate.Input{New: now, Old: old}) // C16
	require.NoError(t, err)
	assert.Equal(t, gate.Inconclusive, r.Verdict)
	assert.Contains(t, strings.Join(r.Lines(), "\n"), "agg-tok/s: the baseline has it, and the session has measured none of it")

	after := made{}.side()
	after.Only(func(c *compare.Cell) bool { return c.Key("model") == "beta" })
	r, err = gate.Evaluate(rules(t, "{metrics: tok/s, worse_than: 5, model: alpha}"), gate.Input{New: after, Old: made{}.side()})
	require.NoError(t, err)
	assert.Equal(t, gate.Inconclusive, r.Verdict, "a model")
}

// D2: a session of which one planned cell is there passed every floor.
func TestASessionThatIsNotWholePassesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "s")
	f := results.File{Schema: results.FileSchema, Name: synthetic.Session, Created: time.Now(), Updated: time.Now(),
		Plan: results.Plan{Rounds: 6}, Suites: map[string][]string{}}
	for _, r := range synthetic.Runs() {
		if r.Suite != record.SuiteMulti || r.Cell.Model() != "beta:latest" {
			continue
		}
		if r.RunNumber == 1 {
			f.Suites[r.Suite] = append(f.Suites[r.Suite], r.Cell.ID)
			f.Cells = append(f.Cells, plan.Cell{Cell: r.Cell, Suite: r.Suite})
		}
		_, err := results.WriteRun(dir, r)
		require.NoError(t, err)
	}
	data, err := results.Encode(f)
	require.NoError(t, err)
	require.NoError(t, results.WriteFile(filepath.Join(dir, results.FileName), data))
	floor := rules(t, "{metrics: efficiency_measured, min: 5}")
	r, err := gate.Judge(floor, dir, "")
	require.NoError(t, err)
	assert.Equal(t, gate.Pass, r.Verdict, r.Lines())

	cell := filepath.Join(dir, filepath.FromSlash(f.Suites[record.SuiteMulti][0]))
	again := synthetic.Pair("beta:latest", "baseline-vs-chimera", 2, 2)
	again.RunNumber, again.Started = 7, again.Started.Add(time.Minute)
	_, err = results.WriteRun(dir, again)
	require.NoError(t, err)
	require.NoError(t, os.Rename(filepath.Join(cell, "run_6"), filepath.Join(t.TempDir(), "run_6")))
	r, err = gate.Judge(floor, dir, "")
	require.NoError(t, err)
	assert.Equal(t, gate.Inconclusive, r.Verdict, "six runs of five rounds")
	assert.Contains(t, strings.Join(r.Notes, "\n"), f.Suites[record.SuiteMulti][0]+" (5 of 6 rounds)")

	require.NoError(t, os.RemoveAll(filepath.Join(dir, filepath.FromSlash(f.Suites[record.SuiteMulti][1]))))
	r, err = gate.Judge(floor, dir, "")
	require.NoError(t, err)
	assert.Equal(t, gate.Inconclusive, r.Verdict)
	assert.Contains(t, strings.Join(r.Notes, "\n"), f.Suites[record.SuiteMulti][1]+" (0 of 6 rounds)")
	r, err = gate.Judge(floor, filepath.Join(dir, filepath.FromSlash(f.Suites[record.SuiteMulti][0])), "")
	require.NoError(t, err)
	assert.Equal(t, gate.Pass, r.Verdict, "a part is not asked for the whole")
}

// D20: a copy of a session beside it made six repetitions of three.
func TestACopyOfASessionIsNotJudged(t *testing.T) {
	dir := t.TempDir()
	for _, at := range []string{"a", "a.bak"} {
		for _, r := range synthetic.Runs() {
			_, err := results.WriteRun(filepath.Join(dir, at), r)
			require.NoError(t, err)
		}
	}
	_, err := gate.Judge(rules(t, "{metrics: efficiency_measured, min: 5}"), dir, "")
	assert.ErrorContains(t, err, "the same run again")
}
