package plan

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

var work = Work{Budget: 128}

// whole is a plan with every coordinate.
func whole(models ...string) Plan {
	p := plan(models...)
	p.Runtimes, p.Topologies = []string{"go", "python", "rust"}, Topologies()
	return p
}

// shares are the ids of a suite by shard, empty where a shard has none.
func shares(t *testing.T, suite string, p Plan, w Work, n int) [][]string {
	t.Helper()
	out := make([][]string, n)
	for i := range n {
		cells, err := Shard{i + 1, n}.Cells(suite, p, w)
		if _, nothing := errors.AsType[*ShardError](err); nothing {
			continue
		}
		require.NoError(t, err)
		for _, c := range cells {
			out[i] = append(out[i], c.ID)
		}
	}
	return out
}

func idsOf(cells []Cell) []string {
	var out []string
	for _, c := range cells {
		out = append(out, c.ID)
	}
	return out
}

// anyPlan is a plan made by chance.
func anyPlan(rng *rand.Rand) (Plan, Work) {
	names := []string{"a:1b", "b:70b", "c", "d:3b", "e:0.5b", "f-8x7b", "g", Study[0], Study[1], Tiny[0], "h:270m"}
	rng.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	p := whole(names[:1+rng.IntN(len(names))]...)
	p.Runtimes = p.Runtimes[:1+rng.IntN(3)]
	p.Topologies = p.Topologies[:1+rng.IntN(2)]
	p.Scenarios = p.Scenarios[:1+rng.IntN(3)]
	return p, Work{Budget: 1 + rng.IntN(1000), Unequal: rng.IntN(2) == 0}
}

// TestEveryCellIsInOneShard: whatever the plan, shards have nothing in common and
// together everything, in any order of the settings, and are as even as their units
// allow: no shard is longer than another by more than one of them.
func TestEveryCellIsInOneShard(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 12 {
		p, w := anyPlan(rng)
		for _, suite := range []string{record.SuiteSingle, record.SuiteMulti} {
			all, err := CellsOf(suite, p)
			require.NoError(t, err)
			n := 2 + rng.IntN(12)
			parts := shares(t, suite, p, w, n)
			assert.ElementsMatch(t, idsOf(all), slices.Concat(parts...))
			assertTogether(t, all, parts)
			assertEven(t, all, parts, w)

			other := p
			for _, list := range []*[]string{&other.Models, &other.Runtimes, &other.Scenarios, &other.Topologies} {
				*list = slices.Clone(*list)
				slices.Reverse(*list)
			}
			for i, ids := range shares(t, suite, other, w, n) {
				assert.ElementsMatch(t, parts[i], ids, "shard %d of %d", i+1, n)
			}
		}
	}
}

// assertTogether holds that what is read side by side is in one shard.
func assertTogether(t *testing.T, all []Cell, parts [][]string) {
	t.Helper()
	at := map[string]int{}
	for i, ids := range parts {
		for _, id := range ids {
			at[id] = i
		}
	}
	first := map[string]int{}
	for _, c := range all {
		key := c.Model() + " " + c.Scenario()
		if i, ok := first[key]; ok {
			assert.Equal(t, i, at[c.ID], c.ID)
		}
		first[key] = at[c.ID]
	}
}

func assertEven(t *testing.T, all []Cell, parts [][]string, w Work) {
	t.Helper()
	var longest int64
	for _, u := range units(all, w) {
		longest = max(longest, u.cost)
	}
	var costs []int64
	for _, ids := range parts {
		var sum int64
		for _, c := range all {
			if slices.Contains(ids, c.ID) {
				sum += w.Cost(c)
			}
		}
		costs = append(costs, sum)
	}
	assert.LessOrEqual(t, slices.Max(costs)-slices.Min(costs), longest)
}

// TestBothSuitesTogetherAreEven: the shard with most of one suite has least of the
// other. Any other pairing is at least as long.
func TestBothSuitesTogetherAreEven(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 25 {
		p, w := anyPlan(rng)
		n := 2 + rng.IntN(4)
		single, _, err := split(record.SuiteSingle, p, w, n)
		require.NoError(t, err)
		multi, _, err := split(record.SuiteMulti, p, w, n)
		require.NoError(t, err)
		length := func(order []int) (most int64) {
			for i, k := range order {
				most = max(most, single[k].cost+multi[i].cost)
			}
			return most
		}
		ours := make([]int, n)
		for i := range ours {
			ours[i] = i
		}
		for range 20 {
			assert.LessOrEqual(t, length(ours), length(rng.Perm(n)))
		}
	}
}

func TestTheStudyInTwoShards(t *testing.T) {
	p := plan(Study...)
	assert.Equal(t, [][]string{
		{
			"multi/go/qwen2p5_7b/baseline-vs-chimera_gpu80_ctx512_temp10",
			"multi/go/gemma3_latest/baseline-vs-chimera_gpu80_ctx512_temp10",
			"multi/go/llama3p1_8b-instruct-q4_0/baseline-vs-chimera_gpu80_ctx512_temp10",
			"multi/go/llama3p1_8b-instruct-q4_0/chimera-homo_gpu80_ctx512_temp10",
		}, {
			"multi/go/qwen2p5_7b/chimera-homo_gpu80_ctx512_temp10",
			"multi/go/qwen2p5_7b/chimera-hetero_gpu80_ctx512_temp10",
			"multi/go/gemma3_latest/chimera-homo_gpu80_ctx512_temp10",
			"multi/go/gemma3_latest/chimera-hetero_gpu80_ctx512_temp10",
			"multi/go/llama3p1_8b-instruct-q4_0/chimera-hetero_gpu80_ctx512_temp10",
		},
	}, shares(t, record.SuiteMulti, p, work, 2))
	single := shares(t, record.SuiteSingle, p, work, 2)
	assert.Len(t, single[0], 8, "the shard with less of the multi suite has more of this one")
	assert.Len(t, single[1], 4)
}

func TestOfThreeMachinesNoneIsAScenario(t *testing.T) {
	p := plan(Study...)
	for i, ids := range shares(t, record.SuiteMulti, p, work, 3) {
		scenarios := map[string]int{}
		for _, id := range ids {
			for _, s := range Scenarios() {
				if strings.Contains(id, "/"+s.Name) {
					scenarios[s.Name]++
				}
			}
		}
		assert.Len(t, scenarios, 3, "shard %d: %v", i+1, ids)
	}
}

func TestAShardWithNothingSaysIntoHowManyTheSuiteCanBeSplit(t *testing.T) {
	p := plan(Study...)
	empty := 0
	for i := range 5 {
		_, err := Shard{i + 1, 5}.Cells(record.SuiteSingle, p, work)
		if err == nil {
			continue
		}
		empty++
		assert.EqualError(t, err, fmt.Sprintf("-duet.shard=%d/5: there is nothing of the single suite in it; with these settings it can be split into 3 at most (-duet.shard=i/3)", i+1))
	}
	assert.Equal(t, 2, empty)
	for i := range 9 {
		_, err := Shard{i + 1, 9}.Cells(record.SuiteMulti, p, work)
		assert.NoError(t, err, "nine models and scenarios")
	}
	for i := range 12 {
		one := Shard{i + 1, 12}
		_, single := one.Cells(record.SuiteSingle, p, work)
		_, multi := one.Cells(record.SuiteMulti, p, work)
		assert.True(t, (single == nil) != (multi == nil), "twelve machines, each with a part of one suite")
	}
	_, err := Shard{2, 2}.Cells(record.SuiteMulti, Plan{Models: []string{"m"}, Runtimes: []string{"go"}, Scenarios: []string{ChimeraHomo}}, work)
	assert.ErrorContains(t, err, "it cannot be split")
}

func TestParametersAreReadFromNames(t *testing.T) {
	for name, want := range map[string]int64{
		"qwen2.5:7b": 7_600, "duet-tiny-llama": 10, "mistral:7b": 7_000, "smollm:135m": 135, "qwen2.5:0.5b-instruct": 500,
		"mixtral:8x7b": 56_000, "hf.co/org/Some-Model-13B-GGUF:Q4_K_M": 13_000, "qwen3:30b-a3b": 30_000,
		"phi": usual, "model-7bit": usual, "x:0b": usual, "gemma3n:e4b": usual, "v1.7b2": usual,
	} {
		assert.Equal(t, want, Parameters(name), name)
	}
}

func TestACostGrowsWithWhatIsAskedFor(t *testing.T) {
	p := whole("m:8b")
	cells, err := Multi.Cells(p)
	require.NoError(t, err)
	by := map[string]int64{}
	for _, c := range cells {
		if c.Runtime() == "go" {
			by[c.Scenario()+c.Topology()] = work.Cost(c)
		}
	}
	assert.Greater(t, by[ChimeraHetero+TopologyOne], by[ChimeraHetero], "one server loads its model for each call")
	assert.Less(t, by[ChimeraHomo+TopologyOne], by[ChimeraHomo])
	assert.Less(t, Work{Budget: 64}.Cost(cells[0]), work.Cost(cells[0]))
	assert.Less(t, Work{Budget: 128, Unequal: true}.Cost(cells[0]), work.Cost(cells[0]))
	larger := cells[0].With(record.CoordModel, "m:70b")
	assert.Greater(t, work.Cost(larger), 8*work.Cost(cells[0]))
	single, err := Single.Cells(p)
	require.NoError(t, err)
	assert.Less(t, work.Cost(single[0]), work.Cost(cells[0]))
}

func FuzzParseShard(f *testing.F) {
	for _, s := range []string{"", "1/1", "2/3", "3/2", "0/1", "1/0", "-1/2", "01/2", "1/1001", "1000/1000", "1/2/3", " 1/2", "1/2\n", "9999/9999", "½"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseShard(text)
		if err != nil {
			assert.Zero(t, s)
			assert.NotContains(t, err.Error(), "\n")
			return
		}
		if s.All() {
			assert.Contains(t, []string{"", "1/1"}, text)
			return
		}
		assert.True(t, 1 <= s.I && s.I <= s.N && s.N <= MostShards && s.N > 1)
		assert.Equal(t, text, s.String())
	})
}
