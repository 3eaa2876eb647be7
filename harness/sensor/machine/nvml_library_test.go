//go:build gpu && linux && cgo

package machine

import (
	"errors"
	"testing"

	lib "github.com/NVIDIA/go-nvml/pkg/nvml"
	"github.com/NVIDIA/go-nvml/pkg/nvml/mock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
)

// answering is a card on which every function works.
func answering() *mock.Device {
	return &mock.Device{
		GetNameFunc:       func() (string, lib.Return) { return "Example", lib.SUCCESS },
		GetUUIDFunc:       func() (string, lib.Return) { return "GPU-1", lib.SUCCESS },
		GetMemoryInfoFunc: func() (lib.Memory, lib.Return) { return lib.Memory{Total: 100, Used: 30}, lib.SUCCESS },
		GetMemoryInfo_v2Func: func() (lib.Memory_v2, lib.Return) {
			return lib.Memory_v2{Total: 100, Reserved: 10, Used: 20}, lib.SUCCESS
		},
		GetEnforcedPowerLimitFunc:           func() (uint32, lib.Return) { return 320_000, lib.SUCCESS },
		GetCurrPcieLinkGenerationFunc:       func() (int, lib.Return) { return 4, lib.SUCCESS },
		GetCurrPcieLinkWidthFunc:            func() (int, lib.Return) { return 0, lib.ERROR_NOT_SUPPORTED },
		GetMigModeFunc:                      func() (int, int, lib.Return) { return lib.DEVICE_MIG_ENABLE, 0, lib.SUCCESS },
		GetTotalEnergyConsumptionFunc:       func() (uint64, lib.Return) { return 1, lib.SUCCESS },
		GetPowerUsageFunc:                   func() (uint32, lib.Return) { return 2, lib.SUCCESS },
		GetUtilizationRatesFunc:             func() (lib.Utilization, lib.Return) { return lib.Utilization{Gpu: 3}, lib.SUCCESS },
		GetCurrentClocksEventReasonsFunc:    func() (uint64, lib.Return) { return 7, lib.SUCCESS },
		GetCurrentClocksThrottleReasonsFunc: func() (uint64, lib.Return) { return 70, lib.SUCCESS },
		GetTemperatureFunc:                  func(lib.TemperatureSensors) (uint32, lib.Return) { return 8, lib.SUCCESS },
		GetClockInfoFunc: func(c lib.ClockType) (uint32, lib.Return) {
			return map[lib.ClockType]uint32{lib.CLOCK_SM: 5, lib.CLOCK_MEM: 6}[c], lib.SUCCESS
		},
		GetPcieThroughputFunc: func(c lib.PcieUtilCounter) (uint32, lib.Return) {
			return map[lib.PcieUtilCounter]uint32{lib.PCIE_UTIL_TX_BYTES: 9, lib.PCIE_UTIL_RX_BYTES: 10}[c], lib.SUCCESS
		},
		GetComputeRunningProcessesFunc: func() ([]lib.ProcessInfo, lib.Return) {
			return []lib.ProcessInfo{{Pid: 1, UsedGpuMemory: 11}, {Pid: 2, UsedGpuMemory: unavailable}}, lib.SUCCESS
		},
	}
}

func TestEveryQuantityIsAskedOfItsOwnFunction(t *testing.T) {
	d := &device{Device: answering(), has: func(string) bool { return true }}
	want := map[quantity]int64{energy: 1, power: 2, utilisation: 3, memory: 20, clockSM: 5, clockMemory: 6, eventReasons: 7, temperature: 8, pcieTx: 9, pcieRx: 10}
	require.Len(t, quantities, len(want))
	for _, q := range quantities {
		v, err := d.read(q.id)
		require.NoError(t, err)
		assert.Equal(t, want[q.id], v, q.id)
	}
	ps, err := d.processes()
	require.NoError(t, err)
	assert.Equal(t, []sensor.Process{{PID: 1, UsedB: 11}}, ps, "what is not known is not listed")
	got, err := d.describe()
	require.NoError(t, err)
	assert.Equal(t, record.Device{Kind: "gpu", Name: "Example", UUID: "GPU-1", MIG: true, MemoryB: n(100), LimitMW: n(320_000), PCIeGen: n(4)}, got)
}

// A function that the driver's library lacks ends the program when it is called,
// so it must not be.
func TestFunctionsOfNewerDriversAreNotCalledOnOlderOnes(t *testing.T) {
	m := answering()
	m.GetTotalEnergyConsumptionFunc, m.GetCurrentClocksEventReasonsFunc, m.GetMigModeFunc, m.GetMemoryInfo_v2Func = nil, nil, nil, nil // panic
	d := &device{Device: m, has: func(string) bool { return false }}
	_, err := d.read(energy)
	assert.ErrorIs(t, err, errAbsent)
	v, err := d.read(eventReasons)
	require.NoError(t, err)
	assert.Equal(t, int64(70), v, "under its older name")
	v, err = d.read(memory)
	require.NoError(t, err)
	assert.Equal(t, int64(30), v, "with what the driver keeps")
	got, err := d.describe()
	require.NoError(t, err)
	assert.False(t, got.MIG)
}

func TestWhichReturnValuesMeanAbsent(t *testing.T) {
	for ret, absent := range map[lib.Return]bool{
		lib.ERROR_NOT_SUPPORTED: true, lib.ERROR_NO_PERMISSION: true, lib.ERROR_FUNCTION_NOT_FOUND: true,
		lib.ERROR_GPU_IS_LOST: false, lib.ERROR_UNKNOWN: false, lib.ERROR_TIMEOUT: false,
	} {
		assert.Equal(t, absent, errors.Is(problem(ret), errAbsent), ret.String())
	}
	assert.NoError(t, problem(lib.SUCCESS))
}

func TestWithoutADriverOpenSaysSo(t *testing.T) {
	s, err := openNVML(t.Context())
	if err == nil { // a machine with a GPU
		require.NoError(t, s.Close())
		return
	}
	assert.NotContains(t, err.Error(), "\n")
	t.Log(err)
}
