package session

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

func energyOf(t *testing.T, r *record.Run, pass string) record.PassEnergy {
	t.Helper()
	for _, e := range r.Derived.Energy {
		if e.Pass == pass {
			return e
		}
	}
	t.Fatalf("no energy of the %s pass", pass)
	return record.PassEnergy{}
}

// The known answer: with one time for every token and one power for every number
// of agents, the whole way from the sensors to the figures must give back what
// was put in.
func TestJoulesPerTokenAreTheTruth(t *testing.T) {
	for name, test := range map[string]struct {
		loss         float64
		solo, paired float64 // J/tok
	}{
		// Alone a token takes 10 ms at 150 W. Together both take 10 ms/(1-loss) for
		// one token each, at 170 W.
		"two GPUs for one power": {0, 1.5, 170 * 0.010 / 2},
		"taking turns":           {0.5, 1.5, 170 * 0.020 / 2},
		"worse":                  {0.75, 1.5, 170 * 0.040 / 2},
	} {
		t.Run(name, func(t *testing.T) {
			x := openMulti(t, small(t), func(c *sim.Config) {
				c.Loss = &test.loss
				c.Exact = &sim.Exact{TTFT: 100 * time.Millisecond, Token: 10 * time.Millisecond}
				c.Power = gpu.Power{Idle: 30, First: 120, Further: 20}
			})
			r, err := x.Run(t.Context(), x.Cells()[1], 1)
			require.NoError(t, err)
			require.True(t, r.OK(), r.Error)
			solo, both := energyOf(t, r, record.PassSolo), energyOf(t, r, record.PassConcurrent)
			assert.Equal(t, record.EnergyCounter, both.Method)
			assert.InEpsilon(t, test.solo, *solo.JPerTok, 1e-6, "exact in virtual time")
			assert.InEpsilon(t, test.paired, *both.JPerTok, 1e-6)
			assert.InEpsilon(t, 1/test.paired, *both.TokPerJ, 1e-6)
			assert.InEpsilon(t, 30, *both.IdleW, 1e-6)
			assert.InEpsilon(t, 150, *solo.MeanW, 1e-6)
			assert.InEpsilon(t, 170, *both.MeanW, 1e-6)
			assert.InEpsilon(t, 170, *both.PeakW, 1e-6)
			assert.InEpsilon(t, test.paired*140/170, *both.AboveIdle, 1e-6)
			assert.Equal(t, false, *both.Throttled)
			assert.Empty(t, r.Findings)
		})
	}
}

func TestARunsTelemetryHasItsPhasesAndTheServersMemory(t *testing.T) {
	s := small(t)
	s.KWh = settings.Price{Amount: 0.36, Currency: "EUR"}
	x := openMulti(t, s, nil)
	r, err := x.Run(t.Context(), x.Cells()[0], 1)
	require.NoError(t, err)
	require.True(t, r.OK(), r.Error)
	var kinds []string
	for i, p := range r.Telemetry.Phases {
		kinds = append(kinds, p.Kind)
		assert.Less(t, p.FromNS, p.ToNS)
		if i > 0 {
			assert.Equal(t, r.Telemetry.Phases[i-1].ToNS, p.FromNS)
		}
	}
	assert.Equal(t, []string{"idle", "warm-up", "solo", "solo", "concurrent"}, kinds)
	assert.Equal(t, int64(baseline), r.Telemetry.Phases[0].ToNS-r.Telemetry.Phases[0].FromNS)
	both := energyOf(t, r, record.PassConcurrent)
	var sum int64
	for i, p := range both.Servers {
		assert.Equal(t, r.Servers[i].ID, p.Server)
		assert.Equal(t, *r.Servers[i].Model.VRAMB, p.PeakB, "as the server says")
		sum += p.PeakB
	}
	assert.Equal(t, sum, *both.PeakVRAMB)
	assert.Equal(t, sum, *both.UsedPeakB)
	assert.InEpsilon(t, *both.TokPerJ*1e7, *both.TokPerMoneyKWh, 1e-9, "0.36 EUR buy 3.6 MJ")
	assert.Nil(t, both.TokPerMoneyGPU)
}

func TestAGPUThatHeldBackIsAWarning(t *testing.T) {
	x := openMulti(t, small(t), func(c *sim.Config) { c.PowerCap = 185 })
	r, err := x.Run(t.Context(), x.Cells()[1], 1)
	require.NoError(t, err)
	assert.False(t, *energyOf(t, r, record.PassSolo).Throttled)
	assert.True(t, *energyOf(t, r, record.PassConcurrent).Throttled)
	require.Len(t, r.Findings, 1)
	assert.Equal(t, "in concurrent: software power cap", r.Findings[0].Evidence)
}

func TestWithoutTelemetryThereIsNone(t *testing.T) {
	s := small(t)
	s.Telemetry = "none"
	x := openMulti(t, s, nil)
	r, err := x.Run(t.Context(), x.Cells()[0], 1)
	require.NoError(t, err)
	assert.Nil(t, r.Telemetry)
	assert.Empty(t, r.Derived.Energy)
	s.Telemetry = "nvml"
	_, err = open(t, record.SuiteMulti, s, multiCells(t, s), nil)
	assert.ErrorContains(t, err, "sensors of its own")
}
