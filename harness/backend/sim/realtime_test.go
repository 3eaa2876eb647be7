package sim_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
)

// These tests run in real time over loopback on whatever machine this is, so
// they look at what a busy one cannot spoil: nothing is early, the punctual
// part of the tokens is punctual, and lateness does not accumulate.

// lateness is how long after its ideal time each token was written.
func lateness(s *sim.Servers) (late []time.Duration) {
	for _, served := range s.Log() {
		for i, at := range served.WrittenNS {
			late = append(late, time.Duration(at-served.IdealNS[i]))
		}
	}
	return late
}

// quantile is the value below which a share of the values lies.
func quantile(d []time.Duration, share float64) time.Duration {
	d = slices.Sorted(slices.Values(d))
	return d[int(share*float64(len(d)-1))]
}

func TestTokensAreWrittenAtTheirTimes(t *testing.T) {
	for _, tc := range []struct {
		timescale float64
		tokens    int
	}{{1, 50}, {100, 5000}} {
		t.Run(fmt.Sprintf("timescale %v", tc.timescale), func(t *testing.T) {
			s, c := start(t, sim.Config{Exact: known, Timescale: tc.timescale})
			body := fmt.Sprintf(`{"model":"gemma3","prompt":"x","options":{"num_predict":%d}}`, tc.tokens)
			var wg sync.WaitGroup
			for i := range 2 {
				wg.Go(func() {
					_, lines, err := ask(t.Context(), c, generate(s, i), body)
					assert.NoError(t, err)
					assert.Len(t, lines, tc.tokens+1)
				})
			}
			wg.Wait()
			late := lateness(s)
			require.Len(t, late, 2*tc.tokens)
			assert.GreaterOrEqual(t, slices.Min(late), time.Duration(0), "never early")
			assert.Less(t, quantile(late, 0.1), 2*time.Millisecond)
			assert.Less(t, slices.Min(late[tc.tokens*9/10:tc.tokens]), 2*time.Millisecond, "still on schedule at the end")
			t.Logf("late by %v (median), %v (90th percentile)", quantile(late, 0.5), quantile(late, 0.9))
		})
	}
}

func TestAClientMeasuresTheKnownFirstToken(t *testing.T) {
	s, c := start(t, sim.Config{Exact: known, Timescale: 1})
	var off []time.Duration
	for range 8 {
		_, lines, err := ask(t.Context(), c, generate(s, 0), `{"model":"gemma3","prompt":"x","options":{"num_predict":5}}`)
		require.NoError(t, err)
		off = append(off, lines[0].At-100*ms)
	}
	assert.GreaterOrEqual(t, slices.Min(off), time.Duration(0))
	assert.Less(t, slices.Min(off), 2*time.Millisecond)
	t.Logf("TTFT off by %v (best), %v (median)", slices.Min(off), quantile(off, 0.5))
}
