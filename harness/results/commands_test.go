package results

import (
	"encoding/json"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

// planned is a session of the default plan, all cells of both suites asked for.
func planned(t *testing.T, change func(*File)) File {
	t.Helper()
	f := File{Schema: FileSchema, Plan: defaults(), Suites: map[string][]string{}}
	f.Plan.Commit = "0123456789ab"
	if change != nil {
		change(&f)
	}
	p := plan.Plan{Models: f.Plan.Models, Runtimes: f.Plan.Runtimes, Scenarios: f.Plan.Scenarios, Ctx: f.Plan.Ctx}
	single, err := plan.Single.Cells(p)
	require.NoError(t, err)
	multi, err := plan.Multi.Cells(p)
	require.NoError(t, err)
	f.Keep(append(single, multi...)...)
	if f.Suites[record.SuiteMulti] == nil {
		f.Suites = map[string][]string{}
		for _, c := range append(single, multi...) {
			f.Suites[c.Suite] = append(f.Suites[c.Suite], c.ID)
		}
	}
	return f
}

func TestTheCommandsOfASession(t *testing.T) {
	for _, tt := range []struct {
		name   string
		change func(*File)
		want   []string
	}{
		{"the default", nil, []string{
			"git checkout 0123456789ab",
			"make bench",
			"# or, suite by suite:",
			"go test -bench . -benchtime 1x -timeout 0 ./suites/single",
			"go test -bench . -benchtime 1x -timeout 0 ./suites/multi",
		}},
		{"settings and a tag", func(f *File) {
			f.Plan.Tag, f.Plan.Models, f.Plan.Rounds, f.Plan.Ollama = "ollama", plan.Tiny, 2, "/opt/my ollama's/ollama"
			f.Plan.Commit += "+dirty"
		}, []string{
			"git checkout 0123456789ab",
			"# the code had changes that are in no commit; they are not brought back",
			`go run ./tools/duet bench -tags ollama -duet.models=tiny -duet.rounds=2 '-duet.ollama=/opt/my ollama'\''s/ollama'`,
			"# or, suite by suite:",
			`go test -tags ollama -bench . -benchtime 1x -timeout 0 ./suites/single -duet.models=tiny -duet.rounds=2 '-duet.ollama=/opt/my ollama'\''s/ollama'`,
			`go test -tags ollama -bench . -benchtime 1x -timeout 0 ./suites/multi -duet.models=tiny -duet.rounds=2 '-duet.ollama=/opt/my ollama'\''s/ollama'`,
		}},
		{"one cell of one suite", func(f *File) {
			f.Plan.Models = []string{"a:1b"}
			f.Plan.Commit = ""
			f.Suites[record.SuiteMulti] = []string{"multi/go/a_1b/chimera-homo_gpu80_ctx512_temp10"}
		}, []string{
			"# the commit was not recorded",
			`go run ./tools/duet bench -suites multi -bench '^BenchmarkMulti$/^model=a_1b$/^runtime=go$/^scenario=chimera-homo$/^gpu=80$/^ctx=512$/^temp=1\.0$' -duet.models=a:1b`,
			"# or, suite by suite:",
			`go test -bench '^BenchmarkMulti$/^model=a_1b$/^runtime=go$/^scenario=chimera-homo$/^gpu=80$/^ctx=512$/^temp=1\.0$' -benchtime 1x -timeout 0 ./suites/multi -duet.models=a:1b`,
		}},
		{"servers that were chosen", func(f *File) {
			f.Plan.Tag, f.Backend.Kind, f.Why = "gpu", "process", "no port\nanswers"
		}, []string{
			"git checkout 0123456789ab",
			"# servers were chosen by themselves: process, because no port answers",
			"make bench TAGS=gpu",
			"# or, suite by suite:",
			"go test -tags gpu -bench . -benchtime 1x -timeout 0 ./suites/single",
			"go test -tags gpu -bench . -benchtime 1x -timeout 0 ./suites/multi",
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, planned(t, tt.change).Commands())
		})
	}
}

// A setting that changes what is measured must be in the commands.
func TestEveryFieldOfAPlanIsInTheCommandsOrNamedHere(t *testing.T) {
	other := map[string]bool{"schema": true, "commit": true, "tag": true, "prompts": true}
	values := defaults().values()
	for f := range reflect.TypeFor[Plan]().Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		_, flagged := values[name]
		assert.True(t, flagged || other[name], "plan field %s is neither a flag nor known to need none", name)
	}
}

// Read back by the settings, the commands are the same plan again.
func TestTheCommandsMakeTheSamePlan(t *testing.T) {
	p := Plan{
		Models: []string{"a:1b", "b/c:latest"}, Runtimes: []string{"go"}, Scenarios: []string{"chimera-homo"},
		Rounds: 9, Budget: 33, Unequal: true, Ctx: 2048, Seed: 1<<63 - 1, Threads: 3,
		Servers: "reuse", Endpoints: []string{"http://127.0.0.1:1", "http://127.0.0.1:2"}, Ollama: "/x y", Timescale: 0.5,
		Topology: []string{"two", "one"}, Separate: true, GPUs: "auto",
	}
	set := flag.NewFlagSet("", flag.ContinueOnError)
	flags := settings.Register(set)
	require.NoError(t, set.Parse(p.wishes()))
	s, err := flags.Load(func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	again := NewPlan(s, "", "", "")
	again.Schema = ""
	assert.Equal(t, p, again)
}

func TestTheCommandsMakeTheSameContainers(t *testing.T) {
	p := defaults()
	p.Servers, p.Image, p.GPUs, p.CPUs, p.MemoryB = "container", "duet/ollama:0.17.4", "separate", 1.5, 6<<30
	set := flag.NewFlagSet("", flag.ContinueOnError)
	flags := settings.Register(set)
	require.NoError(t, set.Parse(p.wishes()))
	s, err := flags.Load(func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	assert.Equal(t, p, NewPlan(s, "", "", ""))
}

func TestAPlanOfBeforeThereWereContainersAsksForNone(t *testing.T) {
	p := defaults()
	p.Topology, p.GPUs = nil, ""
	assert.Empty(t, p.wishes())
}

func TestAShellReadsTheWordsBack(t *testing.T) {
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh")
	}
	words := []string{"a b", "it's", `$(x) "y" \`, "plain=1", "a;b|c&d", "*"}
	out, err := exec.Command(sh, "-c", "printf '%s\\n' "+line(words)).Output()
	require.NoError(t, err)
	assert.Equal(t, strings.Join(words, "\n")+"\n", string(out))
}

func TestAFolderWithoutASessionFileHasNoCommands(t *testing.T) {
	dir := t.TempDir()
	got, _, err := Read(dir)
	assert.NoError(t, err)
	assert.Nil(t, got)
	data, err := json.Marshal(File{Schema: "duet.session/99"})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "session.json"), data, 0o644))
	_, _, err = Read(dir)
	assert.ErrorContains(t, err, `schema "duet.session/99"`)
}
