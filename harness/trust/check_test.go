package trust_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/results"
	_ "github.com/chimeraforge/duet/harness/tr116"
	"github.com/chimeraforge/duet/harness/trust"
)

func verdict(t *testing.T, dir string) trust.Verdict {
	t.Helper()
	v, err := trust.Validate(dir)
	require.NoError(t, err)
	return v
}

// one are faults that each keep one check from holding, and no other.
var faults = []struct {
	check string
	spoil func(*testing.T, string)
	says  string
}{
	{"files-read", addedRun("\x7fELF\x00\x01\xff"), "run_99/metrics.json: neither a metrics.json"},
	{"schema-known", addedRun(`{"schema":"duet.run/99","suite":7}`), `run_99/metrics.json: unknown schema "duet.run/99"`},
	{"schema-valid", replace("multi/*/*/*/run_1/metrics.json", func(s string) string {
		return strings.Replace(s, `"round"`, `"more": 1, "round"`, 1)
	}), `unexpected additional properties ["more"]`},
	{"session-file", replace(results.FileName, func(s string) string { return strings.Replace(s, `"budget": 8`, `"budget": 9`, 1) }), "the plan was changed"},
	{"session-file", replace(results.FileName, func(s string) string { return strings.Replace(s, `"why": "`, `"whi": "`, 1) }), "whi"},
	{"in-place", func(t *testing.T, dir string) {
		run := filepath.Dir(runs(t, dir, record.SuiteMulti)[1].Path)
		require.NoError(t, os.Rename(run, filepath.Join(filepath.Dir(run), "run_7")))
	}, "run_7/metrics.json: says that it is multi/"},
	{"planned-runs", replan(func(p *results.Plan) { p.Rounds++ }), "3 of 4 rounds measured: round 4 is missing"},
	{"reruns", edit(4, func(r *record.Run) { r.Rerun = nil }), "was not run once more for "},
	{"digests", edit(2, func(r *record.Run) { r.Servers[1].Model.Digest = "sha256:0ff1ce" }), "s2 has qwen2.5:7b as sha256:0ff1ce, elsewhere it is"},
	{"labels", edit(2, func(r *record.Run) { *r.Servers[1].Model.Context = 2048 }), "insight asked for a context of 512 tokens, 2048 in effect"},
	{"stamps", edit(2, func(r *record.Run) { *call(r).HeadersNS = call(r).RequestNS - 1 }), "pass, collector, call 1: request at "},
	{"gaps", edit(1, func(r *record.Run) { r.Passes[0].Calls[0].DeltasNS[3]++ }), "the arrivals end at"},
	{"passes", edit(1, func(r *record.Run) { r.Passes[0].EndNS = r.Passes[1].GunNS + 1 }), "pass 2 (solo) begins at"},
	{"server-times", edit(2, func(r *record.Run) { *call(r).Server.TotalNS *= 2 }), "the server's total_duration is"},
	{"starts", edit(4, func(r *record.Run) { r.Started = r.Started.Add(time.Hour) }), "after the session was last written"},
	{"summaries", replace("multi/*/*/*/summary.json", func(s string) string { return strings.Replace(s, `"runs_failed": 1`, `"runs_failed": 0`, 1) }), "is of 4 measured and 0 failed runs; there are 4 and 1"},
	{"bench-lines", replace("bench.txt", func(s string) string { return strings.Replace(s, " 1 ", " 1 1", 1) }), "in bench.txt it has"},
	{"failures", replace(results.FailuresFile, func(string) string { return "" }), "run_5/metrics.json: failed and is not listed"},
}

func call(r *record.Run) *record.Call { return &r.Passes[0].Calls[0] }

func TestAMeasuredSessionIsValidAndEachFaultFailsItsOwnCheckAndNoOther(t *testing.T) {
	dir := measured(t)
	v := verdict(t, dir)
	require.Empty(t, v.Failed())
	assert.True(t, v.Valid)
	assert.Empty(t, v.Said())
	for _, r := range v.Findings {
		assert.Equal(t, record.NothingFound, r.Verdict, "%s: %s", r.Code, r.Evidence)
		assert.Zero(t, r.Affected, r.Code)
		assert.Positive(t, r.Of, "%s was asked of something", r.Code)
	}
	var asked, spoilt []string
	for _, r := range v.Findings {
		asked = append(asked, r.Code)
	}
	for _, fault := range faults {
		spoilt = append(spoilt, fault.check)
		t.Run(fault.check, func(t *testing.T) {
			dir := copied(t, dir)
			fault.spoil(t, dir)
			v := verdict(t, dir)
			failed := v.Failed()
			require.Len(t, failed, 1, "%v", failed)
			assert.Equal(t, fault.check, failed[0].Code)
			assert.Positive(t, failed[0].Affected)
			assert.LessOrEqual(t, failed[0].Affected, failed[0].Of)
			assert.False(t, v.Valid)
			assert.Contains(t, findings.But(failed[0]), fault.says)
			assert.Contains(t, v.Said(), "NOT VALID: 1 check does not hold ("+fault.check+")")
			assert.NotContains(t, v.Said(), dir, "files are named below their session")
		})
	}
	assert.Equal(t, asked, slices.Compact(spoilt), "every check has a fault of its own")
}

func TestWhateverIsMissingIsSaid(t *testing.T) {
	dir := measured(t)
	for name, test := range map[string]struct {
		spoil func(*testing.T, string)
		fails []string
		skips []string
	}{
		"a run": {
			remove("multi/*/*/*/run_2"), []string{"planned-runs", "summaries", "bench-lines"}, nil,
		},
		"every run": {
			func(t *testing.T, dir string) { remove("multi")(t, dir); remove("single")(t, dir) },
			[]string{"planned-runs", "bench-lines", "failures"},
			[]string{"files-read", "schema-known", "schema-valid", "in-place", "labels", "stamps", "gaps", "passes", "server-times", "starts", "summaries"},
		},
		"session.json":        {remove("session.json"), []string{"session-file"}, []string{"planned-runs", "reruns"}},
		"a broken session":    {replace("session.json", func(string) string { return "{" }), []string{"session-file"}, []string{"planned-runs", "reruns"}},
		"bench.txt":           {remove("bench.txt"), nil, []string{"bench-lines"}},
		"half of bench.txt":   {replace("bench.txt", func(s string) string { return s[:len(s)-9] }), []string{"bench-lines"}, nil},
		"failures.jsonl":      {remove("failures.jsonl"), []string{"failures"}, nil},
		"half a failure":      {replace("failures.jsonl", func(s string) string { return s[:9] }), []string{"failures"}, nil},
		"a summary":           {remove("multi/*/*/*/summary.json"), []string{"summaries"}, nil},
		"a summary's text":    {replace("multi/*/*/*/summary.md", func(string) string { return "\n\n" }), []string{"summaries"}, nil},
		"another cell's text": {replace("multi/*/*/*/summary.md", func(s string) string { return "# x\n" + s }), []string{"summaries"}, nil},
		"a number of a summary": {replace("multi/*/*/*/summary.json", func(s string) string {
			return strings.Replace(s, `"efficiency_percent": `, `"efficiency_percent": 1`, 1)
		}), []string{"summaries"}, nil},
	} {
		t.Run("without "+name, func(t *testing.T) {
			dir := copied(t, dir)
			test.spoil(t, dir)
			var fails, skips []string
			for _, r := range verdict(t, dir).Findings {
				switch r.Verdict {
				case record.Found:
					fails = append(fails, r.Code)
				case record.NotApplicable:
					assert.NotEmpty(t, r.Evidence, r.Code)
					skips = append(skips, r.Code)
				}
			}
			assert.Equal(t, test.fails, fails)
			if test.skips != nil {
				assert.Subset(t, skips, test.skips)
			}
		})
	}
}

func remove(name string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		found, err := filepath.Glob(filepath.Join(dir, filepath.FromSlash(name)))
		require.NoError(t, err)
		require.NotEmpty(t, found)
		require.NoError(t, os.RemoveAll(found[0]))
	}
}

// TestOfTheStudysFilesIsCheckedWhatTheyHave: what cannot be is said, and their
// labels do not hold.
func TestOfTheStudysFilesIsCheckedWhatTheyHave(t *testing.T) {
	v := verdict(t, golden.Shared(t, "tr116", "raw", "results"))
	assert.Equal(t, 172, v.Runs)
	answers := map[string][]string{}
	for _, r := range v.Findings {
		answers[r.Verdict] = append(answers[r.Verdict], r.Code)
		assert.True(t, r.Verdict != record.NotApplicable || r.Evidence != "", r.Code)
	}
	assert.Equal(t, map[string][]string{
		record.NothingFound: {"files-read", "schema-known", "starts"},
		record.Found:        {"labels"},
		record.NotApplicable: {"schema-valid", "session-file", "in-place", "planned-runs", "reruns", "digests", "stamps", "gaps", "passes",
			"server-times", "summaries", "bench-lines", "failures"},
	}, answers)
}
