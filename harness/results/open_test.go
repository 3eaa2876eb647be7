package results

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

func TestACommandWithoutANameFindsItsSession(t *testing.T) {
	for _, test := range []struct {
		name string
		runs []*record.Run
		age  time.Duration  // of the session's last write
		with func(*Request) // of the second command
		on   bool           // it goes on with the first one's session
	}{
		{"it goes on where runs are missing", []*record.Run{pairRun(1, 1)}, time.Minute, nil, true},
		{"it goes on after most of a day", []*record.Run{pairRun(1, 1)}, 24 * time.Hour, nil, true},
		{"it begins another after more than a day", []*record.Run{pairRun(1, 1)}, 24*time.Hour + time.Second, nil, false},
		{"a complete session is not gone on with", []*record.Run{pairRun(1, 1), pairRun(2, 2)}, time.Minute, nil, false},
		{"two runs of one round leave the other missing", []*record.Run{pairRun(1, 1), pairRun(2, 1)}, time.Minute, nil, true},
		{"a failed run is no hole", []*record.Run{pairRun(1, 1), failedRun(2, 2)}, time.Minute, nil, false},
		{"a failed run beside a hole is no obstacle", []*record.Run{failedRun(1, 1)}, time.Minute, nil, true},
		{"another suite joins a fresh session", []*record.Run{pairRun(1, 1), pairRun(2, 2)}, time.Hour, otherSuite, true},
		{"another suite does not join after an hour", []*record.Run{pairRun(1, 1), pairRun(2, 2)}, time.Hour + time.Second, otherSuite, false},
		{"other cells of the suite join at any time of the day", []*record.Run{pairRun(1, 1), pairRun(2, 2)}, 3 * time.Hour,
			func(r *Request) { r.Cells = append(r.Cells, "multi/go/alpha_7b/other") }, true},
		{"a session without a run is joined within the hour", nil, time.Hour, nil, true},
		{"a session without a run is left alone after it", nil, time.Hour + time.Second, nil, false},
		{"another budget is another session", []*record.Run{pairRun(1, 1)}, time.Minute, func(r *Request) { r.Plan.Budget++ }, false},
		{"another commit is another session", []*record.Run{pairRun(1, 1)}, time.Minute, func(r *Request) { r.Plan.Commit += "+dirty" }, false},
		{"another number of rounds is another session", []*record.Run{pairRun(1, 1)}, time.Minute, func(r *Request) { r.Plan.Rounds = 3 }, false},
		{"a cell with outliers lacks its re-run", outlying(3), time.Minute, rerun, true},
		{"with its re-run it lacks nothing", withRerun(outlying(3), true), time.Minute, rerun, false},
		{"a re-run that failed is no hole", withRerun(outlying(3), false), time.Minute, rerun, false},
		{"where no re-run is wanted none is lacked", outlying(3), time.Minute, func(r *Request) { r.Plan.Rounds = 3 }, false},
		{"nothing is re-run while a round is missing", outlying(2), time.Minute, rerun, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			req := request(t.TempDir())
			if n := len(test.runs); n >= 3 || test.name == "nothing is re-run while a round is missing" {
				test.with(&req)
				test.with = nil
			}
			first := session(t, req, noon, test.runs...)
			req.Now = noon.Add(test.age)
			if test.with != nil {
				test.with(&req)
			}
			f := open(t, req)
			assert.Equal(t, test.on, f.Dir == first, "%s after %s", f.Dir, first)
			if test.on && req.Suite == record.SuiteMulti {
				assert.Equal(t, len(test.runs), f.Resumed)
			}
		})
	}
}

func otherSuite(r *Request) {
	r.Suite, r.Cells = record.SuiteSingle, []string{"single/go/alpha_7b/gpu80_ctx512_temp08"}
}

func TestTheNewestOfSeveralSessionsGoesOn(t *testing.T) {
	req := request(t.TempDir())
	session(t, req, noon, pairRun(1, 1), failedRun(2, 2)) // nothing to do in it
	req.Now = noon.Add(time.Hour)
	older := session(t, req, req.Now, pairRun(1, 1))
	f := open(t, req) // held, so that the next command cannot have it
	require.Equal(t, older, f.Dir)
	req.Now = noon.Add(2 * time.Hour)
	newer := session(t, req, req.Now, pairRun(1, 1))
	require.NotEqual(t, older, newer)
	req.Now = noon.Add(3 * time.Hour)
	assert.Equal(t, newer, open(t, req).Dir)
}

func TestANamedSessionIsOpenedAtAnyAgeButNotWithAnotherPlan(t *testing.T) {
	req := request(t.TempDir())
	req.Name = "mine"
	dir := session(t, req, noon, pairRun(1, 1), pairRun(2, 2))
	assert.Equal(t, filepath.Join(req.Results, "mine"), dir)

	req.Now = noon.AddDate(1, 0, 0)
	f := open(t, req)
	assert.Equal(t, 2, f.Resumed)
	assert.Equal(t, noon, f.File.Created.UTC(), "a session is as old as it is")

	req.Plan.Budget, req.Plan.Commit = 64, "def"
	_, err := Open(req)
	require.ErrorContains(t, err, "session mine was made with other settings or on another commit")
	assert.ErrorContains(t, err, "commit abc, now def; budget 32, now 64")
}

func TestFilesThatCannotBeReadAreNamedAndKept(t *testing.T) {
	for _, test := range []struct{ name, file, text, want string }{
		{"half a run", "run_1/metrics.json", `{"schema": "duet.run/2", "suite"`, "run_1/metrics.json: line 1"},
		{"a run of another version", "run_1/metrics.json", `{"schema": "duet.run/9"}`, `unknown schema "duet.run/9"; this version reads "duet.run/2"`},
		{"a session of another version", "session.json", `{"schema": "duet.session/9"}`, `schema "duet.session/9", this version reads "duet.session/2"`},
		{"half a session", "session.json", `{"schema`, "session.json"},
	} {
		t.Run(test.name, func(t *testing.T) {
			req := request(t.TempDir())
			req.Name = "mine"
			dir := session(t, req, noon, pairRun(1, 1))
			file := filepath.Join(dir, test.file)
			if test.file != FileName {
				file = filepath.Join(dir, req.Cells[0], filepath.FromSlash(test.file))
			}
			require.NoError(t, os.WriteFile(file, []byte(test.text), 0o644))
			_, err := Open(req)
			require.ErrorContains(t, err, filepath.FromSlash(test.want))
			assert.NoFileExists(t, filepath.Join(dir, lockName))
			kept, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.Equal(t, test.text, string(kept))
		})
	}
}

func TestFoldersThatAreNoSessionsAreLeftAlone(t *testing.T) {
	req := request(t.TempDir())
	for _, name := range []string{"notes", "broken"} {
		require.NoError(t, os.Mkdir(filepath.Join(req.Results, name), 0o755))
	}
	require.NoError(t, os.WriteFile(filepath.Join(req.Results, "broken", FileName), []byte("{"), 0o644))
	dir := session(t, req, noon, pairRun(1, 1))
	require.NoError(t, os.Rename(dir, dir+"-moved"), "a copy is not the session it says it is")
	assert.NotEqual(t, dir+"-moved", open(t, req).Dir)
}

func TestSessionsOfOneSecondHaveFoldersOfTheirOwn(t *testing.T) {
	req := request(t.TempDir())
	var wg sync.WaitGroup
	dirs := make([]string, 8)
	for i := range dirs {
		wg.Go(func() {
			r := req
			r.Plan.Seed = uint64(i) // nobody joins another
			f, err := Open(r)
			if assert.NoError(t, err) {
				dirs[i] = filepath.Base(f.Dir)
				assert.NoError(t, f.Close())
			}
		})
	}
	wg.Wait()
	var want []string
	for i := range dirs {
		if want = append(want, "20260504-120000-sim"); i > 0 {
			want[i] += fmt.Sprintf("-%d", i+1)
		}
	}
	assert.ElementsMatch(t, want, dirs)
}

func TestOfManyProcessesOneHasTheSession(t *testing.T) {
	for _, left := range []string{"", "{", `{"pid":1,"created_ms":1}`} {
		t.Run("lock left behind: "+left, func(t *testing.T) {
			for range 50 {
				dir := t.TempDir()
				if left != "" {
					require.NoError(t, os.WriteFile(filepath.Join(dir, lockName), []byte(left), 0o644))
				}
				var wg sync.WaitGroup
				got := make([]*os.File, 4) // held until the others have tried
				for i := range got {
					wg.Go(func() {
						var err error
						if got[i], err = lock(dir); err != nil {
							assert.ErrorIs(t, err, ErrLocked)
						}
					})
				}
				wg.Wait()
				got = slices.DeleteFunc(got, func(f *os.File) bool { return f == nil })
				require.Len(t, got, 1)
				require.NoError(t, unlock(got[0]))
			}
		})
	}
}

func TestALockGoesWithItsProcess(t *testing.T) {
	if dir := os.Getenv("LOCK_AND_WAIT"); dir != "" { // the other process
		f, err := lock(dir)
		fmt.Println("locked:", err)
		_, _ = os.Stdin.Read(make([]byte, 1)) // until it is killed
		runtime.KeepAlive(f)
		return
	}
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0], "-test.run=^TestALockGoesWithItsProcess$")
	cmd.Env = append(os.Environ(), "LOCK_AND_WAIT="+dir)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	_, err = cmd.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	said := make([]byte, 64)
	n, err := out.Read(said)
	require.NoError(t, err)
	require.Equal(t, "locked: <nil>\n", string(said[:n]))

	_, err = lock(dir)
	require.ErrorIs(t, err, ErrLocked)
	assert.ErrorContains(t, err, fmt.Sprintf("(pid %d)", cmd.Process.Pid))
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	f, err := lock(dir)
	require.NoError(t, err, "a killed process holds nothing")
	require.NoError(t, unlock(f))
	assert.NoFileExists(t, filepath.Join(dir, lockName))
}

func TestANewSessionThatCouldNotBeginLeavesNothing(t *testing.T) {
	req := request(t.TempDir())
	f, err := Open(req)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(f.Dir, "progress.log"), nil, 0o644))
	require.NoError(t, f.Discard())
	entries, err := os.ReadDir(req.Results)
	require.NoError(t, err)
	assert.Empty(t, entries)
}

func TestAFolderThatWasThereBeforeIsNeverRemoved(t *testing.T) {
	req := request(t.TempDir())
	req.Name = "src"
	mine := filepath.Join(req.Results, "src", "thesis.tex")
	require.NoError(t, os.Mkdir(filepath.Dir(mine), 0o755))
	require.NoError(t, os.WriteFile(mine, []byte("years of work"), 0o644))
	f, err := Open(req)
	require.NoError(t, err)
	require.NoError(t, f.Discard())
	assert.FileExists(t, mine)
	assert.NoFileExists(t, filepath.Join(f.Dir, lockName))
}

func TestWritableProvesItAndLeavesNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	require.NoError(t, Writable(dir))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	assert.Empty(t, entries)
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	err = Writable(file)
	require.ErrorContains(t, err, "results folder: ")
	assert.False(t, errors.Is(err, fs.ErrNotExist))
}
