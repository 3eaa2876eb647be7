//go:build gpu && linux && cgo

package nvml

import (
	"errors"

	lib "github.com/NVIDIA/go-nvml/pkg/nvml"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
)

// device is a card of the driver. A driver that is older than the bindings lacks
// some functions, and to call one ends the program: has says whether it is there.
type device struct {
	lib.Device
	index int
	has   func(symbol string) bool
}

var _ card = (*device)(nil)

func (d *device) describe() (record.Device, error) {
	out := record.Device{Kind: record.DeviceGPU, Index: d.index}
	var nameRet, uuidRet lib.Return
	out.Name, nameRet = d.GetName()
	out.UUID, uuidRet = d.GetUUID()
	if err := errors.Join(problem(nameRet), problem(uuidRet)); err != nil {
		return out, err
	}
	if m, ret := d.GetMemoryInfo(); ret == lib.SUCCESS {
		out.MemoryB = whole(int64(m.Total))
	}
	if mw, ret := d.GetEnforcedPowerLimit(); ret == lib.SUCCESS {
		out.LimitMW = whole(int64(mw))
	}
	if g, ret := d.GetCurrPcieLinkGeneration(); ret == lib.SUCCESS {
		out.PCIeGen = whole(int64(g))
	}
	if w, ret := d.GetCurrPcieLinkWidth(); ret == lib.SUCCESS {
		out.PCIeWidth = whole(int64(w))
	}
	if d.has("nvmlDeviceGetMigMode") {
		now, _, ret := d.GetMigMode()
		out.MIG = ret == lib.SUCCESS && now == lib.DEVICE_MIG_ENABLE
	}
	return out, nil
}

func whole(n int64) *int64 { return &n }

// readers ask for one quantity each; symbol is a function that not every driver
// has.
var readers = map[quantity]struct {
	symbol string
	read   func(*device) (int64, lib.Return)
}{
	energy: {"nvmlDeviceGetTotalEnergyConsumption", func(d *device) (int64, lib.Return) {
		v, ret := d.GetTotalEnergyConsumption()
		return int64(v), ret
	}},
	power: {"", func(d *device) (int64, lib.Return) { v, ret := d.GetPowerUsage(); return int64(v), ret }},
	utilisation: {"", func(d *device) (int64, lib.Return) {
		v, ret := d.GetUtilizationRates()
		return int64(v.Gpu), ret
	}},
	memory:       {"", (*device).used},
	clockSM:      {"", func(d *device) (int64, lib.Return) { v, ret := d.GetClockInfo(lib.CLOCK_SM); return int64(v), ret }},
	clockMemory:  {"", func(d *device) (int64, lib.Return) { v, ret := d.GetClockInfo(lib.CLOCK_MEM); return int64(v), ret }},
	eventReasons: {"", (*device).reasons},
	temperature: {"", func(d *device) (int64, lib.Return) {
		v, ret := d.GetTemperature(lib.TEMPERATURE_GPU)
		return int64(v), ret
	}},
	pcieTx: {"", func(d *device) (int64, lib.Return) {
		v, ret := d.GetPcieThroughput(lib.PCIE_UTIL_TX_BYTES)
		return int64(v), ret
	}},
	pcieRx: {"", func(d *device) (int64, lib.Return) {
		v, ret := d.GetPcieThroughput(lib.PCIE_UTIL_RX_BYTES)
		return int64(v), ret
	}},
}

func (d *device) read(q quantity) (int64, error) {
	r := readers[q]
	if r.symbol != "" && !d.has(r.symbol) {
		return 0, errAbsent
	}
	v, ret := r.read(d)
	return v, problem(ret)
}

// used is what programs hold. The older function counts what the driver keeps for
// itself as used, too: 480 MiB on an idle H100, of which nvidia-smi says 0.
func (d *device) used() (int64, lib.Return) {
	if d.has("nvmlDeviceGetMemoryInfo_v2") {
		v, ret := d.GetMemoryInfo_v2()
		return int64(v.Used), ret
	}
	v, ret := d.GetMemoryInfo()
	return int64(v.Used), ret
}

// reasons has two names: drivers before 535 know the older one, and the newer
// will not know it for ever.
func (d *device) reasons() (int64, lib.Return) {
	if d.has("nvmlDeviceGetCurrentClocksEventReasons") {
		v, ret := d.GetCurrentClocksEventReasons()
		return int64(v), ret
	}
	v, ret := d.GetCurrentClocksThrottleReasons()
	return int64(v), ret
}

// unavailable is what a driver says that does not know how much a process holds.
const unavailable = 1<<64 - 1

func (d *device) processes() ([]sensor.Process, error) {
	all, ret := d.GetComputeRunningProcesses()
	if err := problem(ret); err != nil {
		return nil, err
	}
	var out []sensor.Process
	for _, p := range all {
		if p.UsedGpuMemory != unavailable {
			out = append(out, sensor.Process{PID: int(p.Pid), UsedB: int64(p.UsedGpuMemory)})
		}
	}
	return out, nil
}
