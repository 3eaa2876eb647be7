package selftest_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/selftest"
	"github.com/chimeraforge/duet/harness/table"
)

func TestTheGoClientReadsTheTruth(t *testing.T) {
	r, err := selftest.Read(t.Context(), &driver.Goroutines{})
	require.NoError(t, err)
	require.Empty(t, r.Failure)
	assert.Equal(t, "go", r.Runtime)
	assert.NotEmpty(t, r.Client)
	assert.Positive(t, r.TTFTNS, "nothing is seen before it is sent")
	assert.GreaterOrEqual(t, r.TTFTP99NS, r.TTFTNS)
	assert.Positive(t, r.TimerNS)
	assert.Positive(t, r.CPU)
	assert.Contains(t, selftest.ReadingLines([]selftest.Reading{r}), "# meter, against a known answer: go: TTFT +")
	table := table.Markdown(selftest.ReadingTable([]selftest.Reading{r, {Runtime: "x", Failure: "no such thing"}}))
	assert.Contains(t, table, "TTFT 50ms, a token every 5ms (200 tok/s), a pass of 750ms")
	assert.Contains(t, table, "| x | n/a | n/a | n/a | n/a | n/a | n/a | n/a | n/a | n/a | no such thing |")
}

// late is a runtime that sees everything later than it comes.
type late struct {
	driver.Driver
	by time.Duration
}

func (l late) Run(ctx context.Context, req driver.Request) (driver.Result, error) {
	res, err := l.Driver.Run(ctx, req)
	for i := range res.Calls {
		*res.Calls[i].FirstNS += int64(l.by)
		*res.Calls[i].LastTokenNS += int64(l.by)
	}
	res.EndNS += int64(l.by)
	return res, err
}

func TestAReadingIsWhatTheRuntimeIsOffBy(t *testing.T) {
	r, err := selftest.Read(t.Context(), late{&driver.Goroutines{}, 300 * time.Millisecond})
	require.NoError(t, err)
	assert.Greater(t, r.TTFTNS, 300e6)
	assert.Greater(t, r.WallNS, 300e6)
}

type broken struct{ driver.Goroutines }

func (*broken) Run(context.Context, driver.Request) (driver.Result, error) {
	return driver.Result{}, errors.New("no such thing")
}

func TestAMeterThatCannotBeTriedIsSaidAndNoError(t *testing.T) {
	r, err := selftest.Read(t.Context(), &broken{})
	require.NoError(t, err)
	assert.Equal(t, "# meter, against a known answer: go: no reading: no such thing\n", selftest.ReadingLines([]selftest.Reading{r}))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("Ctrl-C"))
	_, err = selftest.Read(ctx, &driver.Goroutines{})
	assert.EqualError(t, err, "Ctrl-C")
}
