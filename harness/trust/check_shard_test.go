package trust_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/simulated"
	"github.com/chimeraforge/duet/harness/merge"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/results"
)

func sharded(t *testing.T, results string, i int) string {
	t.Helper()
	name := "s" + string(rune('0'+i))
	s := simulated.Settings(results, name)
	s.Shard = plan.Shard{I: i, N: 2}
	require.NoError(t, simulated.Suite(t.Context(), record.SuiteMulti, s))
	return filepath.Join(results, name)
}

func result(t *testing.T, dir, check string) record.Finding {
	t.Helper()
	for _, r := range verdict(t, dir).Findings {
		if r.Code == check {
			return r
		}
	}
	require.Fail(t, check)
	return record.Finding{}
}

func TestAShardIsHeldToItsOwnCellsAndAMergeToAllShards(t *testing.T) {
	all := t.TempDir()
	one, two := sharded(t, all, 1), sharded(t, all, 2)
	for _, dir := range []string{one, two} {
		assert.Empty(t, verdict(t, dir).Failed(), "the other shard's cells are not missed")
		assert.Contains(t, result(t, dir, "planned-runs").Evidence, "the other cells are other machines'")
	}
	both := filepath.Join(all, "both")
	_, err := merge.Merge(merge.Options{Out: both, Sources: []merge.Source{{Dir: one}, {Dir: two}}})
	require.NoError(t, err)
	require.Empty(t, verdict(t, both).Failed())

	for _, test := range []struct {
		name, of, check string
		spoil           func(*testing.T, string)
		says            string
	}{
		{"a run of a shard is gone", one, "planned-runs", remove("multi/*/*/*/run_2"), "1 of 2 rounds measured: round 2 is missing"},
		{"it says it is the other shard", one, "planned-runs", replan(func(p *results.Plan) { p.Shard = "2/2" }), "is not of shard 2/2"},
		{"it says it is no shard that can be", one, "planned-runs", replan(func(p *results.Plan) { p.Shard = "x" }), "shard must be i/n"},
		{"a run of a merge is gone", both, "planned-runs", remove("multi/*/*/*/run_2"), "round 2 is missing"},
		{"a shard of a merge is gone", both, "planned-runs", replace(results.FileName, func(s string) string {
			return strings.Replace(s, `"shard": "2/2",`, `"shard": "1/2",`, 1) // of the plan, not of a cell
		}), "shard 2/2, 1 cells of the multi suite: is in no session that was merged"},
		{"a run is another machine's", both, "in-place", replace("multi/*/*/*/run_2/metrics.json", func(s string) string {
			return strings.NewReplacer(`"machine": "m1"`, `"machine": "m2"`, `"machine": "m2"`, `"machine": "m1"`).Replace(s)
		}), "made it, which no session that was merged says"},
		{"a run is no machine's", both, "in-place", replace("multi/*/*/*/run_2/metrics.json", func(s string) string {
			return strings.NewReplacer(",\n    \"machine\": \"m1\"", "", ",\n    \"machine\": \"m2\"", "").Replace(s)
		}), "names no machine, and its session is merged"},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := copied(t, test.of)
			test.spoil(t, dir)
			r := result(t, dir, test.check)
			assert.Equal(t, record.Found, r.Verdict)
			assert.Contains(t, findings.But(r), test.says)
		})
	}
}
