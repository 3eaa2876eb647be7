package metric

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
)

// column makes a column of values; a negative one is missing.
func columnOf(values ...int64) *record.Column {
	c := &record.Column{}
	for i, v := range values {
		if v < 0 {
			c.Missing = append(c.Missing, int64(i))
			continue
		}
		c.Values = append(c.Values, v)
	}
	return c
}

// every makes the times of n samples, ms apart, from 0.
func every(ms int64, n int) []int64 {
	out := make([]int64, n)
	for i := 1; i < n; i++ {
		out[i] = ms * 1e6
	}
	return out
}

// watched is a run of one pass in which two agents decode from 1 to 2 s and from
// 1.5 to 3 s, 100 tokens each.
func watched(devices ...record.Device) *record.Run {
	call := func(agent string, first, done int64) record.Call {
		return record.Call{
			Agent: agent, FirstNS: &first, DoneNS: &done, EndNS: done,
			Server: &record.ServerTimings{Tokens: new(int64(100))},
		}
	}
	return &record.Run{
		Suite: record.SuiteMulti, Status: record.StatusOK,
		Passes: []record.Pass{{
			Kind: record.PassConcurrent, Agents: []string{"collector", "insight"}, GunNS: 0.9e9, EndNS: 3e9,
			Calls: []record.Call{call("collector", 1e9, 2e9), call("insight", 1.5e9, 3e9)},
		}},
		Telemetry: &record.Telemetry{Source: "nvml", Devices: devices, Phases: []record.Phase{{Kind: record.PhaseIdle, ToNS: 0.5e9}}},
	}
}

func energyOf(t *testing.T, r *record.Run) record.PassEnergy {
	t.Helper()
	es := passEnergies(r)
	require.Len(t, es, 1)
	return es[0]
}

func TestEnergyByHand(t *testing.T) {
	for name, test := range map[string]struct {
		devices []record.Device
		want    record.PassEnergy
	}{
		// 10 W for a second, then 100 W: 200 J in the window from 1 to 3 s.
		"a counter": {
			[]record.Device{{Kind: record.DeviceGPU, AtNS: every(500, 8), EnergyUJ: columnOf(0, 5e6, 10e6, 60e6, 110e6, 160e6, 210e6, 215e6)}},
			record.PassEnergy{Method: record.EnergyCounter, Samples: 4, EnergyJ: new(200.0), IdleW: new(10.0), MeanW: new(100.0), PeakW: new(100.0),
				JPerTok: new(1.0), TokPerJ: new(1.0), AboveIdle: new(0.9)},
		},
		"a counter wins over power": {
			[]record.Device{{Kind: record.DeviceGPU, AtNS: every(1000, 4), EnergyUJ: columnOf(0, 10e6, 110e6, 210e6), PowerMW: columnOf(1, 120_000, 2, 3)}},
			record.PassEnergy{Method: record.EnergyCounter, Samples: 2, EnergyJ: new(200.0), IdleW: new(10.0), MeanW: new(100.0), PeakW: new(120.0),
				JPerTok: new(1.0), TokPerJ: new(1.0), AboveIdle: new(0.9)},
		},
		// 20 W at 0 s rising to 40 W at 2 s, falling to 20 W at 4 s: trapezoids of 35 J
		// from 1 to 2 s and from 2 to 3 s.
		"power samples": {
			[]record.Device{{Kind: record.DeviceGPU, AtNS: every(2000, 3), PowerMW: columnOf(20_000, 40_000, 20_000)}},
			record.PassEnergy{Method: record.EnergySamples, Samples: 1, EnergyJ: new(70.0), IdleW: new(22.5), MeanW: new(35.0), PeakW: new(40.0),
				JPerTok: new(0.35), TokPerJ: new(200.0 / 70), AboveIdle: new((70 - 45.0) / 200)},
		},
		"a sample that is missing is bridged, not zero": {
			[]record.Device{{Kind: record.DeviceGPU, AtNS: every(1000, 5), PowerMW: columnOf(50_000, 50_000, -1, 50_000, 50_000)}},
			record.PassEnergy{Method: record.EnergySamples, Samples: 1, EnergyJ: new(100.0), IdleW: new(50.0), MeanW: new(50.0), PeakW: new(50.0),
				JPerTok: new(0.5), TokPerJ: new(2.0), AboveIdle: new(0.0)},
		},
		"two GPUs are added": {
			[]record.Device{
				{Kind: record.DeviceGPU, AtNS: every(1000, 5), PowerMW: columnOf(10_000, 60_000, 60_000, 60_000, 10_000)},
				{Kind: record.DeviceGPU, AtNS: every(1000, 5), PowerMW: columnOf(10_000, 40_000, 40_000, 40_000, 10_000)},
			},
			record.PassEnergy{Method: record.EnergySamples, Samples: 2, EnergyJ: new(200.0), IdleW: new((20 + 60.0) / 2), MeanW: new(100.0), PeakW: new(100.0),
				JPerTok: new(1.0), TokPerJ: new(1.0), AboveIdle: new((200 - 80.0) / 200)},
		},
		"readings that end early give nothing": {
			[]record.Device{{Kind: record.DeviceGPU, AtNS: every(500, 5), EnergyUJ: columnOf(0, 5e6, 10e6, 60e6, 110e6)}},
			record.PassEnergy{Samples: 3, IdleW: new(10.0), PeakW: new(100.0)},
		},
		"nothing but temperature": {
			[]record.Device{{Kind: record.DeviceGPU, AtNS: every(500, 8), TempC: columnOf(1, 2, 3, 71, 70, 4, 5, 90)}},
			record.PassEnergy{TempMaxC: new(int64(71))},
		},
		"no device": {nil, record.PassEnergy{}},
	} {
		t.Run(name, func(t *testing.T) {
			got := energyOf(t, watched(test.devices...))
			test.want.Pass, test.want.Devices, test.want.WindowNS, test.want.Tokens = record.PassConcurrent, len(test.devices), 2e9, new(int64(200))
			for _, p := range [][2]*float64{{got.EnergyJ, test.want.EnergyJ}, {got.IdleW, test.want.IdleW}, {got.MeanW, test.want.MeanW}, {got.PeakW, test.want.PeakW},
				{got.JPerTok, test.want.JPerTok}, {got.TokPerJ, test.want.TokPerJ}, {got.AboveIdle, test.want.AboveIdle}} {
				require.Equal(t, p[1] == nil, p[0] == nil, "absent or not")
				if p[0] != nil {
					assert.InDelta(t, *p[1], *p[0], 1e-9)
					*p[0] = *p[1]
				}
			}
			assert.Equal(t, test.want, got)
		})
	}
}

func TestOnlyDevicesThatAServerUsesCount(t *testing.T) {
	device := func(mw int64, servers ...record.ServerMemory) record.Device {
		return record.Device{Kind: record.DeviceGPU, AtNS: every(1000, 5), PowerMW: columnOf(mw, mw, mw, mw, mw), Servers: servers}
	}
	r := watched(device(10_000), device(50_000,
		record.ServerMemory{Server: "collector", AtNS: []int64{0, 1.2e9, 0.5e9}, UsedB: []int64{5, 7, 6}},
		record.ServerMemory{Server: "insight", AtNS: []int64{0, 5e9}, UsedB: []int64{3, 99}}))
	e := energyOf(t, r)
	assert.Equal(t, 1, e.Devices)
	assert.InDelta(t, 50, *e.MeanW, 1e-9)
	assert.Equal(t, []record.ServerPeak{{Server: "collector", PeakB: 7}, {Server: "insight", PeakB: 3}}, e.Servers, "what came after the pass is not in it")
	assert.Equal(t, int64(10), *e.PeakVRAMB)
}

func TestAPassWhoseCallFailedHasNoEnergy(t *testing.T) {
	r := watched(record.Device{Kind: record.DeviceGPU, AtNS: every(1000, 5), PowerMW: columnOf(1, 1, 1, 1, 1)})
	r.Passes[0].Calls[1].Error = "cut off"
	e := energyOf(t, r)
	assert.Nil(t, e.EnergyJ)
	assert.Nil(t, e.Tokens)
	assert.Zero(t, e.WindowNS)
}

func TestTokensForMoney(t *testing.T) {
	r := watched(record.Device{Kind: record.DeviceGPU, AtNS: every(1000, 5), PowerMW: columnOf(9e4, 9e4, 9e4, 9e4, 9e4)})
	r.Telemetry.Prices = &record.Prices{Currency: "EUR", KWh: new(0.4), GPUHour: new(2.0)}
	e := energyOf(t, r)
	assert.InEpsilon(t, 200/(180/3.6e6*0.4), *e.TokPerMoneyKWh, 1e-9)
	assert.InEpsilon(t, 200/(2.1/3600*2), *e.TokPerMoneyGPU, 1e-9, "2.1 s from gun to end")
	r.Telemetry.Devices[0].Kind = record.DeviceCPU
	assert.Nil(t, energyOf(t, r).TokPerMoneyGPU, "a socket is no GPU")
}

func TestThrottlingIsTheGPUsOwnReasonsOnly(t *testing.T) {
	for name, test := range map[string]struct {
		masks *record.Column
		want  *bool
		why   []string
	}{
		"no sensor":                {nil, nil, nil},
		"idle and set clocks":      {columnOf(1, 2, 0x100, 3, 0), new(false), nil},
		"before and after only":    {columnOf(4, 0, 0, 4, 4), new(false), nil},
		"power and heat":           {columnOf(0, 0x20, 4, 0, 0), new(true), []string{"software power cap", "software thermal slowdown"}},
		"one sample that is there": {columnOf(-1, -1, 0x80, -1, -1), new(true), []string{"hardware power brake"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := energyOf(t, watched(record.Device{Kind: record.DeviceGPU, AtNS: every(1000, 5), Throttle: test.masks}))
			assert.Equal(t, test.want, e.Throttled)
			assert.Equal(t, test.why, e.Reasons)
		})
	}
}

func TestDoubtsAboutEnergy(t *testing.T) {
	steady := func(n int, ms int64) record.Device {
		c := &record.Column{}
		for range n {
			c.Values = append(c.Values, 50_000)
		}
		return record.Device{Kind: record.DeviceGPU, AtNS: every(ms, n), PowerMW: c}
	}
	for name, test := range map[string]struct {
		change func(*record.Run)
		want   string
	}{
		"none":            {func(*record.Run) {}, ""},
		"too few samples": {func(r *record.Run) { r.Telemetry.Devices[0] = steady(30, 125) }, "concurrent: 16 power samples in 2.0 s, fewer than 10 a second"},
		"too short":       {func(r *record.Run) { r.Telemetry.Devices[0] = steady(10, 50) }, "concurrent: no energy: the readings do not span the window"},
		"failures":        {func(r *record.Run) { r.Telemetry.Failures, r.Telemetry.Error = 2, "gone" }, "2 readings of nvml failed, the first with: gone"},
		"MIG":             {func(r *record.Run) { r.Telemetry.Devices[0].MIG = true }, "the GPU is cut into instances (MIG), and its sensors speak of the whole board"},
		"sockets beside a GPU": {func(r *record.Run) {
			r.Telemetry.Source, r.Telemetry.Devices[0].Kind = "rapl", record.DeviceCPU
			r.Servers = holding(5, 5)
		}, "no energy: models are in VRAM, and rapl reads CPU sockets only"},
		"a GPU that does nothing": {func(r *record.Run) { r.Servers = holding(5, 0) }, "no energy: nothing is in VRAM, and nvml reads GPUs only (-duet.telemetry=rapl reads CPU sockets)"},
		"half a model":            {func(r *record.Run) { r.Servers = holding(5, 3) }, "a part of a model is outside VRAM, and nvml reads GPUs only"},
		"a whole model":           {func(r *record.Run) { r.Servers = holding(5, 5) }, ""},
		"a coarse counter": {func(r *record.Run) {
			r.Telemetry.Devices[0] = record.Device{Kind: record.DeviceGPU, AtNS: every(1000, 5), EnergyUJ: columnOf(0, 1, 2, 3, 4)}
		}, "concurrent: 2 readings of the energy counter in 2.00 s"},
	} {
		t.Run(name, func(t *testing.T) {
			r := watched(steady(80, 50))
			test.change(r)
			got := sensorDoubts(r, new(Derive(r)))
			if test.want == "" {
				assert.Empty(t, got)
				return
			}
			require.Len(t, got, 1)
			assert.Equal(t, NewFinding(EnergyDoubt, "", test.want), got[0])
		})
	}
}

// holding is a server with a model of some size and its part in VRAM.
func holding(size, vram int64) []record.Server {
	return []record.Server{{Model: &record.Model{SizeB: &size, VRAMB: &vram}}}
}

func TestEnergyOfWhatDidNotDoTheWorkIsNone(t *testing.T) {
	r := watched(record.Device{Kind: record.DeviceGPU, AtNS: every(1000, 5), PowerMW: columnOf(1, 1, 1, 1, 1), TempC: columnOf(1, 2, 3, 4, 5)})
	r.Servers = holding(5, 0)
	e := energyOf(t, r)
	assert.Nil(t, e.EnergyJ)
	assert.Nil(t, e.JPerTok)
	assert.Nil(t, e.MeanW)
	assert.NotNil(t, e.TempMaxC)
}

func TestAStepOfPowerIsNoSlope(t *testing.T) {
	// 10 W until exactly 1 s, 50 W until exactly 3 s, then 10 W.
	d := record.Device{Kind: record.DeviceGPU, AtNS: []int64{0, 1e9, 0, 2e9, 0, 1e9}, PowerMW: columnOf(10_000, 10_000, 50_000, 50_000, 10_000, 10_000)}
	j, method := joules(&d, []span{{1e9, 3e9}})
	assert.Equal(t, record.EnergySamples, method)
	assert.InDelta(t, 100, *j, 1e-9)
	j, _ = joules(&d, []span{{0, 4e9}})
	assert.InDelta(t, 120, *j, 1e-9)
}
