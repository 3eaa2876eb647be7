package results

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a file may look like after a power cut on a disk that says it has written and
// has not, or on a file system that keeps names and loses what they name.
var losses = []struct {
	name string
	lose func([]byte) []byte
}{
	{"empty", func([]byte) []byte { return nil }},
	{"zeros", func(b []byte) []byte { return make([]byte, len(b)) }},
	{"half of it", func(b []byte) []byte { return b[:len(b)/2] }},
	{"half of it, then zeros", func(b []byte) []byte { return append(bytes.Clone(b[:len(b)/2]), make([]byte, len(b)/2)...) }},
}

// TestWhatIsMadeOfTheRunsIsMadeAgainAfterAPowerCut: all of it, whatever is left.
func TestWhatIsMadeOfTheRunsIsMadeAgainAfterAPowerCut(t *testing.T) {
	req := request(t.TempDir())
	req.Plan.Rounds = 3
	dir := session(t, req, noon, pairRun(1, 1), failedRun(2, 2))
	for _, name := range []string{
		BenchName, FailuresFile, filepath.Join(req.Cells[0], SummaryJSON), filepath.Join(req.Cells[0], SummaryMD),
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		whole, err := os.ReadFile(path)
		require.NoError(t, err)
		for _, loss := range losses {
			t.Run(name+": "+loss.name, func(t *testing.T) {
				require.NoError(t, os.WriteFile(path, loss.lose(whole), 0o644))
				f, err := Open(req)
				require.NoError(t, err)
				require.Equal(t, dir, f.Dir)
				require.NoError(t, f.Close())
				got, err := os.ReadFile(path)
				require.NoError(t, err)
				assert.Equal(t, string(whole), string(got))
			})
		}
	}
}

// TestWhatCannotBeMadeAgainIsRefusedByName: with what to do, named or not, and
// nothing is changed.
func TestWhatCannotBeMadeAgainIsRefusedByName(t *testing.T) {
	run := filepath.Join(request("").Cells[0], "run_2", MetricsFile)
	for _, file := range []struct{ name, do string }{
		{run, "; remove the file and the same command measures it again, or choose another -duet.session"},
		{FileName, "; remove the session's folder, or choose another -duet.session"},
	} {
		for _, loss := range losses {
			t.Run(file.name+": "+loss.name, func(t *testing.T) {
				req := request(t.TempDir())
				req.Name, req.Plan.Rounds = "mine", 3
				dir := session(t, req, noon, pairRun(1, 1), pairRun(2, 2))
				path := filepath.Join(dir, filepath.FromSlash(file.name))
				whole, err := os.ReadFile(path)
				require.NoError(t, err)
				left := loss.lose(whole)
				require.NoError(t, os.WriteFile(path, left, 0o644))

				_, err = Open(req)
				require.ErrorContains(t, err, path+": ")
				assert.ErrorContains(t, err, file.do)
				got, err := os.ReadFile(path)
				require.NoError(t, err)
				assert.Equal(t, string(left), string(got))

				req.Name = ""
				f, err := Open(req)
				if file.name != FileName {
					assert.ErrorContains(t, err, path+": ", "this session is the one that was meant")
					return
				}
				require.NoError(t, err)
				assert.NotEqual(t, dir, f.Dir, "which session it was is lost")
				require.Len(t, f.Unread, 1, "and that is said")
				assert.ErrorContains(t, f.Unread[0], path+": ")
				require.NoError(t, f.Close())
			})
		}
	}
}

func TestWhatWasBegunIsRemovedAndEmptyFoldersAreUsed(t *testing.T) {
	req := request(t.TempDir())
	req.Name = "mine"
	dir := session(t, req, noon, pairRun(1, 1))
	cell := filepath.Join(dir, filepath.FromSlash(req.Cells[0]))
	require.NoError(t, os.Mkdir(filepath.Join(cell, "run_2"), 0o755))
	begun := []string{
		filepath.Join(cell, "run_2", ".metrics.json-123"), filepath.Join(cell, "run_1", ".metrics.json-9"), filepath.Join(cell, ".summary.json-1"),
		filepath.Join(cell, ".summary.md-1"), filepath.Join(dir, ".bench.txt-77"), filepath.Join(dir, ".session.json-5"), filepath.Join(dir, ".failures.jsonl-5"),
	}
	mine := []string{filepath.Join(dir, ".notes-1"), filepath.Join(dir, ".metrics.json-old"), filepath.Join(cell, "metrics.json-1")}
	for _, path := range append(begun, mine...) {
		require.NoError(t, os.WriteFile(path, []byte(`{"schema`), 0o644))
	}
	f := open(t, req)
	for _, path := range begun {
		assert.NoFileExists(t, path)
	}
	for _, path := range mine {
		assert.FileExists(t, path, "not ours")
	}
	assert.Equal(t, 2, f.NextRun(req.Cells[0]))
	require.NoError(t, f.Add(pairRun(2, 2), noon))
	assert.FileExists(t, filepath.Join(cell, "run_2", MetricsFile))
}

func TestRunsWithoutTheirSessionAreNobodys(t *testing.T) {
	req := request(t.TempDir())
	req.Name = "mine"
	dir := session(t, req, noon, pairRun(1, 1))
	require.NoError(t, os.Remove(filepath.Join(dir, FileName)))
	_, err := Open(req)
	assert.ErrorContains(t, err, "session mine has runs and no session.json, so nobody knows what they are of")
	assert.NoFileExists(t, filepath.Join(dir, lockName))
}

func TestAnotherSchemaIsNamedWhateverElseTheFileHas(t *testing.T) {
	for _, text := range []string{`{"schema":"duet.session/0","plan":7}`, `{"plan":{}}`, `{"schema":"duet.session/3","name":{"x":1}}`} {
		dir := t.TempDir()
		require.NoError(t, os.WriteFile(filepath.Join(dir, FileName), []byte(text), 0o644))
		_, _, err := Read(dir)
		require.ErrorContains(t, err, filepath.Join(dir, FileName)+`: schema "`)
		assert.ErrorContains(t, err, `this version reads "duet.session/2": use the duet that wrote it, or measure again`)
	}
}

// TestAPlanWithoutAShardHasTheHashItAlwaysHad: sessions from before it are gone on
// with.
func TestAPlanWithoutAShardHasTheHashItAlwaysHad(t *testing.T) {
	p := Plan{Schema: "duet.run/1", Models: []string{"m"}, Rounds: 6, Rerun: true}
	text, err := json.Marshal(p)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "shard")
	whole := p.Hash()
	p.Shard = "1/2"
	assert.NotEqual(t, whole, p.Hash(), "a shard is a session of its own")
}
