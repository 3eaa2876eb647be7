package overhead_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
	"github.com/chimeraforge/duet/suites/overhead"
)

func stream(t *testing.T, url, model string, seed, tokens int) record.Call {
	t.Helper()
	res, err := (&driver.Goroutines{}).Run(t.Context(), driver.Request{KeepChunks: true, SilenceNS: int64(10 * time.Second), Agents: []driver.Agent{{
		ID: "a", Endpoint: url, Model: model, Calls: []workload.Call{{Prompt: "go", Seed: seed, NumPredict: tokens}},
	}}})
	require.NoError(t, err)
	require.Len(t, res.Calls, 1)
	return res.Calls[0]
}

func TestStreamsHaveTheirTokens(t *testing.T) {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	s, err := overhead.Start()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for model, every := range map[string]time.Duration{
		overhead.Flat: 0, overhead.Coalesced: 0, overhead.Paced: overhead.Interval, overhead.Every(100 * time.Microsecond): 100 * time.Microsecond,
	} {
		c := stream(t, s.URL(), model, 7, 20)
		require.Empty(t, c.Error, model)
		assert.Equal(t, 20, c.Chunks, model)
		assert.EqualValues(t, 20, *c.Server.Tokens, model)
		sent, err := overhead.Sent(t.Context(), s.URL(), 7)
		if every == 0 {
			assert.Error(t, err, "only a paced stream says when")
			continue
		}
		require.NoError(t, err)
		require.Len(t, sent, 20)
		at := c.RequestNS
		for i, d := range c.DeltasNS {
			at += d
			assert.GreaterOrEqual(t, at, sent[i], "seen after it was written")
			assert.GreaterOrEqual(t, sent[i], c.RequestNS+int64(i+1)*int64(every), "and not before it was due")
		}
	}
	for _, model := range []string{"another", "paced@", "paced@0s", "paced@x", "paced@-1ms"} {
		assert.Contains(t, stream(t, s.URL(), model, 1, 1).Error, "cut off")
	}
}
