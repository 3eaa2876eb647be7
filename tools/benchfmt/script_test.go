package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/chimeraforge/duet/golden/synthetic"
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
