package session

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
)

// failures reads a session's failures.jsonl.
func failures(t *testing.T, x *Session) (out []results.Failure) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(x.Dir(), results.FailuresFile))
	require.NoError(t, err)
	for _, line := range bytes.Split(bytes.TrimSpace(data), []byte("\n")) {
		var f results.Failure
		require.NoError(t, json.Unmarshal(line, &f))
		out = append(out, f)
	}
	return out
}

// Bytes of qwen2.5:7b in the simulator: weights, and keys and values per token
// of context; 29 layers.
const (
	weights  = 4_683_087_332
	perToken = 29 * 3584
)

func TestAModelThatDoesNotFitIsARowWithWhatWouldFit(t *testing.T) {
	tuned := func(n int64) int64 { return 2 * (weights + n*perToken) }
	for name, test := range map[string]struct {
		cell  int
		vram  int64
		taken *record.Try
		tried int
	}{
		"a lower context": {0, tuned(1024), &record.Try{Step: record.LowerContext, Model: "qwen2.5:7b", NumCtx: 1024, NumGPU: 99}, 2},
		"fewer layers":    {1, tuned(256) * 3 / 4, &record.Try{Step: record.FewerLayers, Model: "qwen2.5:7b", NumCtx: 256, NumGPU: 21}, 2},
		// With no layer on the GPU anything fits, so only a machine without memory
		// gets to a smaller model: see below.
		"no layer at all": {1, 1, &record.Try{Step: record.FewerLayers, Model: "qwen2.5:7b", NumCtx: 256, NumGPU: 0}, 5},
	} {
		t.Run(name, func(t *testing.T) {
			x := openMulti(t, small(t), func(c *sim.Config) { c.VRAM = test.vram })
			r, err := x.Run(t.Context(), x.Cells()[test.cell], 1)
			require.NoError(t, err, "the matrix goes on")
			require.False(t, r.OK())
			assert.Contains(t, r.Error, sim.NoVRAMText)
			f := failures(t, x)[0]
			assert.Equal(t, record.OutOfMemory, f.Kind)
			assert.Equal(t, r.Error, f.Error)
			assert.Equal(t, r.Cell.ID, f.Cell, "the cell that failed, not the one that would fit")
			assert.Equal(t, r.Agents[0].Options.NumCtx, f.Attempted[0].NumCtx)
			require.Len(t, f.VRAM, 1)
			assert.Equal(t, test.vram, *f.VRAM[0].SizeB)
			assert.LessOrEqual(t, f.VRAM[0].PeakB, test.vram)
			require.NotNil(t, f.Fallback)
			assert.Equal(t, test.taken, f.Fallback.Taken)
			assert.Len(t, f.Fallback.Tried, test.tried)
			assert.Empty(t, r.Passes, "nothing was measured in its place")
		})
	}
}

func TestAMachineWithoutMemoryTriesASmallerModelLast(t *testing.T) {
	s := small(t)
	s.Scenarios, s.Models = []string{plan.ChimeraHomo}, []string{"qwen2.5:7b", "gemma3:latest"}
	x := openMulti(t, s, func(c *sim.Config) {
		for n := 1; n <= 6; n++ { // every load on the collector's server up to the smaller model's
			c.Faults = append(c.Faults, sim.Fault{Kind: sim.NoMemory, Endpoint: "s1", Request: n})
		}
	})
	r, err := x.Run(t.Context(), x.Cells()[0], 1)
	require.NoError(t, err)
	require.Equal(t, "qwen2.5:7b", r.Cell.Model())
	f := failures(t, x)[0]
	var steps []string
	for _, tried := range f.Fallback.Tried {
		steps = append(steps, tried.Step)
	}
	assert.Equal(t, []string{"context", "layers", "layers", "layers", "layers", "model"}, steps)
	assert.Equal(t, &record.Try{Step: record.SmallerModel, Model: "gemma3:latest", NumCtx: 512, NumGPU: 80}, f.Fallback.Taken)
	assert.Contains(t, f.Fallback.Tried[0].Error, sim.NoMemoryText)
}

func TestTheSearchIsMadeOnceForACell(t *testing.T) {
	x := openMulti(t, small(t), func(c *sim.Config) { c.VRAM = 1 })
	for range 2 {
		_, err := x.Run(t.Context(), x.Cells()[1], 1)
		require.NoError(t, err)
	}
	fs := failures(t, x)
	require.Len(t, fs, 2)
	assert.Equal(t, fs[0].Fallback, fs[1].Fallback)
	assert.Len(t, x.known.fallbacks, 1)
}

func TestAFailedCallLooksForNoFallback(t *testing.T) {
	x := openMulti(t, small(t), func(c *sim.Config) {
		c.Faults = []sim.Fault{{Kind: sim.NoVRAM, Endpoint: "s2", Request: 3}, {Kind: sim.ServerError, Endpoint: "s2", Request: 4}}
	})
	for _, want := range []string{record.OutOfMemory, record.OutOfMemory} { // each simulation is a new one
		_, err := x.Run(t.Context(), x.Cells()[0], 1)
		require.NoError(t, err)
		fs := failures(t, x)
		last := fs[len(fs)-1]
		assert.Equal(t, want, last.Kind)
		assert.Nil(t, last.Fallback, "it had loaded")
		assert.NotEmpty(t, last.Loaded)
	}
}

// A session in which one model does not load measures the others.
func TestAModelThatDoesNotLoadCostsOnlyItsOwnRuns(t *testing.T) {
	servers, err := sim.Start(t.Context(), sim.Config{Timescale: 1000, VRAM: 2*3_338_801_804 + 2*512*35*2560})
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, servers.Close(context.Background())) })
	s := small(t)
	s.Servers, s.Telemetry, s.Scenarios = settings.Reuse, "none", []string{plan.ChimeraHomo}
	s.Models = []string{"qwen2.5:7b", "gemma3:latest"}
	for _, e := range servers.Endpoints() {
		s.Endpoints = append(s.Endpoints, e.URL)
	}
	x := openMulti(t, s, nil)
	var ok []bool
	for _, c := range x.Cells() {
		r, err := x.Run(t.Context(), c, 1)
		require.NoError(t, err)
		ok = append(ok, r.OK())
		assert.True(t, r.OK() || c.Model() == "qwen2.5:7b", r.Error)
	}
	assert.Equal(t, []bool{false, true}, ok)
	assert.Equal(t, record.OutOfMemory, failures(t, x)[0].Kind)
}
