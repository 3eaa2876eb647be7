package sim_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/backend/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// start runs two servers on loopback for the length of a test, a thousand times
// faster than real.
func start(t *testing.T, cfg sim.Config) (*sim.Servers, *http.Client) {
	t.Helper()
	if cfg.Timescale == 0 {
		cfg.Timescale = 1000
	}
	s, err := sim.Start(t.Context(), cfg)
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{}}
	t.Cleanup(func() {
		client.CloseIdleConnections()
		require.NoError(t, s.Close(context.Background()))
	})
	return s, client
}
