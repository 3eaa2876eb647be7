package trust_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/trust"
)

func TestNonsenseIsNeverValid(t *testing.T) {
	good := string(encoded(t, synthetic.Runs()[0]))
	for name, text := range map[string]string{
		"nothing":                     "",
		"a binary":                    strings.Repeat("\x00\xff\x1b", 1000),
		"a list":                      "[]",
		"no object":                   "7",
		"deep":                        strings.Repeat(`{"a":`, 9000) + "1" + strings.Repeat("}", 9000),
		"a run number beyond any":     strings.Replace(good, `"run_number": 1`, `"run_number": 1e999999999`, 1),
		"a stamp at the end of time":  strings.Replace(good, `"gun_ns": 1000000000`, `"gun_ns": 9223372036854775807`, 1),
		"a stamp at its beginning":    strings.Replace(good, `"gun_ns": 1000000000`, `"gun_ns": -9223372036854775808`, 1),
		"a number that is beyond all": strings.Replace(good, `"temp": 1`, `"temp": 1, "more": 1e999999999`, 1),
		"a cell outside the session":  strings.Replace(good, `"id": "multi`, `"id": "../../multi`, 1),
		"names that a terminal obeys": strings.Replace(good, `"model": "`, `"model": "\u001b[2J`, 1),
		"arrivals that overflow":      strings.Replace(good, `"chunk_deltas_ns": [`, `"chunk_deltas_ns": [9223372036854775807,9223372036854775807,`, 1),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.MkdirAll(filepath.Join(dir, "multi", "run_1"), 0o755))
			require.NoError(t, os.WriteFile(filepath.Join(dir, "multi", "run_1", results.MetricsFile), []byte(text), 0o644))
			found, err := trust.Sessions(dir)
			require.NoError(t, err)
			require.Len(t, found, 1)
			answered(t, found[0])
			assert.False(t, verdict(t, found[0]).Valid)
		})
	}
}

func TestAFolderWithoutRunsIsNothingToJudge(t *testing.T) {
	_, err := trust.Sessions(t.TempDir())
	require.ErrorIs(t, err, trust.ErrNoSession)
	_, err = trust.Sessions(filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAnyPartOfASessionLeadsToAllOfIt(t *testing.T) {
	dir := measured(t)
	file := runs(t, dir, record.SuiteMulti)[0].Path
	for _, path := range []string{filepath.Dir(dir), dir, filepath.Join(dir, "multi"), filepath.Dir(file), file, filepath.Join(dir, "bench.txt")} {
		found, err := trust.Sessions(path)
		require.NoError(t, err)
		assert.Equal(t, []string{dir}, found, path)
	}
	link := filepath.Join(t.TempDir(), "link")
	require.NoError(t, os.Symlink(filepath.Dir(dir), link))
	found, err := trust.Sessions(link)
	require.NoError(t, err)
	assert.Equal(t, []string{dir}, found)
	require.Empty(t, verdict(t, filepath.Join(link, "s")).Failed(), "a link to a session is the session")
}

func TestASessionThatWasCopiedWithoutItsFileIsJudgedByItsFolder(t *testing.T) {
	dir := copied(t, measured(t))
	require.NoError(t, os.Remove(filepath.Join(dir, "session.json")))
	addedRun("{")(t, dir)
	found, err := trust.Sessions(filepath.Dir(dir))
	require.NoError(t, err)
	assert.Equal(t, []string{dir}, found, "the unreadable file is one of its")
}

func encoded(t testing.TB, r *record.Run) []byte {
	t.Helper()
	data, err := results.Encode(r)
	require.NoError(t, err)
	return data
}

// answered holds every check to an answer with what belongs to it.
func answered(t *testing.T, dir string) {
	v, err := trust.Validate(dir)
	require.NoError(t, err)
	require.NotEmpty(t, v.Findings)
	for _, r := range v.Findings {
		switch r.Verdict {
		case record.NothingFound:
			require.Empty(t, r.Places, r.Code)
			require.Zero(t, r.Affected, r.Code)
		case record.Found:
			require.NotEmpty(t, r.Places, r.Code)
		case record.NotApplicable:
			require.NotEmpty(t, r.Evidence, r.Code)
		default:
			require.Fail(t, "no answer", r.Code)
		}
		for _, o := range r.Places {
			require.NotEmpty(t, o.File, r.Code)
			require.NotEmpty(t, o.Reason, r.Code)
		}
	}
}

// FuzzAnyFolder: whatever lies in a folder, every check answers.
func FuzzAnyFolder(f *testing.F) {
	run := encoded(f, synthetic.Runs()[0])
	f.Add(run, []byte(`{"schema":"duet.session/1","suites":{"multi":["a","../b"]},"plan":{"rounds":2}}`), []byte("BenchmarkMulti/x-2 1 2 ns/op\n"), []byte("{}\n"), []byte(`{"runs":[{}],"runs_ok":1,"derived":[{}]}`))
	f.Add([]byte("{"), []byte("[]"), []byte("BenchmarkMulti 1 x"), []byte("x\n"), []byte("null"))
	id := filepath.FromSlash(synthetic.Runs()[0].Cell.ID)
	f.Fuzz(func(t *testing.T, metricsJSON, session, bench, failures, summary []byte) {
		dir := t.TempDir()
		require.NoError(t, os.MkdirAll(filepath.Join(dir, id, "run_1"), 0o755))
		for name, data := range map[string][]byte{
			filepath.Join(id, "run_1", results.MetricsFile): metricsJSON, "session.json": session, "bench.txt": bench,
			results.FailuresFile: failures, filepath.Join(id, results.SummaryJSON): summary, filepath.Join(id, results.SummaryMD): summary,
		} {
			require.NoError(t, os.WriteFile(filepath.Join(dir, name), data, 0o644))
		}
		answered(t, dir)
	})
}
