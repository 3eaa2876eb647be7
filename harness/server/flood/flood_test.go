package flood_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/goroutines"
	"github.com/chimeraforge/duet/harness/metrics"
	"github.com/chimeraforge/duet/harness/server/flood"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func stream(t *testing.T, url, model string, seed, tokens int) metrics.Call {
	t.Helper()
	res, err := (&goroutines.Driver{}).Run(t.Context(), driver.Request{KeepChunks: true, SilenceNS: int64(10 * time.Second), Agents: []driver.Agent{{
		ID: "a", Endpoint: url, Model: model, Calls: []driver.Call{{Prompt: "go", Seed: seed, NumPredict: tokens}},
	}}})
	require.NoError(t, err)
	require.Len(t, res.Calls, 1)
	return res.Calls[0]
}

func TestStreamsHaveTheirTokens(t *testing.T) {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	s, err := flood.Start()
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for _, model := range []string{flood.Flat, flood.Coalesced, flood.Paced} {
		c := stream(t, s.URL(), model, 7, 20)
		require.Empty(t, c.Error, model)
		assert.Equal(t, 20, c.Chunks, model)
		assert.EqualValues(t, 20, *c.Server.Tokens, model)
		sent, err := flood.Sent(t.Context(), s.URL(), 7)
		if model != flood.Paced {
			assert.Error(t, err, "only a paced stream says when")
			continue
		}
		require.NoError(t, err)
		require.Len(t, sent, 20)
		at := c.RequestNS
		for i, d := range c.DeltasNS {
			at += d
			assert.GreaterOrEqual(t, at, sent[i], "seen after it was written")
			assert.GreaterOrEqual(t, sent[i], c.RequestNS+int64(i)*int64(flood.Interval), "and not before it was due")
		}
	}
	assert.Contains(t, stream(t, s.URL(), "another", 1, 1).Error, "cut off")
}
