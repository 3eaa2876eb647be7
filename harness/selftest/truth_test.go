package selftest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// byHand are the truths of the table at 100 ms to the first token, 10 ms for each
// further one and for the end, 20 tokens, two agents with four calls each, two where there is a speedup: what
// anyone can work out on paper, in milliseconds and tok/s.
//
// bursts: packets at 130, 170, … 290 ms; 15 of 19 gaps are nothing, 4 are 40 ms; 19
// tokens in the 160 ms after the first packet.
// stall: token 10, due at 200 ms, comes at 350 ms with all that are left: nine gaps
// of 10, one of 160, nine of nothing; 19 tokens in 250 ms.
var byHand = map[string]Quantities{
	"fixed pace":            {Chunks: 160, TTFT: ms(100), Rate: new(100.0), GapP50: ms(10), GapP90: ms(10), GapP99: ms(10), GapMax: ms(10), Wall: ms(300)},
	"bursts":                {Chunks: 160, TTFT: ms(130), Rate: new(118.75), GapP50: ms(0), GapP90: ms(40), GapP99: ms(40), GapMax: ms(40), Wall: ms(300)},
	"split chunks":          {Chunks: 160, TTFT: ms(102), Rate: new(100.0), GapP50: ms(10), GapP90: ms(10), GapP99: ms(10), GapMax: ms(10), Wall: ms(300)},
	"empty chunks first":    {Chunks: 160, TTFT: ms(100), Rate: new(100.0), GapP50: ms(10), GapP90: ms(10), GapP99: ms(10), GapMax: ms(10), Wall: ms(300)},
	"role first":            {Chunks: 160, TTFT: ms(100), Rate: new(100.0), GapP50: ms(10), GapP90: ms(10), GapP99: ms(10), GapMax: ms(10), Wall: ms(300)},
	"stall":                 {Chunks: 160, TTFT: ms(100), Rate: new(76.0), GapP50: ms(10), GapP90: ms(10), GapP99: ms(160), GapMax: ms(160), Wall: ms(350)},
	"cut off":               {Chunks: 20, Failed: 2},
	"two, no contention":    {Chunks: 80, TTFT: ms(100), Rate: new(100.0), GapP50: ms(10), GapP90: ms(10), GapP99: ms(10), GapMax: ms(10), Wall: ms(300), Speedup: new(2.0)},
	"two, mild contention":  {Chunks: 80, TTFT: ms(100 / .75), Rate: new(75.0), GapP50: ms(10 / .75), GapP90: ms(10 / .75), GapP99: ms(10 / .75), GapMax: ms(10 / .75), Wall: ms(400), Speedup: new(1.5)},
	"two, taking turns":     {Chunks: 80, TTFT: ms(200), Rate: new(50.0), GapP50: ms(20), GapP90: ms(20), GapP99: ms(20), GapMax: ms(20), Wall: ms(600), Speedup: new(1.0)},
	"two, worse than turns": {Chunks: 80, TTFT: ms(100 / .3), Rate: new(30.0), GapP50: ms(10 / .3), GapP90: ms(10 / .3), GapP99: ms(10 / .3), GapMax: ms(10 / .3), Wall: ms(1000), Speedup: new(0.6)},
}

func ms(v float64) *float64 { return new(v * 1e6) }

// exactly is to the nanosecond: events of a contended GPU are rounded to it.
var exactly = cmpopts.EquateApprox(1e-7, 2)

func TestEveryTruthIsWhatPaperSays(t *testing.T) {
	for i := range Cases {
		c := &Cases[i]
		t.Run(c.Name, func(t *testing.T) {
			virtually(t, itself, func(t *testing.T, e Test) {
				a, err := e.Run(t.Context(), c)
				require.NoError(t, err)
				assert.Empty(t, a.Wrong())
				assert.Equal(t, a.True.Chunks, map[bool]int{true: a.Calls * 10, false: a.Calls * 20}[a.True.Failed > 0])
				assert.Empty(t, cmp.Diff(a.True, a.Measured, exactly), "nothing is late in virtual time")
				if want, ok := byHand[c.Name]; ok {
					assert.Empty(t, cmp.Diff(want, a.True, exactly))
					return
				}
				assert.Equal(t, "jitter", c.Name, "every other case has its line")
				jittery(t, a)
			})
		})
	}
}

// jittery is what paper says of gaps that are up to 4 ms longer or shorter.
func jittery(t *testing.T, a Answer) {
	want := byHand["fixed pace"]
	want.GapP50, want.GapP90, want.GapP99, want.GapMax = a.True.GapP50, a.True.GapP90, a.True.GapP99, a.True.GapMax
	assert.Empty(t, cmp.Diff(want, a.True, exactly), "first token, rate and wall are those of the even pace")
	assert.InDelta(t, 10e6, *a.True.GapP50, 1e6)
	assert.InDelta(t, 13e6, *a.True.GapP99, 1e6)
	assert.Less(t, *a.True.GapMax, 14e6)
	assert.Zero(t, *a.GapOffP99, "gap by gap")
}
