package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/chimeraforge/duet/golden/simulated"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/matrix"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/metrics/store"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"benchfmt": main})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"session": session,
			"shard":   shard,
			"replace": replace,
			"status":  exitStatus,
		},
	})
}

// session DIR writes the synthetic session to DIR.
func session(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: session DIR")
	}
	for _, r := range synthetic.Runs() {
		if _, err := store.WriteRun(ts.MkAbs(args[0]), r); err != nil {
			ts.Fatalf("%v", err)
		}
	}
}

// shard DIR I/N measures a shard of a small matrix on the simulator, into DIR.
func shard(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: shard DIR I/N")
	}
	dir := ts.MkAbs(args[0])
	s := simulated.Settings(filepath.Dir(dir), filepath.Base(dir))
	var err error
	s.Shard, err = matrix.ParseShard(args[1])
	ts.Check(err)
	s.Scenarios = []string{matrix.BaselineVsChimera, matrix.ChimeraHomo}
	s.Models = []string{"qwen2.5:7b", "gemma3:latest", "llama3.1:8b-instruct-q4_0"}
	ts.Check(simulated.Suite(context.Background(), metrics.SuiteMulti, s))
}

// replace FILE OLD NEW changes a text wherever it stands in a file.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	path := ts.MkAbs(args[0])
	text := ts.ReadFile(path)
	if !strings.Contains(text, args[1]) {
		ts.Fatalf("%s has no %s", args[0], args[1])
	}
	ts.Check(os.WriteFile(path, []byte(strings.ReplaceAll(text, args[1], args[2])), 0o644))
}

// exitStatus N ARGS… runs benchfmt in this process and wants exit status N.
// Its output goes to the files stdout and stderr in the script's folder.
func exitStatus(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: status N ARGS…")
	}
	out, err := os.Create(ts.MkAbs("stdout.txt"))
	ts.Check(err)
	defer out.Close()
	log, err := os.Create(ts.MkAbs("stderr.txt"))
	ts.Check(err)
	defer log.Close()
	words := args[1:]
	for i, w := range words {
		if _, err := os.Stat(ts.MkAbs(w)); err == nil {
			words[i] = ts.MkAbs(w)
		}
	}
	if got := run(out, log, words); args[0] != string(rune('0'+got)) {
		ts.Fatalf("exit status %d, want %s\n%s", got, args[0], ts.ReadFile("stderr.txt"))
	}
}
