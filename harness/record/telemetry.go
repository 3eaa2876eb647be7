package record

import "slices"

// Telemetry is what a machine's sensors said during a run, from its idle
// baseline to the end of its last pass. It is raw: energy, power and throttling
// of a pass are derived from it (package metric) for the windows in which
// agents were decoding.
//
// Samples lie on the run's time line, like every stamp. What a sensor does not
// say is absent: a column that no sample has is left out, a sample that lacks a
// value is named in Column.Missing.
type Telemetry struct {
	Source   string   `json:"source"`           // nvml, nvidia-smi, rapl, sim
	Driver   string   `json:"driver,omitempty"` // version of the GPU's driver
	PeriodNS int64    `json:"period_ns"`        // between two samples, as asked
	Devices  []Device `json:"devices"`
	Phases   []Phase  `json:"phases"` // in the order in which they ran
	Prices   *Prices  `json:"prices,omitempty"`
	Failures int      `json:"failures,omitempty"` // readings that failed
	Error    string   `json:"error,omitempty"`    // of the first of them
}

// Kinds of Device.
const (
	DeviceGPU = "gpu"
	DeviceCPU = "cpu-package" // one socket, as RAPL counts its energy
)

// Device is one thing with sensors, and their samples. All columns of a device
// have AtNS as their times.
type Device struct {
	Kind        string  `json:"kind"`
	Index       int     `json:"index"` // as its driver counts
	Name        string  `json:"name,omitempty"`
	UUID        string  `json:"uuid,omitempty"`
	MIG         bool    `json:"mig,omitempty"`      // cut into instances: power and energy are the whole board's
	MemoryB     *int64  `json:"memory_b,omitempty"` // capacity
	LimitMW     *int64  `json:"power_limit_mw,omitempty"`
	PCIeGen     *int64  `json:"pcie_generation,omitempty"` // of the link, at the start
	PCIeWidth   *int64  `json:"pcie_width,omitempty"`      // lanes of the link, at the start
	AtNS        []int64 `json:"at_ns"`                     // first since the run's origin, then since the one before
	EnergyUJ    *Column `json:"energy_uj,omitempty"`       // counter, microjoules since the first sample
	PowerMW     *Column `json:"power_mw,omitempty"`
	Utilisation *Column `json:"utilisation_percent,omitempty"` // share of time with a kernel running
	UsedB       *Column `json:"memory_used_b,omitempty"`       // by anybody
	ClockMHz    *Column `json:"sm_clock_mhz,omitempty"`
	MemClockMHz *Column `json:"memory_clock_mhz,omitempty"`
	Throttle    *Column `json:"throttle_reasons,omitempty"` // NVML's bit mask of clock event reasons
	TempC       *Column `json:"temperature_c,omitempty"`
	PCIeTxBps   *Column `json:"pcie_tx_b_per_s,omitempty"`
	PCIeRxBps   *Column `json:"pcie_rx_b_per_s,omitempty"`

	// Servers is the memory that each server's processes hold on this device,
	// where they could be told apart.
	Servers []ServerMemory `json:"servers,omitempty"`
}

// ServerMemory is one server's memory on a device. It is asked for less often
// than the rest, so it has times of its own.
type ServerMemory struct {
	Server string  `json:"server"` // collector, insight
	AtNS   []int64 `json:"at_ns"`  // as Device.AtNS
	UsedB  []int64 `json:"memory_used_b"`
}

// Column is one quantity over a device's samples. Where some have none, it lists
// the places that lack a value or those that have one, whichever are fewer.
type Column struct {
	Missing []int64 `json:"missing,omitempty"` // places without a value, ascending
	Present []int64 `json:"present,omitempty"` // places with a value, ascending
	Values  []int64 `json:"values"`
}

// Expand returns a value, or nil, for each of n samples. A nil column has none.
func (c *Column) Expand(n int) []*int64 {
	out := make([]*int64, n)
	if c == nil {
		return out
	}
	left := c.Values
	for i := range out {
		_, gone := slices.BinarySearch(c.Missing, int64(i))
		_, there := slices.BinarySearch(c.Present, int64(i))
		if len(left) == 0 || gone || len(c.Present) > 0 && !there {
			continue
		}
		out[i], left = &left[0], left[1:]
	}
	return out
}

// Phases of a run, beside the kinds of its passes.
const (
	PhaseIdle = "idle" // nothing was asked of the servers
	PhaseWarm = "warm-up"
)

// Phase is a stretch of a run, in nanoseconds since its origin.
type Phase struct {
	Kind   string   `json:"kind"` // PhaseIdle, PhaseWarm, or a Pass.Kind
	Agents []string `json:"agents,omitempty"`
	FromNS int64    `json:"from_ns"`
	ToNS   int64    `json:"to_ns"`
}

// Prices are what the user says that energy or hardware costs; there is no
// default.
type Prices struct {
	Currency string   `json:"currency"`
	KWh      *float64 `json:"kwh,omitempty"`      // of a kilowatt-hour
	GPUHour  *float64 `json:"gpu_hour,omitempty"` // of one GPU for an hour
}

// PassEnergy is what the sensors say of all passes of one kind: for the solo
// passes of two agents, both together, as if one after the other.
type PassEnergy struct {
	Pass     string   `json:"pass"`               // Pass.Kind
	Devices  int      `json:"devices"`            // whose energy it is
	WindowNS int64    `json:"window_ns"`          // at least one agent was decoding
	Method   string   `json:"method,omitempty"`   // EnergyCounter or EnergySamples
	Samples  int      `json:"samples"`            // in the window, of the device with the fewest
	Tokens   *int64   `json:"tokens,omitempty"`   //
	EnergyJ  *float64 `json:"energy_j,omitempty"` // in the window
	IdleW    *float64 `json:"idle_w,omitempty"`   // mean over the idle baseline
	MeanW    *float64 `json:"mean_w,omitempty"`   // EnergyJ ÷ window
	PeakW    *float64 `json:"peak_w,omitempty"`
	JPerTok  *float64 `json:"j_per_tok,omitempty"`
	TokPerJ  *float64 `json:"tok_per_j,omitempty"`
	// AboveIdle is J/tok of what was drawn above IdleW.
	AboveIdle      *float64 `json:"above_idle_j_per_tok,omitempty"`
	TokPerMoneyKWh *float64 `json:"tok_per_money_kwh,omitempty"` // tokens for one unit of Currency, by energy
	TokPerMoneyGPU *float64 `json:"tok_per_money_gpu_hour,omitempty"`

	Throttled *bool    `json:"throttled,omitempty"`
	Reasons   []string `json:"throttle_reasons,omitempty"`
	TempMaxC  *int64   `json:"temperature_max_c,omitempty"`
	ClockMin  *int64   `json:"sm_clock_min_mhz,omitempty"`
	ClockMax  *int64   `json:"sm_clock_max_mhz,omitempty"`
	UsedPeakB *int64   `json:"memory_used_peak_b,omitempty"` // on the devices, by anybody
	// Servers are the peaks of each server's own memory; PeakVRAMB is their sum.
	PeakVRAMB *int64       `json:"peak_vram_b,omitempty"`
	Servers   []ServerPeak `json:"servers,omitempty"`
}

// Methods of PassEnergy.
const (
	EnergyCounter = "counter" // difference of an energy counter
	EnergySamples = "samples" // power samples, integrated
)

// ServerPeak is the most memory a server held on the devices.
type ServerPeak struct {
	Server string `json:"server"`
	PeakB  int64  `json:"peak_vram_b"`
}
