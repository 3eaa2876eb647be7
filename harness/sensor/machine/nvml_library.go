//go:build gpu && linux && cgo

package machine

import (
	"context"
	"errors"
	"fmt"

	lib "github.com/NVIDIA/go-nvml/pkg/nvml"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
)

// openNVML loads the driver's library and finds its GPUs.
func openNVML(context.Context) (_ sensor.Source, err error) {
	api := lib.New()
	switch ret := api.Init(); ret {
	case lib.SUCCESS:
	case lib.ERROR_LIBRARY_NOT_FOUND:
		return nil, errors.New("no driver library (libnvidia-ml.so.1)")
	default:
		return nil, problem(ret)
	}
	shutdown := func() error { return problem(api.Shutdown()) }
	s, err := find(api, shutdown)
	if err != nil {
		return nil, errors.Join(err, shutdown())
	}
	return s, nil
}

func find(api lib.Interface, shutdown func() error) (*nvmlSource, error) {
	driver, ret := api.SystemGetDriverVersion()
	if err := problem(ret); err != nil {
		return nil, err
	}
	n, ret := api.DeviceGetCount()
	if err := problem(ret); err != nil {
		return nil, err
	}
	var cards []card
	for i := range n {
		d, ret := api.DeviceGetHandleByIndex(i)
		if err := problem(ret); err != nil {
			return nil, fmt.Errorf("GPU %d: %w", i, err)
		}
		cards = append(cards, &device{Device: d, index: i, has: func(symbol string) bool {
			return api.Extensions().LookupSymbol(symbol) == nil
		}})
	}
	return newSource(driver, cards, shutdown)
}

// problem is a return value as an error, nil for success.
func problem(ret lib.Return) error {
	switch ret {
	case lib.SUCCESS:
		return nil
	case lib.ERROR_NOT_SUPPORTED, lib.ERROR_FUNCTION_NOT_FOUND, lib.ERROR_NO_PERMISSION:
		return fmt.Errorf("%w (%s)", errAbsent, ret)
	}
	return errors.New(ret.String())
}

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
		out.MemoryB = new(int64(m.Total))
	}
	if mw, ret := d.GetEnforcedPowerLimit(); ret == lib.SUCCESS {
		out.LimitMW = new(int64(mw))
	}
	if g, ret := d.GetCurrPcieLinkGeneration(); ret == lib.SUCCESS {
		out.PCIeGen = new(int64(g))
	}
	if w, ret := d.GetCurrPcieLinkWidth(); ret == lib.SUCCESS {
		out.PCIeWidth = new(int64(w))
	}
	if d.has("nvmlDeviceGetMigMode") {
		now, _, ret := d.GetMigMode()
		out.MIG = ret == lib.SUCCESS && now == lib.DEVICE_MIG_ENABLE
	}
	return out, nil
}

// readers ask for one quantity each; symbol is a function that not every driver
// has.
var readers = map[quantity]struct {
	symbol string
	read   func(*device) (int64, lib.Return)
}{
	energy: {"nvmlDeviceGetTotalEnergyConsumption", func(d *device) (int64, lib.Return) { return whole(d.GetTotalEnergyConsumption()) }},
	power:  {"", func(d *device) (int64, lib.Return) { return whole(d.GetPowerUsage()) }},
	utilisation: {"", func(d *device) (int64, lib.Return) {
		v, ret := d.GetUtilizationRates()
		return int64(v.Gpu), ret
	}},
	memory:       {"", (*device).used},
	clockSM:      {"", func(d *device) (int64, lib.Return) { return whole(d.GetClockInfo(lib.CLOCK_SM)) }},
	clockMemory:  {"", func(d *device) (int64, lib.Return) { return whole(d.GetClockInfo(lib.CLOCK_MEM)) }},
	eventReasons: {"", (*device).reasons},
	temperature:  {"", func(d *device) (int64, lib.Return) { return whole(d.GetTemperature(lib.TEMPERATURE_GPU)) }},
	pcieTx:       {"", func(d *device) (int64, lib.Return) { return whole(d.GetPcieThroughput(lib.PCIE_UTIL_TX_BYTES)) }},
	pcieRx:       {"", func(d *device) (int64, lib.Return) { return whole(d.GetPcieThroughput(lib.PCIE_UTIL_RX_BYTES)) }},
}

func whole[T uint32 | uint64](v T, ret lib.Return) (int64, lib.Return) { return int64(v), ret }

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
		return whole(d.GetCurrentClocksEventReasons())
	}
	return whole(d.GetCurrentClocksThrottleReasons())
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
