package main

import (
	"bytes"
	"context"
	"hash/crc32"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/simulated"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"benchfmt": main})
}

func TestScripts(t *testing.T) {
	prepare(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"session":  session,
			"shard":    shard,
			"replace":  replace,
			"restamp":  restamp,
			"for-each": forEach,
			"resume":   resume,
			"status":   exitStatus,
		},
	})
}

// session DIR writes the synthetic session to DIR. Those of other folders than demo
// are of another day: they are no copies.
func session(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: session DIR")
	}
	days := 0
	if base := filepath.Base(args[0]); base != "demo" {
		days = int(crc32.ChecksumIEEE([]byte(base)) % 1000)
	}
	for _, r := range synthetic.Runs() {
		r.Started = r.Started.AddDate(0, 0, days)
		if _, err := results.WriteRun(ts.MkAbs(args[0]), r); err != nil {
			ts.Fatalf("%v", err)
		}
	}
}

// parts are the shards that scripts ask for, each a session of the simulator. They
// are measured before the scripts begin: virtual time is not for parallel tests.
var parts = []string{"1/2", "2/2", "1/3", "2/3", "3/3"}

// measuredAs is the name under which a part is measured, in a folder for all.
func measuredAs(part string) string {
	return "prepared-" + strings.Replace(part, "/", "-of-", 1) + "-shard"
}

var prepared string // the folder

func settingsOf(results, name, part string) (settings.Settings, error) {
	s := simulated.Settings(results, name)
	s.Models = []string{"qwen2.5:7b", "gemma3:latest", "llama3.1:8b-instruct-q4_0"}
	var err error
	s.Shard, err = plan.ParseShard(part)
	return s, err
}

func prepare(t *testing.T) {
	prepared = t.TempDir()
	for _, part := range parts {
		s, err := settingsOf(prepared, measuredAs(part), part)
		require.NoError(t, err)
		require.NoError(t, simulated.Suite(t.Context(), record.SuiteMulti, s))
	}
}

// shard DIR I/N makes DIR a session of the simulator, a shard of a small matrix.
func shard(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 || !slices.Contains(parts, args[1]) {
		ts.Fatalf("usage: shard DIR I/N, I/N one of %v", parts)
	}
	name, to := measuredAs(args[1]), ts.MkAbs(args[0])
	from := os.DirFS(filepath.Join(prepared, name))
	ts.Check(fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(from, path)
		if err != nil {
			return err
		}
		return results.WriteFile(filepath.Join(to, path), bytes.ReplaceAll(data, []byte(name), []byte(filepath.Base(to))))
	}))
}

// resume DIR I/N TEXT goes on with a shard's session, which is refused with a text.
func resume(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: resume DIR I/N TEXT")
	}
	dir := ts.MkAbs(args[0])
	s, err := settingsOf(filepath.Dir(dir), filepath.Base(dir), args[1])
	ts.Check(err)
	if err := simulated.Suite(context.Background(), record.SuiteMulti, s); err == nil || !strings.Contains(err.Error(), args[2]) {
		ts.Fatalf("the error is: %v", err)
	}
}

// restamp DIR OLD NEW changes a text in every metrics.json of a session.
func restamp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: restamp DIR OLD NEW")
	}
	paths, err := filepath.Glob(filepath.Join(ts.MkAbs(args[0]), "*", "*", "*", "*", "*", results.MetricsFile))
	ts.Check(err)
	if len(paths) == 0 {
		ts.Fatalf("no runs in %s", args[0])
	}
	for _, path := range paths {
		replace(ts, false, []string{path, args[1], args[2]})
	}
}

// forEach DIR SCHEMA wants every command that reads to refuse a session of shard
// 1/2, all of whose runs have another schema, by that schema.
func forEach(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: for-each DIR SCHEMA")
	}
	dir, names := ts.MkAbs(args[0]), `unknown schema "`+args[1]+`"; this version reads "duet.run/2"`
	other := filepath.Join(filepath.Dir(dir), "other")
	for _, words := range [][]string{
		{"tables", dir}, {"tables", "-all", dir}, {"report", dir}, {"audit", dir}, {"validate", dir}, {"compare", dir, other}, {"compare", other, dir},
		{"gate", dir}, {"gate", "-baseline", dir, other}, {"import", "-from", "tr116", "-o", dir + "-imported", dir},
		{"merge", "-o", dir + "-merged", dir, other},
	} {
		var out, log strings.Builder
		code := run(&out, &log, words)
		want := exitUnusable
		if words[0] == "validate" {
			want = exitPartial
		}
		if code != want || !strings.Contains(out.String()+log.String(), names) {
			ts.Fatalf("%v: exit status %d\n%s%s", words, code, out.String(), log.String())
		}
	}
	resume(ts, false, []string{args[0], "1/2", names})
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
