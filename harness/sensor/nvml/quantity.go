package nvml

import (
	"github.com/chimeraforge/duet/harness/sensor"
)

// quantity is something to ask a card for.
type quantity string

// Quantities, with NVML's units.
const (
	energy       quantity = "energy"       // mJ since the driver was loaded
	power        quantity = "power"        // mW; on some cards the mean of a second
	utilisation  quantity = "utilisation"  // percent of the last 1/6 to 1 s
	memory       quantity = "memory used"  // B
	clockSM      quantity = "SM clock"     // MHz
	clockMemory  quantity = "memory clock" // MHz
	eventReasons quantity = "clock event reasons"
	temperature  quantity = "temperature"   // °C
	pcieTx       quantity = "PCIe sent"     // KB/s
	pcieRx       quantity = "PCIe received" // KB/s
	processes    quantity = "processes"     // not a number
)

// quantities says how often each is asked for and where it goes.
var quantities = []struct {
	id    quantity
	scale int64 // from NVML's unit to the sample's
	every int   // readings; 0: all
	in    func(*sensor.Sample) **int64
}{
	{energy, 1000, 0, func(s *sensor.Sample) **int64 { return &s.EnergyUJ }},
	{power, 1, 0, func(s *sensor.Sample) **int64 { return &s.PowerMW }},
	{utilisation, 1, 0, func(s *sensor.Sample) **int64 { return &s.Utilisation }},
	{memory, 1, 0, func(s *sensor.Sample) **int64 { return &s.UsedB }},
	{clockSM, 1, 0, func(s *sensor.Sample) **int64 { return &s.ClockMHz }},
	{clockMemory, 1, 0, func(s *sensor.Sample) **int64 { return &s.MemClockMHz }},
	{eventReasons, 1, 0, func(s *sensor.Sample) **int64 { return &s.Throttle }},
	{temperature, 1, 0, func(s *sensor.Sample) **int64 { return &s.TempC }},
	{pcieTx, 1000, slowPCIe, func(s *sensor.Sample) **int64 { return &s.PCIeTxBps }},
	{pcieRx, 1000, slowPCIe, func(s *sensor.Sample) **int64 { return &s.PCIeRxBps }},
}
