package plan

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

func plan(models ...string) Plan {
	return Plan{Models: models, Runtimes: []string{"go"}, Scenarios: []string{BaselineVsChimera, ChimeraHomo, ChimeraHetero}}
}

func TestTheStudysMatrix(t *testing.T) {
	single, err := Single.Cells(plan(Study...))
	require.NoError(t, err)
	assert.Len(t, single, 3*4)
	multi, err := Multi.Cells(plan(Study...))
	require.NoError(t, err)
	assert.Len(t, multi, 3*3)
	assert.Equal(t, "model=qwen2p5_7b/runtime=go/gpu=60/ctx=512/temp=0.8", single[0].Name())
	assert.Equal(t, "single/go/qwen2p5_7b/gpu60_ctx512_temp08", single[0].ID)
	assert.Equal(t, "model=qwen2p5_7b/runtime=go/scenario=baseline-vs-chimera/gpu=80/ctx=512/temp=1.0", multi[0].Name())
	assert.Equal(t, "multi/go/qwen2p5_7b/baseline-vs-chimera_gpu80_ctx512_temp10", multi[0].ID)
}

func TestATopologyIsACoordinateThatOnlyOneServerShows(t *testing.T) {
	p := plan("m")
	p.Scenarios, p.Topologies = []string{ChimeraHomo}, []string{TopologyTwo, TopologyOne}
	cells, err := Multi.Cells(p)
	require.NoError(t, err)
	require.Len(t, cells, 2)
	assert.Equal(t, "multi/go/m/chimera-homo_gpu80_ctx512_temp10", cells[0].ID, "two servers are what the study had")
	assert.Equal(t, "multi/go/m/chimera-homo_gpu80_ctx512_temp10_one-server", cells[1].ID)
	assert.NotContains(t, cells[0].Name(), "topology")
	assert.Contains(t, cells[1].Name(), "/scenario=chimera-homo/topology=one/gpu=80/")
	assert.Equal(t, cells[0].Roles, cells[1].Roles, "the agents are the same")
	single, err := Single.Cells(p)
	require.NoError(t, err)
	assert.Len(t, single, 4, "one agent has one server anyway")
}

func TestBaselineIsStated(t *testing.T) {
	cells, err := Multi.Cells(plan("m"))
	require.NoError(t, err)
	o := cells[0].Roles[0].Tuning.Options()
	assert.Equal(t, record.Options{NumGPU: 99, NumCtx: 4096, Temperature: 0.8, TopP: 0.9, TopK: 40, RepeatPenalty: 1.1}, o)
}

func TestTheLabelIsTheTunedContext(t *testing.T) {
	p := plan("m")
	p.Ctx = TunedPython.Ctx
	cells, err := Multi.Cells(p)
	require.NoError(t, err)
	for _, c := range cells {
		assert.Equal(t, 2048, c.Ctx(), c.ID)
		assert.Equal(t, Tuning{GPU: c.GPU(), Ctx: c.Ctx(), Temp: c.Temp()}, c.Roles[1].Tuning, c.ID)
		assert.Contains(t, c.ID, "ctx2048")
	}
	assert.Equal(t, TunedSecond, cells[2].Roles[0].Tuning, "hetero's other half keeps its own context")
	cells, err = Multi.Cells(plan("m"))
	require.NoError(t, err)
	assert.Equal(t, 512, cells[0].Roles[1].Tuning.Ctx, "the table of scenarios was not changed")
}

func TestACellThatComparesNothingIsRefused(t *testing.T) {
	assert.ErrorIs(t, NewCell(record.SuiteSingle, []Role{{Tuning: Baseline}}).Validate(), ErrSameOptions)
	same := []Role{{Tuning: Baseline}, {Tuning: Baseline}}
	assert.ErrorIs(t, NewCell(record.SuiteMulti, same, record.CoordScenario, BaselineVsChimera).Validate(), ErrSameOptions)
	assert.NoError(t, NewCell(record.SuiteMulti, same, record.CoordScenario, ChimeraHomo).Validate())
}

func TestModels(t *testing.T) {
	got, err := Models([]string{"tiny", "duet-tiny-llama", "my/own:7b"})
	require.NoError(t, err)
	assert.Equal(t, append(append([]string{}, Tiny...), "my/own:7b"), got)
	for _, bad := range [][]string{nil, {""}, {"a\nb"}, {strings.Repeat("x", 301)}} {
		_, err := Models(bad)
		require.Error(t, err, "%q", bad)
		assert.NotContains(t, err.Error(), "\n")
	}
}

func TestUnknownNamesSayWhatIsAllowed(t *testing.T) {
	assert.EqualError(t, CheckRuntimes([]string{"perl"}, []string{"go"}), `runtimes: unknown "perl"; allowed: go`)
	assert.ErrorContains(t, CheckScenarios([]string{"x"}), "allowed: baseline-vs-chimera, chimera-homo, chimera-hetero")
	assert.ErrorContains(t, CheckScenarios(nil), "none given")
	assert.ErrorContains(t, CheckRuntimes([]string{"go", "go"}, []string{"go"}), "twice")
}

func TestSlugKeepsOrdinaryNamesReadable(t *testing.T) {
	for name, want := range map[string]string{
		"qwen2.5:7b":                "qwen2p5_7b",
		"gemma3:latest":             "gemma3_latest",
		"llama3.1:8b-instruct-q4_0": "llama3p1_8b-instruct-q4_0",
		"duet-tiny-qwen2":           "duet-tiny-qwen2",
	} {
		assert.Equal(t, want, Slug(name))
	}
}

// nasty are names that broke something somewhere, or could.
var nasty = []string{
	"", ".", "..", "../../etc/passwd", "a/b", `a\b`, "a b", "名前:7b", "phi-3", "phi-3:mini-4", "A:b", "a:b", "a_b", "a:b_c", "a_b:c",
	"a.b", "apb", "1.2", "1p2", "con", "NUL", "com1", "-rf", "x\x00y", "a:b:c", "a=b", "a,b", "%2e%2e", "é", "e\u0301",
	strings.Repeat("long", 60), strings.Repeat("long", 60) + "2", "hf.co/org/model-GGUF:Q4_K_M",
}

var safe = regexp.MustCompile(`^[a-z0-9_][a-z0-9_-]*$`)

func TestSlugIsSafeAndUnique(t *testing.T) {
	seen := map[string]string{}
	for _, n := range append(nasty, append(Study, Tiny...)...) {
		checkSlug(t, n)
		s := Slug(n)
		assert.Empty(t, seen[s], "%q and %q share the slug %s", n, seen[s], s)
		seen[s] = n + " "
	}
}

func checkSlug(t *testing.T, name string) {
	t.Helper()
	s := Slug(name)
	assert.Regexp(t, safe, s, "%q", name)
	assert.LessOrEqual(t, len(s), 64)
	assert.NotRegexp(t, `-[0-9]+$`, s, "read as GOMAXPROCS")
	assert.NotContains(t, s, "..")
}

func FuzzSlug(f *testing.F) {
	for _, n := range nasty {
		f.Add(n)
	}
	f.Fuzz(func(t *testing.T, name string) { checkSlug(t, name) })
}

func TestOrderIsSeededAndDiffersByRound(t *testing.T) {
	assert.Equal(t, Order(12, 1, 116), Order(12, 1, 116))
	assert.NotEqual(t, Order(12, 1, 116), Order(12, 2, 116))
	assert.NotEqual(t, Order(12, 1, 116), Order(12, 1, 117))
	assert.ElementsMatch(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, Order(12, 3, 1))
}
