package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/internal/progress"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// atRoot goes where make runs the command, without settings of the caller's.
func atRoot(t *testing.T) {
	t.Helper()
	mod, err := exec.Command("go", "env", "GOMOD").Output()
	require.NoError(t, err)
	t.Chdir(filepath.Dir(strings.TrimSpace(string(mod))))
	t.Setenv("TAGS", "")
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "DUET_") {
			t.Setenv(name, "")
		}
	}
}

func exitCode(err error) int { return suites.Status(err, suites.Failed) }

// status is a suite's exit status.
func status(code int) error { return suites.Printed(code, "of a suite") }

// built are the suites for all tests but the one that builds them as a user does.
var built struct {
	sync.Once
	dir string
}

func TestMain(m *testing.M) {
	code := m.Run()
	if built.dir != "" {
		os.RemoveAll(built.dir)
	}
	os.Exit(code)
}

// prebuilt is the flag for suites that are built once.
func prebuilt(t *testing.T) string {
	t.Helper()
	built.Do(func() {
		var err error
		built.dir, err = os.MkdirTemp("", "duet-bench-test-*")
		require.NoError(t, err)
		both := suites.Wanted{Suites: []string{"single", "multi"}}
		require.NoError(t, both.Compile(t.Context(), os.Stderr, "", filepath.Join(built.dir, suiteFolder(""))))
	})
	return "-prebuilt=" + built.dir
}

func runBench(t *testing.T, args ...string) (stdout, stderr string, err error) {
	t.Helper()
	var out, log bytes.Buffer
	err = bench(t.Context(), &out, &log, args)
	return out.String(), log.String(), err
}

func TestTheWholeJobOnTheSimulator(t *testing.T) {
	atRoot(t)
	results := t.TempDir()
	stdout, stderr, err := runBench(t, "-duet.models=qwen2.5:7b", "-duet.rounds=6", "-duet.budget=16", "-duet.results="+results)
	require.NoError(t, err, stderr)
	assert.Equal(t, 0, exitCode(err))

	first := strings.Join(strings.SplitAfterN(stdout, "\n", 3)[:2], "")
	assert.Contains(t, first, "SIMULATION")
	assert.Contains(t, first, "make bench TAGS=ollama")
	assert.Contains(t, first, "make bench TAGS=gpu")
	assert.NotContains(t, stdout, "\nPASS\n")
	sessions, err := filepath.Glob(filepath.Join(results, "*"))
	require.NoError(t, err)
	require.Len(t, sessions, 1, "both suites are one session")
	planned, again := counts(t, sessions[0])
	assert.Equal(t, map[string]int{"single": 4 * 6, "multi": 3 * 6}, planned)
	assert.Positive(t, again["single"]+again["multi"], "the rule flags something in nearly every cell")
	assert.Equal(t, planned["single"]+again["single"], strings.Count(stdout, "\nBenchmarkSingle/"))
	assert.Equal(t, planned["multi"]+again["multi"], strings.Count(stdout, "\nBenchmarkMulti/"))
	assert.Contains(t, stdout, "\n# outliers: ")
	assert.Contains(t, stdout, "\nvalidity  valid: ")
	_, tables, ok := strings.Cut(stdout, "# session complete: "+sessions[0]+"\n")
	require.True(t, ok)
	_, tables, ok = strings.Cut(tables, "# session complete: "+sessions[0]+"\n")
	require.True(t, ok, "said by each suite")
	assert.Contains(t, tables, "qwen2.5:7b")
	assert.Contains(t, strings.ToLower(tables), "simulat", "said beside the tables too")
	html, md := filepath.Join(sessions[0], "report.html"), filepath.Join(sessions[0], "report.md")
	for _, path := range []string{html, md} {
		assert.FileExists(t, path)
		assert.Contains(t, stdout[strings.LastIndex(stdout, "\nresults "):], path, "where it is comes last")
	}
	assert.NotContains(t, stdout, "\x1b", "no terminal, no control characters")
	assert.NotContains(t, stderr, "FAIL")
}

// counts are a session's runs by suite: those of its rounds, and re-runs.
func counts(t *testing.T, session string) (planned, again map[string]int) {
	t.Helper()
	tree, err := results.ReadTree(session)
	require.NoError(t, err)
	planned, again = map[string]int{}, map[string]int{}
	for _, f := range tree.Files {
		if f.Run.Rerun == nil {
			planned[f.Run.Suite]++
		} else {
			again[f.Run.Suite]++
		}
	}
	return planned, again
}

func TestAFailingServerStillGivesAReport(t *testing.T) {
	atRoot(t)
	servers, err := sim.Start(t.Context(), sim.Config{Timescale: 1000, Faults: []sim.Fault{
		{Kind: sim.ServerError, Endpoint: "s2", Request: 5}, // the first after the warm-ups
	}})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, servers.Close(context.WithoutCancel(t.Context()))) })
	all, eps := t.TempDir(), servers.Endpoints()
	stdout, stderr, err := runBench(t, prebuilt(t), "-suites=multi", "-duet.models=qwen2.5:7b", "-duet.rounds=2", "-duet.budget=8",
		"-duet.servers=reuse", "-duet.endpoints="+eps[0].URL+","+eps[1].URL, "-duet.results="+all)
	require.Error(t, err)
	assert.Equal(t, 1, exitCode(err))
	assert.ErrorIs(t, err, suites.ErrPrinted, "the suite has said why")
	assert.NotContains(t, stdout, "SIMULATION", "these servers are somebody's")
	assert.Contains(t, stdout, "HTTP 500")
	assert.Contains(t, stderr, "suite multi: exit status 1")
	tree, err := results.ReadTree(all)
	require.NoError(t, err)
	require.Len(t, tree.Files, 6)
	assert.FileExists(t, filepath.Join(tree.Files[0].Session(), "report.html"))
	assert.Contains(t, stdout, "NOT VALID: 2 checks do not hold (planned-runs, server-times)",
		"a cell is short of a round, and these servers pretend to be 1000 times as slow as they are")
}

func TestABadSettingEndsTheCommandWithItsStatus(t *testing.T) {
	atRoot(t)
	results := filepath.Join(t.TempDir(), "results")
	stdout, stderr, err := runBench(t, prebuilt(t), "-duet.rounds=0", "-duet.results="+results)
	assert.Equal(t, 2, exitCode(err))
	assert.Equal(t, 1, strings.Count(stderr, "duet: -duet.rounds=0"), "the second suite is not tried")
	assert.NotContains(t, stdout, "\nresults ")
	assert.NoDirExists(t, results)
}

func TestABadCommandLineIsOneSentenceAndStatus2(t *testing.T) {
	t.Setenv("TAGS", "")
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"-tags=cuda"}, "-tags=cuda: allowed are ollama, gpu or none"},
		{[]string{"-suites=multi,triple"}, "allowed are single, multi"},
		{[]string{"-suites="}, "allowed are single, multi"},
		{[]string{"multi"}, `unexpected "multi"`},
		{[]string{"-duet.rounds", "10"}, `unexpected "10"`},
		{[]string{"-rounds=10"}, "not defined: -rounds"},
	} {
		stdout, _, err := runBench(t, test.args...)
		require.ErrorContains(t, err, test.want)
		assert.NotContains(t, err.Error(), "\n")
		assert.Equal(t, 2, exitCode(err))
		assert.Empty(t, stdout)
	}
	_, help, err := runBench(t, "-h")
	require.NoError(t, err)
	assert.Contains(t, help, "-tags")
}

func TestTheFirstLineIsTrue(t *testing.T) {
	for _, test := range []struct {
		name, tags, env string
		pass            []string
		want            bool
	}{
		{"nothing is asked for", "", "", nil, true},
		{"auto is asked for", "", "auto", nil, true},
		{"servers that run", "", "", []string{"-duet.servers=reuse"}, false},
		{"servers that run, by variable", "", "reuse", nil, false},
		{"a flag wins over its variable", "", "reuse", []string{"--duet.servers=sim"}, true},
		{"a tag", "ollama", "", nil, false},
		{"a tag and the simulator", "ollama", "", []string{"-duet.servers=sim"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("DUET_SERVERS", test.env)
			var out bytes.Buffer
			announceBench(&out, benchOptions{Wanted: suites.Wanted{Tags: test.tags}, pass: test.pass})
			assert.Equal(t, test.want, strings.Contains(out.String(), "SIMULATION"))
		})
	}
}

func TestBenchsExitStatus(t *testing.T) {
	for _, test := range []struct {
		name string
		errs []error // of the suites, in order
		want int
	}{
		{"all went well", []error{nil, nil}, 0},
		{"the first failure counts", []error{status(1), nil}, 1},
		{"a later failure counts", []error{nil, status(1)}, 1},
		{"an interrupt counts above all", []error{status(1), status(130)}, 130},
		{"a suite that could not start", []error{errors.New("no such file")}, 1},
	} {
		var failed error
		for _, err := range test.errs {
			failed = worse(failed, err)
		}
		assert.Equal(t, test.want, exitCode(errors.Join(failed, nil)), test.name)
	}
}

func TestRelayPassesWholeLinesOfAnyLength(t *testing.T) {
	long := "    run 1: " + strings.Repeat("x", 2<<20)
	in := "# session: /tmp/s\r\nBenchmarkMulti/a 1 2 ns/op\nPASS\n" + long + "\nFAIL\nlast line without an end"
	var out, log bytes.Buffer
	assert.Equal(t, "/tmp/s", relay(&out, &log, suites.Lines(strings.NewReader(in))))
	assert.Equal(t, "# session: /tmp/s\nBenchmarkMulti/a 1 2 ns/op\n"+long+"\nlast line without an end\n", out.String())
}

func TestTheViewShowsTheNewestWholeLine(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, progress.LogName)
	add := func(text string) {
		f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
		require.NoError(t, err)
		_, err = f.WriteString(text)
		require.NoError(t, errors.Join(err, f.Close()))
	}
	var out bytes.Buffer
	v := newView(&out)
	assert.Empty(t, v.newest(), "no session yet")
	add("T0 of an earlier command\n")
	v.follow(dir)
	assert.Empty(t, v.newest(), "old lines are old")
	add("T1 run 1\nT2 run 2\nT3 half")
	assert.Equal(t, "run 2", v.newest())
	assert.Empty(t, v.newest())
	add(" a line\n")
	assert.Equal(t, "half a line", v.newest())

	add("T4 not yet\n")
	v.update()
	assert.Empty(t, out.String(), "not a terminal: now and then is enough")
	v.width = 30
	add("T5 a line that is longer than the terminal\n")
	v.update()
	assert.Equal(t, "\ra line that is longer than t…\x1b[K", out.String())
	v.wipe()
	v.wipe()
	assert.True(t, strings.HasSuffix(out.String(), "…\x1b[K\r\x1b[K"), "wiped once")
}
