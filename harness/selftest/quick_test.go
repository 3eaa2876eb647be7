package selftest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

func TestAQuickTestSeesEveryWayAStreamCanCome(t *testing.T) {
	answers := quickly(t, func(*driver.Result) {})
	for _, a := range answers {
		assert.Empty(t, a.Wrong(), a.Case)
		assert.Empty(t, cmp.Diff(a.True, a.Measured, exactly), a.Case)
	}
	golden.AssertTables(t, "quick.md", table.Markdown(AnswerTable(answers)))
	assert.Equal(t, "# known answers: go: 9 cases, every chunk and every failure seen; off by at most TTFT 0.00 ms, gaps 0.00 ms (p90), decode rate 0.00 %, wall 0.0 ms, speedup 0.00 %\n", AnswerLines(answers))
}

func TestAQuickTestOverSocketsIsNeverEarly(t *testing.T) {
	answers, err := Test{Driver: &driver.Goroutines{}}.Quick(t.Context())
	require.NoError(t, err)
	require.Len(t, answers, 9)
	for _, a := range answers {
		assert.Empty(t, a.Wrong(), a.Case)
		if a.True.Failed == 0 {
			assert.Positive(t, *a.Off().TTFT, a.Case)
		}
		if a.True.Failed == 0 && a.True.Speedup == nil { // two that do not quite overlap are earlier
			assert.Positive(t, *a.Off().Wall, a.Case)
		}
	}
	t.Log(AnswerLines(answers))
}

// each changes every call of a case.
func each(change func(*record.Call)) func(*driver.Result) {
	return func(res *driver.Result) {
		for i := range res.Calls {
			change(&res.Calls[i])
		}
	}
}

func TestWhatARuntimeGetsWrongIsInItsAnswer(t *testing.T) {
	const late = int64(3e6)
	for _, c := range []struct {
		name   string
		change func(*driver.Result)
		says   func(*testing.T, Answer)
	}{
		{"a first token seen late", each(func(c *record.Call) { *c.FirstNS += late }), func(t *testing.T, a Answer) {
			assert.InDelta(t, 3e6, *a.Off().TTFT, 2)
			assert.Positive(t, *a.Off().Rate, "and so a shorter window")
			assert.Zero(t, *a.Off().Wall)
		}},
		{"a request stamped early", each(func(c *record.Call) { c.RequestNS -= late }), func(t *testing.T, a Answer) {
			assert.InDelta(t, 3e6, *a.Off().TTFT, 2)
		}},
		{"calls that end late", each(func(c *record.Call) { c.EndNS += late * int64(c.Index+1) }), func(t *testing.T, a Answer) {
			assert.InDelta(t, 3e6, *a.Off().Wall, 2)
			assert.Zero(t, *a.Off().TTFT)
		}},
		{"two gaps for each other", each(func(c *record.Call) {
			c.DeltasNS[3] += late
			c.DeltasNS[4] -= late
		}), func(t *testing.T, a Answer) {
			assert.InDelta(t, 3e6, *a.GapOffP99, 1e5, "whatever the percentiles say")
		}},
		{"a chunk without text counted", each(func(c *record.Call) { c.Chunks++ }), func(t *testing.T, a Answer) {
			assert.Contains(t, a.Wrong(), " chunks of ")
			assert.Contains(t, AnswerLines([]Answer{a}), a.Case+": "+a.Wrong())
		}},
		{"a chunk lost", each(func(c *record.Call) { c.Chunks, c.DeltasNS = c.Chunks-1, c.DeltasNS[1:] }), func(t *testing.T, a Answer) {
			assert.NotEmpty(t, a.Wrong())
			assert.Nil(t, a.GapOffP99, "gaps of other chunks are not compared")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, a := range quickly(t, c.change) {
				if a.True.Failed == 0 {
					c.says(t, a)
				}
			}
		})
	}
}

func TestACutOffCallIsAFailureAndNeverANumber(t *testing.T) {
	for _, a := range quickly(t, func(*driver.Result) {}) {
		if a.Case == "cut off" {
			assert.Equal(t, Quantities{Chunks: 8, Failed: 1}, a.Measured)
			assert.Equal(t, Quantities{Chunks: 8, Failed: 1}, a.True)
			assert.Nil(t, a.GapOffP99)
		}
	}
	unseen := quickly(t, each(func(c *record.Call) { c.Error = "" }))
	assert.Contains(t, AnswerLines(unseen), "cut off: 0 failed calls of 1")
}

// stopped is a runtime all of whose agents end after their first call.
func stopped(res *driver.Result) {
	var first []record.Call
	for _, c := range res.Calls {
		if c.Index == 0 {
			c.Error = "no such thing"
			first = append(first, c)
		}
	}
	res.Calls = first
}

func TestACallThatFailedLeavesOtherCasesWithoutAnAnswer(t *testing.T) {
	answers := quickly(t, stopped)
	require.Len(t, answers, 9)
	table := table.Markdown(AnswerTable(answers))
	assert.Contains(t, table, "not asked: a call before it failed |")
	said := AnswerLines(answers)
	assert.Contains(t, said, "fixed pace: 1 failed calls of 0; ")
	assert.Contains(t, said, "stall: not asked: a call before it failed")
}

type broken struct{ driver.Goroutines }

func (*broken) Run(context.Context, driver.Request) (driver.Result, error) {
	return driver.Result{}, errors.New("no such thing")
}

func TestARuntimeThatCannotBeAskedIsSaidAndNoError(t *testing.T) {
	answers, err := Test{Driver: &broken{}}.Quick(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "# known answers: go: none: no such thing\n", AnswerLines(answers))
	assert.Contains(t, table.Markdown(AnswerTable(answers)), "| go | n/a | 0 | n/a |")
	_, err = Test{Driver: &broken{}}.Run(t.Context(), &Cases[0])
	assert.EqualError(t, err, "no such thing")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("Ctrl-C"))
	_, err = Test{Driver: &driver.Goroutines{}}.Quick(ctx)
	assert.EqualError(t, err, "Ctrl-C")
}

func TestACallThatNeverReachedItsServerHasNoTruth(t *testing.T) {
	answers := quickly(t, func(res *driver.Result) {
		c := res.Calls[0]
		c.Index = 7
		res.Calls = append(res.Calls, c)
	})
	require.Len(t, answers, 1)
	assert.Contains(t, answers[0].Failure, "call 7 of s1 did not reach its server")
}
