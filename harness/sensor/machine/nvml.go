package machine

import (
	"context"
	"errors"
	"fmt"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/internal/clock"
)

// errAbsent is a quantity that this card or its driver does not have, or that we
// may not see. It will not come, so it is not asked for again.
var errAbsent = errors.New("not supported")

// card is one GPU, as narrow as it is needed here: asked for a quantity, it answers
// with a number or the reason why there is none.
type card interface {
	describe() (record.Device, error)
	read(quantity) (int64, error) // in NVML's own unit
	processes() ([]sensor.Process, error)
}

// slow is how many readings go by between two of what takes its time: PCIe
// throughput is counted by the driver for 20 ms each way while we wait, and
// lists of processes are made in the kernel.
const (
	slowPCIe      = 20
	slowProcesses = 10
)

// nvmlSource reads NVIDIA GPUs through NVIDIA's management library: the only source
// with a GPU's energy counter. All logic is here and needs no driver; cards over
// go-nvml are built with -tags gpu and cgo, on Linux.
//
// go-nvml is C: its 8,000 lines of bindings take a C compiler 15 s and more, and
// nobody who measures a simulator or a CPU should wait for them, or need the
// compiler. It opens the driver's library when it is called and not when the program
// starts, so a build with it runs where there is no driver.
type nvmlSource struct {
	info   sensor.Info
	cards  []card
	absent []map[quantity]bool // by card
	reads  int
	close  func() error
}

var _ sensor.Source = (*nvmlSource)(nil)

// newSource describes the cards. Closing is the caller's when it fails.
func newSource(driver string, cards []card, close func() error) (*nvmlSource, error) {
	s := &nvmlSource{info: sensor.Info{Source: nvmlName, Driver: driver}, cards: cards, close: close}
	for i, c := range cards {
		d, err := c.describe()
		if err != nil {
			return nil, fmt.Errorf("GPU %d: %w", i, err)
		}
		s.info.Devices = append(s.info.Devices, d)
		s.absent = append(s.absent, map[quantity]bool{})
	}
	if len(cards) == 0 {
		return nil, errors.New("the driver sees no GPU")
	}
	return s, nil
}

// Info describes the cards as they were at first.
func (s *nvmlSource) Info() sensor.Info { return s.info }

// Read asks every card for everything it has.
func (s *nvmlSource) Read(context.Context) ([]sensor.Sample, error) {
	var out []sensor.Sample
	var errs []error
	for i, c := range s.cards {
		sample, err := s.sample(i, c)
		if err != nil {
			errs = append(errs, fmt.Errorf("nvml: GPU %d: %w", i, err))
		}
		out = append(out, sample)
	}
	s.reads++
	return out, errors.Join(errs...)
}

// sample asks one card. Its time is that of energy and power, which are asked
// for first.
func (s *nvmlSource) sample(i int, c card) (sensor.Sample, error) {
	out := sensor.Sample{Device: i, NS: clock.NS()}
	var errs []error
	for _, q := range quantities {
		if s.absent[i][q.id] || q.every > 1 && s.reads%q.every != 0 {
			continue
		}
		v, err := c.read(q.id)
		switch {
		case errors.Is(err, errAbsent):
			s.absent[i][q.id] = true
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", q.id, err))
		default:
			v *= q.scale
			*q.in(&out) = &v
		}
	}
	if s.reads%slowProcesses == 0 && !s.absent[i][processes] {
		ps, err := c.processes()
		switch {
		case errors.Is(err, errAbsent):
			s.absent[i][processes] = true
		case err != nil:
			errs = append(errs, fmt.Errorf("%s: %w", processes, err))
		default:
			out.Processes = append([]sensor.Process{}, ps...)
		}
	}
	return out, errors.Join(errs...)
}

// Close shuts the library down.
func (s *nvmlSource) Close() error { return s.close() }

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
