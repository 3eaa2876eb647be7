package metric_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// steady are six runs of a cell in which no value is flagged: speeds that are
// evenly spread.
func steady() []*record.Run {
	var runs []*record.Run
	for n := 1; n <= 6; n++ {
		r := synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)
		r.RunNumber, r.Round = n, n
		for _, p := range r.Passes {
			for i := range p.Calls {
				*p.Calls[i].Server.EvalNS += int64(n) * 1e6
				*p.Calls[i].FirstNS += int64(n) * 1e5
			}
		}
		runs = append(runs, r)
	}
	return runs
}

// slow makes the collector's calls of the concurrent pass half as long again by
// the server's clock, which is not yet more than the client can have seen.
func slow(r *record.Run) {
	p := &r.Passes[2]
	for i := range p.Calls {
		if p.Calls[i].Agent == metric.Collector {
			*p.Calls[i].Server.EvalNS += *p.Calls[i].Server.EvalNS / 2
		}
	}
}

func TestACellIsRunOnceMoreWhereAValueLiesFarOut(t *testing.T) {
	assert.Nil(t, metric.Rerun(metric.NewSet(steady()).Rows), "nothing lies out")
	assert.Nil(t, metric.Rerun(metric.NewSet(nil).Rows))

	runs := steady()
	slow(runs[2])
	want := metric.Rerun(metric.NewSet(runs).Rows)
	require.NotNil(t, want)
	assert.Equal(t, []int64{3}, want.Of)
	assert.Regexp(t, `^decode rate of collector, concurrent pass: 4\d\.\d tok/s in run 3, median 6\d\.\d, -\d+\.\d MAD from it$`, want.Reason)

	again := steady()[0]
	again.RunNumber, again.Round, again.Rerun = 7, 7, want
	assert.Equal(t, want, metric.Rerun(metric.NewSet(append(runs, again)).Rows), "a re-run changes nothing of why it was made")
	slow(again)
	assert.Equal(t, want, metric.Rerun(metric.NewSet(append(runs, again)).Rows), "whatever it measured")
	synthetic.Fail(runs[2])
	assert.Nil(t, metric.Rerun(metric.NewSet(runs).Rows), "a failed run has no value to lie out")
}

func TestSeveralFlaggedValuesAreOneReason(t *testing.T) {
	runs := steady()
	slow(runs[4])
	slow(runs[1])
	*runs[1].Passes[0].Calls[0].FirstNS += 900e6
	got := metric.Rerun(metric.NewSet(runs).Rows)
	assert.Equal(t, []int64{1, 2, 5}, got.Of, "by number, each once; with two far away the first lies out as well")
	assert.Contains(t, got.Reason, "TTFT of collector, solo pass: ", "the farthest out")
	assert.True(t, strings.HasSuffix(got.Reason, "; and 3 more values"), got.Reason)
}

func TestWhereMostValuesAreEqualEveryOtherIsFlagged(t *testing.T) {
	var runs []*record.Run
	for n := 1; n <= 6; n++ {
		r := synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)
		r.RunNumber = n
		runs = append(runs, r)
	}
	require.Nil(t, metric.Rerun(metric.NewSet(runs).Rows), "no value differs")
	slow(runs[5])
	assert.True(t, strings.HasSuffix(metric.Rerun(metric.NewSet(runs).Rows).Reason, ", the others equal it"), metric.Rerun(metric.NewSet(runs).Rows).Reason)
}

func TestARerunStandsBesideWhatItWasMadeForAndCounts(t *testing.T) {
	runs := steady()
	slow(runs[2])
	why := metric.Rerun(metric.NewSet(runs).Rows)
	again := steady()[3]
	again.RunNumber, again.Round, again.Rerun = 7, 7, why
	runs = append(runs, again)
	tables := map[string]table.Table{}
	for _, table := range metric.MatrixTables(metric.NewSet(runs)) {
		tables[table.ID] = table
		assert.Contains(t, table.N, "1 of all 7 runs are re-runs of cells with outliers, which have one run more; they count like any other.", table.ID)
	}
	row := map[string]table.Value{}
	require.Len(t, tables["reruns"].Rows, 1)
	for i, c := range tables["reruns"].Columns {
		row[c.Name] = tables["reruns"].Rows[0][i]
	}
	assert.Equal(t, 7.0, row["run"].Num)
	assert.Equal(t, "3", row["for runs"].Text)
	assert.Equal(t, 1.0, row["flagged values"].Num)
	assert.Equal(t, 0.0, row["again outside"].Num, "an accident of run 3")
	assert.Equal(t, why.Reason, row["reason"].Text)

	slow(again)
	for _, table := range metric.MatrixTables(metric.NewSet(runs)) {
		for i, c := range table.Columns {
			if table.ID == "reruns" && c.Name == "again outside" {
				assert.Equal(t, 1.0, table.Rows[0][i].Num)
			}
		}
		if table.ID == "outliers" {
			said := ""
			for _, row := range table.Rows {
				said += row[len(row)-1].Text + "\n"
			}
			assert.Contains(t, said, "a re-run itself")
		}
	}
}

func TestARerunOfAnotherToolsNonsenseIsNoCrash(t *testing.T) {
	r := synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)
	r.Rerun = &record.Rerun{}
	assert.NotPanics(t, func() { metric.MatrixTables(metric.NewSet([]*record.Run{r})) })
}
