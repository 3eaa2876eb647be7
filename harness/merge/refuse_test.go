package merge_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/merge"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/trust"
)

// edited is a copy of a session of which one string is another, wherever it stands,
// and whose plan has the hash of what it is then.
func edited(t *testing.T, dir, old, new string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), filepath.Base(dir))
	require.NoError(t, os.CopyFS(to, os.DirFS(dir)))
	require.NoError(t, filepath.WalkDir(to, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.WriteFile(path, []byte(strings.ReplaceAll(text(t, path), old, new)), 0o644)
	}))
	f, hash, err := results.Read(to)
	if err != nil {
		return to // it is no session any more
	}
	path := filepath.Join(to, results.FileName)
	require.NoError(t, os.WriteFile(path, []byte(strings.Replace(text(t, path), f.PlanHash, hash, 1)), 0o644))
	return to
}

func TestWhatMustNotBeMixedIsRefusedWithEveryReason(t *testing.T) {
	all := t.TempDir()
	one, two := measured(t, all, "one", shard(1, 2)), measured(t, all, "two", shard(2, 2))
	digest := model(t, two).Digest
	for _, test := range []struct {
		name  string
		other string
		more  []merge.Source
		want  []string
	}{
		{"models of another digest", edited(t, two, digest, "sha256:0ff1ce"), nil, []string{"have different models under the name qwen2.5:7b: digests " + digest + " and sha256:0ff1ce"}},
		{"another budget and seed", measured(t, t.TempDir(), "two", func(s *settings.Settings) { shard(2, 2)(s); s.Budget, s.Seed = 5, 7 }), nil, []string{"have different plans: budget 4 and 5; seed 116 and 7"}},
		{"another schema of runs", edited(t, two, `"duet.run/2"`, `"duet.run/0"`), nil, []string{`unknown schema "duet.run/0"`}},
		{"another schema of sessions", edited(t, two, `"duet.session/2"`, `"duet.session/0"`), nil, []string{`schema "duet.session/0"`}},
		{"another commit", edited(t, two, `"commit": "`, `"commit": "0"+"`), nil, []string{results.FileName}},
		{"another version of the server", edited(t, two, "0.17.4-duet-sim", "0.18.0-duet-sim"), nil, []string{"have servers of different versions: 0.17.4-duet-sim and 0.18.0-duet-sim"}},
		{"simulated and real", edited(t, two, `"simulated": true`, `"simulated": false`), nil, []string{"are simulated and real"}},
		{"other servers", edited(t, two, `"kind": "sim"`, `"kind": "reuse"`), nil, []string{"have different servers: sim and reuse"}},
		{"a run of another seed", edited(t, two, "\n  \"seed\": 116,", "\n  \"seed\": 117,"), nil, []string{"seed 117, and its session's is 116"}},
		{"another split", measured(t, t.TempDir(), "three", shard(3, 3)), nil, []string{"are of different splits: shards 1/2 and 3/3"}},
		{"one commit whose shards are not the same cells", edited(t, two, `"shard": "1/2"`, `"shard": "2/2"`), nil, []string{"cells that are not the same in both, or of different shards, such as "}},
		{"one commit whose cells are not the same", edited(t, two, `"num_ctx": 512`, `"num_ctx": 513`), nil, []string{"cells that are not the same in both"}},
		{"the same shard twice", edited(t, one, "none", "none"), nil, []string{"both have"}},
		{"a plan that says more", edited(t, two, `"rounds": 2`, `"rounds": 2, "warp": 9`), nil, []string{": its plan is not one that this version writes"}},
		{"no session", t.TempDir(), nil, []string{" is no session: it has no session.json"}},
		{"no folder", filepath.Join(all, "nowhere"), nil, []string{": no such folder"}},
		{"a session that lacks a run", without(t, two, "run_2"), nil, []string{"is not valid: planned-runs: ", "; finish it with the command that began it, or say -incomplete", "is not valid: bench-lines: "}},
		{"a file that is no run", edited(t, two, "\n  \"status\": \"ok\",", "\n  \"status\": \"many\","), nil, []string{`status "many"`}},
		{"machines of one name that are two", edited(t, two, `"cores": `, `"cores": 9`), []merge.Source{{Machine: "x", Dir: one}}, []string{"are both machine x, and are two: "}},
		{"names and numbers that meet", two, []merge.Source{{Machine: "m2", Dir: one}}, []string{"would be machine m2 by its place, and another is named so"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "out")
			from := append(slices.Clone(test.more), sources(one, test.other)[len(test.more):]...)
			if len(test.more) > 0 && test.more[0].Machine == "x" {
				from[1].Machine = "x"
			}
			_, err := merge.Merge(merge.Options{Out: out, Sources: from})
			var why merge.Refused
			require.ErrorAs(t, err, &why)
			for _, want := range test.want {
				assert.ErrorContains(t, err, want)
			}
			for _, w := range why {
				assert.NotContains(t, w, "\n")
			}
			left, err := os.ReadDir(filepath.Dir(out))
			require.NoError(t, err)
			assert.Empty(t, left, "nothing was written")
		})
	}
}

func model(t *testing.T, dir string) record.Model {
	t.Helper()
	f, _, err := results.Read(dir)
	require.NoError(t, err)
	return f.Models[0]
}

// without is a copy of a session without some runs of the multi suite.
func without(t *testing.T, dir, run string) string {
	t.Helper()
	to := edited(t, dir, "none", "none")
	paths, err := filepath.Glob(filepath.Join(to, "multi", "*", "*", "*", run))
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	require.NoError(t, os.RemoveAll(paths[0]))
	return to
}

func TestAMergeIsOneOfTwoAndIntoANewFolder(t *testing.T) {
	results := t.TempDir()
	one, two := measured(t, results, "one", shard(1, 2)), measured(t, results, "two", shard(2, 2))
	out := filepath.Join(results, "out")
	_, err := merge.Merge(merge.Options{Out: out, Sources: sources(one)})
	assert.ErrorContains(t, err, "1 sessions given; at least two can be merged")
	_, err = merge.Merge(merge.Options{Out: one, Sources: sources(one, two)})
	assert.ErrorContains(t, err, one+" is there already")
	_, err = merge.Merge(merge.Options{Out: filepath.Join(results, "-x"), Sources: sources(one, two)})
	assert.ErrorContains(t, err, "session must be letters")
	_, err = merge.Merge(merge.Options{Out: out, Sources: sources(one, two)})
	require.NoError(t, err)
	_, err = merge.Merge(merge.Options{Out: filepath.Join(results, "again"), Sources: sources(out, one)})
	assert.ErrorContains(t, err, out+" is merged already")
}

func TestAMissingShardIsRefusedUnlessItIsSaidAndThenEveryReaderKnows(t *testing.T) {
	results := t.TempDir()
	large := func(i int) func(*settings.Settings) {
		return func(s *settings.Settings) {
			s.Models = []string{"qwen2.5:7b", "gemma3:latest", "llama3.1:8b-instruct-q4_0"}
			shard(i, 3)(s)
		}
	}
	one, two := measured(t, results, "one", large(1)), measured(t, results, "two", large(2))
	o := merge.Options{Out: filepath.Join(results, "out"), Sources: sources(one, two)}
	_, err := merge.Merge(o)
	assert.ErrorContains(t, err, "there is no session of shard 3/3, 2 cells of the multi suite")
	assert.ErrorContains(t, err, "there is no session of shard 3/3, 4 cells of the single suite")
	o.Incomplete = true
	_, err = merge.Merge(o)
	require.NoError(t, err)
	v, err := trust.Validate(o.Out)
	require.NoError(t, err)
	require.Len(t, v.Failed(), 1)
	assert.Equal(t, "planned-runs", v.Failed()[0].Code)
	assert.Contains(t, v.Said(), "shard 3/3")
}

func TestASessionThatIsBeingMeasuredIsLeftAlone(t *testing.T) {
	results := t.TempDir()
	one, two := measured(t, results, "one", shard(1, 2)), measured(t, results, "two", shard(2, 2))
	f := reopened(t, two)
	_, err := merge.Merge(merge.Options{Out: filepath.Join(results, "out"), Sources: sources(one, two)})
	assert.ErrorContains(t, err, two+" is being measured")
	require.NoError(t, f.Close())
	_, err = merge.Merge(merge.Options{Out: filepath.Join(results, "out"), Sources: sources(one, two)})
	assert.NoError(t, err)
}

func reopened(t *testing.T, dir string) *results.Folder {
	t.Helper()
	file, _, err := results.Read(dir)
	require.NoError(t, err)
	f, err := results.Open(results.Request{
		Results: filepath.Dir(dir), Name: file.Name, Kind: "sim", Suite: record.SuiteMulti, Plan: file.Plan, Now: time.Now(),
	})
	require.NoError(t, err)
	return f
}
