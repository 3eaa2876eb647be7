package gpu_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
)

const (
	ms = time.Millisecond
	s  = time.Second
)

func TestEtaOfTwoIsOneMinusTheLoss(t *testing.T) {
	for _, loss := range []float64{0, 0.25, 0.5, 0.635, 0.7} {
		assert.Equal(t, 1.0, gpu.Eta(loss, 0))
		assert.Equal(t, 1.0, gpu.Eta(loss, 1))
		assert.Equal(t, 1-loss, gpu.Eta(loss, 2))
		assert.InDelta(t, (1-loss)*(1-loss), gpu.Eta(loss, 4), 1e-12, "a doubling costs the same share again")
	}
	for n := 1; n < 9; n++ {
		assert.Equal(t, float64(n), gpu.TrueSpeedup(0, n), "no loss: a GPU each")
		assert.InDelta(t, 1, gpu.TrueSpeedup(0.5, n), 1e-12, "half: as good as taking turns")
	}
	assert.InDelta(t, 0.73, gpu.TrueSpeedup(0.635, 2), 1e-9)
	assert.InDelta(t, 0.6, gpu.TrueSpeedup(0.7, 2), 1e-9)
}

// run advances a GPU from event to event until it is idle.
func run(g *gpu.GPU) (out []gpu.Event) {
	for {
		t, ok := g.Next()
		if !ok {
			return out
		}
		out = append(out, g.Advance(t)...)
	}
}

func TestAJobAloneTakesExactlyItsWork(t *testing.T) {
	var g gpu.GPU
	id := g.Join(5*ms, gpu.Job{Load: s, Prompt: 100 * ms, Token: 10 * ms, Tokens: 3, Loss: 0.6})
	want := []gpu.Event{
		{Job: id, Kind: gpu.Loaded, At: 1005 * ms},
		{Job: id, Kind: gpu.Token, Index: 0, At: 1105 * ms},
		{Job: id, Kind: gpu.Token, Index: 1, At: 1115 * ms},
		{Job: id, Kind: gpu.Token, Index: 2, At: 1125 * ms},
		{Job: id, Kind: gpu.Done, At: 1135 * ms},
	}
	assert.Empty(t, cmp.Diff(want, run(&g)))
	assert.Zero(t, g.Active())
}

func TestJitterMovesTokensAndKeepsThePace(t *testing.T) {
	even := gpu.Job{Prompt: 100 * ms, Token: 10 * ms, Tokens: 1000}
	job := even
	job.Jitter, job.Seed = 6*ms, 1
	var g gpu.GPU
	g.Join(0, job)
	ev := run(&g)
	require.Len(t, ev, 1001)
	for _, i := range []int{0, 999, 1000} {
		assert.Equal(t, even.Ready(i), ev[i].At, "the first, the last and the end keep their places")
	}
	assert.Equal(t, even.Work(), job.Work())
	var sum, least, most float64
	for i := 1; i < 1000; i++ {
		assert.InDelta(t, even.Ready(i), ev[i].At, float64(3*ms), "token %d", i)
		d := float64(ev[i].At - ev[i-1].At - 10*ms)
		least, most = min(least, d), max(most, d)
		sum += float64(ev[i].At - even.Ready(i))
	}
	assert.Less(t, least, -4.5e6, "nearly as much shorter as it may be")
	assert.Greater(t, most, 4.5e6)
	assert.GreaterOrEqual(t, least, -6e6)
	assert.LessOrEqual(t, most, 6e6)
	assert.InDelta(t, 0, sum/1000, 0.2e6, "as often late as early: 3 standard errors")
}

func TestJitterBelongsToTheSeedAndTheToken(t *testing.T) {
	job := gpu.Job{Token: 10 * ms, Tokens: 100, Jitter: 10 * ms, Seed: 1}
	other := job
	other.Seed = 2
	same := 0
	for i := range 100 {
		assert.Equal(t, job.Ready(i), job.Ready(i))
		if job.Ready(i) == other.Ready(i) {
			same++
		}
		assert.LessOrEqual(t, job.Ready(i), job.Ready(i+1), "never out of order, even where it is largest")
	}
	assert.Equal(t, 2, same, "the first and the last")
}

func TestTwoEqualJobsSlowEachOtherByTheLoss(t *testing.T) {
	job := gpu.Job{Prompt: 100 * ms, Token: 10 * ms, Tokens: 90} // 1 s alone
	for _, tc := range []struct {
		loss float64
		end  time.Duration
	}{{0, s}, {0.5, 2 * s}, {0.6, 2500 * ms}, {0.75, 4 * s}} {
		var g gpu.GPU
		job.Loss = tc.loss
		g.Join(0, job)
		g.Join(0, job)
		ev := run(&g)
		require.Len(t, ev, 182)
		assert.Equal(t, tc.end, ev[181].At)
		assert.Equal(t, tc.end, ev[180].At)
		assert.Equal(t, time.Duration(float64(100*ms)/(1-tc.loss)), ev[0].At, "time to first token")
		speedup := 2 * job.Work().Seconds() / ev[181].At.Seconds()
		assert.InDelta(t, gpu.TrueSpeedup(tc.loss, 2), speedup, 1e-9)
	}
}

func TestAStaggeredJobSlowsOnlyTheOverlap(t *testing.T) {
	// a works alone for 0.5 s, then both at half speed: a's other 0.5 s take 1 s.
	// b has done 0.5 s by then and does the rest alone.
	var g gpu.GPU
	job := gpu.Job{Prompt: s, Loss: 0.5}
	a := g.Join(0, job)
	b := g.Join(500*ms, job)
	want := []gpu.Event{
		{Job: a, Kind: gpu.Done, At: 1500 * ms},
		{Job: b, Kind: gpu.Done, At: 2 * s},
	}
	assert.Empty(t, cmp.Diff(want, run(&g)))
}

func TestLoadingSlowsNobody(t *testing.T) {
	var g gpu.GPU
	a := g.Join(0, gpu.Job{Prompt: s, Loss: 0.5})
	b := g.Join(0, gpu.Job{Load: 3 * s, Prompt: s, Loss: 0.5})
	assert.Equal(t, 1, g.Active())
	want := []gpu.Event{
		{Job: a, Kind: gpu.Done, At: s},
		{Job: b, Kind: gpu.Loaded, At: 3 * s},
		{Job: b, Kind: gpu.Done, At: 4 * s},
	}
	assert.Empty(t, cmp.Diff(want, run(&g)))
}

func TestAJobThatLeavesGivesItsShareBack(t *testing.T) {
	var g gpu.GPU
	a := g.Join(0, gpu.Job{Prompt: s, Loss: 0.5})
	b := g.Join(0, gpu.Job{Prompt: 100 * ms, Token: 10 * ms, Tokens: 1000, Loss: 0.5})
	before := g.Changes()
	g.Leave(s, b) // b's tokens until now are dropped
	assert.Equal(t, before+1, g.Changes())
	next, ok := g.NextOf(a)
	assert.True(t, ok)
	assert.Equal(t, 1500*ms, next)
	_, ok = g.NextOf(b)
	assert.False(t, ok)
	assert.Empty(t, cmp.Diff([]gpu.Event{{Job: a, Kind: gpu.Done, At: 1500 * ms}}, run(&g)))
	g.Leave(9*s, b) // again: nothing
}

func TestALateCallerGetsTheSameIdealTimes(t *testing.T) {
	fill := func(g *gpu.GPU) {
		g.Join(0, gpu.Job{Prompt: 317 * ms, Token: 12484395, Tokens: 128, Loss: 0.635})
		g.Join(0, gpu.Job{Load: s, Prompt: 286 * ms, Token: 8764242, Tokens: 200, Loss: 0.626})
		g.Join(0, gpu.Job{Prompt: 283 * ms, Token: 12562814, Tokens: 64, Loss: 0.651})
	}
	var punctual, late gpu.GPU
	fill(&punctual)
	fill(&late)
	assert.Empty(t, cmp.Diff(run(&punctual), late.Advance(time.Hour)))
}

func TestTimeDoesNotGoBack(t *testing.T) {
	var g gpu.GPU
	assert.Empty(t, g.Advance(s))
	g.Join(500*ms, gpu.Job{Prompt: s})
	next, _ := g.Next()
	assert.Equal(t, 2*s, next)
}

func TestAnHourOfTokensDoesNotDrift(t *testing.T) {
	var g gpu.GPU
	const n = 288_360 // 1 h at 80.1 tok/s
	g.Join(0, gpu.Job{Token: 12484395, Tokens: n})
	for range n {
		at, _ := g.Next()
		g.Advance(at)
	}
	end, _ := g.Next()
	assert.Equal(t, time.Duration(n)*12484395, end)
}

// With equal losses and any arrivals, work is conserved: the integral over time
// of eta(n) for each active job is the work that was asked for.
func TestWorkIsConserved(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		loss := rng.Float64() * 0.9
		var g gpu.GPU
		var asked time.Duration
		var got float64
		var last time.Duration
		account := func(upTo time.Duration) {
			got += float64(g.Active()) * gpu.Eta(loss, g.Active()) * float64(upTo-last)
			last = upTo
		}
		var joins time.Duration
		for range 1 + rng.IntN(5) {
			for { // events before the join
				at, ok := g.Next()
				if !ok || at > joins {
					break
				}
				account(at)
				g.Advance(at)
			}
			account(joins)
			j := gpu.Job{Prompt: time.Duration(rng.IntN(1e9)), Token: time.Duration(rng.IntN(1e7)), Tokens: rng.IntN(40), Loss: loss}
			asked += j.Work()
			g.Join(joins, j)
			joins += time.Duration(rng.IntN(5e8))
		}
		for {
			at, ok := g.Next()
			if !ok {
				break
			}
			account(at)
			g.Advance(at)
		}
		assert.InDelta(t, float64(asked), got, 1000, "nanoseconds")
	}
}

func TestCheckRefusesNonsense(t *testing.T) {
	require.NoError(t, gpu.Job{}.Check())
	for _, j := range []gpu.Job{{Load: -1}, {Prompt: -1}, {Tokens: -1}, {Jitter: -1}, {Token: ms, Jitter: 2 * ms}, {Loss: 1}, {Loss: -0.1}, {Loss: math.NaN()}} {
		assert.Error(t, j.Check(), "%+v", j)
	}
}

func BenchmarkTwoStreams(b *testing.B) {
	var g gpu.GPU
	g.Join(0, gpu.Job{Token: ms, Tokens: math.MaxInt32, Loss: 0.6})
	g.Join(0, gpu.Job{Token: ms, Tokens: math.MaxInt32, Loss: 0.6})
	for b.Loop() {
		t, _ := g.Next()
		g.Advance(t)
	}
}
