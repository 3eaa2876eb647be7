package workload

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func workload(t *testing.T, budget int, unequal bool, seed uint64) *Workload {
	t.Helper()
	w, err := New(duet.Prompts, budget, unequal, seed)
	require.NoError(t, err)
	return w
}

var agents = []string{"collector", "insight"}

func TestEveryPromptStartsWithANonceOfItsOwn(t *testing.T) {
	w := workload(t, 128, false, 116)
	seen := map[string]string{}
	for _, a := range agents {
		lengths := map[int]bool{}
		for round := 1; round <= 6; round++ {
			for _, place := range []string{"c/1/solo", "c/1/concurrent", "c/2/solo", "other/1/solo"} {
				calls := w.CallsOf(a, a, round, place)
				require.Len(t, calls, CallsPerAgent)
				for i, c := range calls {
					nonce := regexp.MustCompile(`^\[\d{10}\] `).FindString(c.Prompt)
					require.NotEmpty(t, nonce, c.Prompt)
					at := fmt.Sprintf("%s round %d %s call %d", a, round, place, i)
					assert.Empty(t, seen[nonce], "%s has the nonce of %s", at, seen[nonce])
					seen[nonce] = at
				}
				lengths[len(calls[0].Prompt)] = true
			}
		}
		assert.Len(t, lengths, 1, "%s: prompts of all passes are equally long", a)
	}
}

func TestTwoPassesAskTheSameThing(t *testing.T) {
	w := workload(t, 128, false, 116)
	for _, a := range agents {
		solo, pair := w.CallsOf(a, a, 3, "c/3/solo"), w.CallsOf(a, a, 3, "c/3/concurrent")
		for i := range solo {
			assert.Equal(t, solo[i].Prompt[13:], pair[i].Prompt[13:])
			assert.NotEqual(t, solo[i].Prompt[:13], pair[i].Prompt[:13])
			assert.Equal(t, solo[i].Seed, pair[i].Seed)
			assert.Equal(t, solo[i].NumPredict, pair[i].NumPredict)
		}
	}
}

func TestSeedsAreFixedAndUsable(t *testing.T) {
	seeds := map[int]bool{}
	for round := 1; round <= 50; round++ {
		for _, a := range agents {
			again := workload(t, 64, false, 116).CallsOf(a, a, round, "elsewhere")
			for i, c := range workload(t, 64, false, 116).CallsOf(a, a, round, "here") {
				assert.Equal(t, c.Seed, again[i].Seed)
				assert.Positive(t, c.Seed, "0 and -1 mean any")
				assert.LessOrEqual(t, c.Seed, 1<<31-1, "a C int")
				seeds[c.Seed] = true
			}
		}
	}
	assert.Len(t, seeds, 200, "every call of every round has its own")
	a, b := workload(t, 64, false, 1).CallsOf("insight", "insight", 1, ""), workload(t, 64, false, 2).CallsOf("insight", "insight", 1, "")
	assert.NotEqual(t, a[0].Seed, b[0].Seed)
	assert.NotEqual(t, a[0].Prompt, b[0].Prompt)
}

func TestOnlyTheSecondPromptTakesAnAnswer(t *testing.T) {
	w := workload(t, 64, false, 116)
	for _, a := range agents {
		calls := w.CallsOf(a, a, 1, "")
		assert.NotContains(t, calls[0].Prompt, AnswerMark)
		assert.Equal(t, 1, strings.Count(calls[1].Prompt, AnswerMark))
	}
}

func TestBudgetsAreEqualUnlessTheStudysAreAskedFor(t *testing.T) {
	for _, test := range []struct{ budget, collector int }{{100, 56}, {128, 72}, {2, 1}, {1, 1}} {
		equal, unequal := workload(t, test.budget, false, 1), workload(t, test.budget, true, 1)
		for _, a := range agents {
			assert.Equal(t, test.budget, equal.Budget(a))
		}
		assert.Equal(t, test.budget, unequal.Budget("insight"))
		assert.Equal(t, test.collector, unequal.Budget("collector"))
		for _, c := range unequal.CallsOf("collector", "collector", 1, "") {
			assert.Equal(t, test.collector, c.NumPredict)
		}
	}
}

func TestPromptsThatCannotBeUsedAreRefused(t *testing.T) {
	good := func() fstest.MapFS {
		fs := fstest.MapFS{}
		for _, a := range agents {
			fs["testdata/prompts/"+a+"-1.txt"] = &fstest.MapFile{Data: []byte("List.")}
			fs["testdata/prompts/"+a+"-2.txt"] = &fstest.MapFile{Data: []byte("Judge {{answer}}.")}
		}
		return fs
	}
	_, err := New(good(), 1, false, 1)
	require.NoError(t, err)
	for name, spoil := range map[string]func(fstest.MapFS){
		"insight-2.txt":   func(fs fstest.MapFS) { delete(fs, "testdata/prompts/insight-2.txt") },
		"collector-1.txt": func(fs fstest.MapFS) { fs["testdata/prompts/collector-1.txt"].Data = []byte("{{answer}}") },
		"collector-2.txt": func(fs fstest.MapFS) { fs["testdata/prompts/collector-2.txt"].Data = []byte("no mark") },
	} {
		fs := good()
		spoil(fs)
		_, err := New(fs, 1, false, 1)
		assert.ErrorContains(t, err, name)
	}
	changed := good()
	changed["testdata/prompts/insight-1.txt"].Data = []byte("List!")
	a, err := New(good(), 1, false, 1)
	require.NoError(t, err)
	b, err := New(changed, 1, false, 1)
	require.NoError(t, err)
	assert.NotEqual(t, a.Hash(), b.Hash(), "other prompts are another plan")
}
