package trust_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/trust"
)

// anyRuns takes parts of good runs away, as crashes and other tools do.
func anyRuns(t *rapid.T) []*record.Run {
	var runs []*record.Run
	sets := make([][]*record.Run, len(one))
	for i, c := range one {
		sets[i] = c.runs()
	}
	for range rapid.IntRange(0, 25).Draw(t, "runs") {
		set := rapid.SampledFrom(sets).Draw(t, "set")
		r := *rapid.SampledFrom(set).Draw(t, "run")
		if r.Imported == nil {
			r.Passes = r.Passes[rapid.IntRange(0, len(r.Passes)).Draw(t, "from"):]
			r.Agents = r.Agents[:rapid.IntRange(0, len(r.Agents)).Draw(t, "agents")]
			r.Servers = r.Servers[:rapid.IntRange(0, len(r.Servers)).Draw(t, "servers")]
		} else {
			im := *r.Imported
			im.Agents = im.Agents[:rapid.IntRange(0, len(im.Agents)).Draw(t, "agents")]
			r.Imported = &im
		}
		r.Status = rapid.SampledFrom([]string{record.StatusOK, record.StatusFailed}).Draw(t, "status")
		r.RunNumber = rapid.IntRange(1, 3).Draw(t, "number")
		r.Session = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "session")
		runs = append(runs, &r)
	}
	return runs
}

func TestEveryRuleAnswersWhateverTheRuns(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := trust.Audit(asked(anyRuns(t)), place)
		assert.Len(t, got, len(one))
		for i, f := range got {
			assert.Equal(t, one[i].rule, f.Code)
			assert.NotEmpty(t, f.Evidence, f.Code)
			assert.Equal(t, f.Verdict == record.Found, f.Severity != "", f.Code)
			assert.NotContains(t, f.Evidence, "NaN")
			assert.NotContains(t, f.Evidence, "Inf")
			assert.True(t, slices.IsSortedFunc(f.Places, func(a, b record.Place) int { return strings.Compare(a.File, b.File) }), f.Code)
			for _, x := range f.Figures {
				assert.False(t, x.Value != nil && (math.IsNaN(*x.Value) || math.IsInf(*x.Value, 0)), x.Name)
			}
		}
		_, err := json.Marshal(got)
		assert.NoError(t, err)
		for _, table := range findings.AuditTables(got) {
			for _, row := range table.Rows {
				assert.Len(t, row, len(table.Columns))
			}
		}
	})
}

func TestTheOrderOfReadingChangesNothing(t *testing.T) {
	runs := synthetic.Runs()
	want := trust.Audit(metric.NewSet(runs), place)
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		r.Shuffle(len(runs), func(i, j int) { runs[i], runs[j] = runs[j], runs[i] })
		require.Equal(t, want, trust.Audit(metric.NewSet(runs), place))
	}
}

func TestEachRunIsLocatedAtMostOnce(t *testing.T) {
	asked := map[*record.Run]int{}
	trust.Audit(metric.NewSet(synthetic.Runs()), func(r *record.Run) string {
		asked[r]++
		return place(r)
	})
	require.NotEmpty(t, asked)
	for _, n := range asked {
		require.Equal(t, 1, n)
	}
}

func TestWithoutPathsThereAreNoFiles(t *testing.T) {
	for _, f := range trust.Audit(metric.NewSet(synthetic.Runs()), nil) {
		assert.Empty(t, f.Places, f.Code)
	}
}

func TestSeveralSessionsAreNamedAndNotCompared(t *testing.T) {
	a, b := clean(), clean()
	for _, r := range b {
		r.Session = "other"
		for i := range r.Servers {
			r.Servers[i].Version = "0.99"
		}
	}
	assert.Empty(t, found(append(a, b...)), "versions may differ between sessions")
	got := trust.Audit(metric.NewSet(append(a, b...)), nil)
	assert.Equal(t, "other: go", got[1].Figures[0].Of)
}

func TestBackendsAreNamedWhereASessionHasSeveral(t *testing.T) {
	runs := clean()
	for _, r := range clean() {
		r.Backend.Kind = "reuse"
		runs = append(runs, r)
	}
	got := trust.Audit(metric.NewSet(runs), nil)
	assert.Equal(t, "synthetic (process): go", got[1].Figures[0].Of)
	assert.Equal(t, "synthetic (reuse): go", got[1].Figures[1].Of)
}
