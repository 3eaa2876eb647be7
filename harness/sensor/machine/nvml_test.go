package machine

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/internal/clock"
)

// recorded is a card that answers as a file says. It counts how often it is
// asked for what.
type recorded struct {
	Name      string               `json:"name"`
	UUID      string               `json:"uuid"`
	MemoryB   int64                `json:"memory_b"`
	MIG       bool                 `json:"mig,omitempty"`
	Readings  map[quantity]outcome `json:"readings"`
	Processes struct {
		outcome
		List []sensor.Process `json:"list,omitempty"`
	} `json:"processes"`
	asked map[quantity]int
}

// outcome is a value or the name of NVML's error.
type outcome struct {
	Value int64  `json:"value"`
	Error string `json:"error,omitempty"`
}

func (o outcome) err() error {
	switch o.Error {
	case "":
		return nil
	case "ERROR_NOT_SUPPORTED", "ERROR_NO_PERMISSION", "ERROR_FUNCTION_NOT_FOUND":
		return fmt.Errorf("%w (%s)", errAbsent, o.Error)
	}
	return errors.New(o.Error)
}

func (r *recorded) describe() (record.Device, error) {
	return record.Device{Kind: record.DeviceGPU, Name: r.Name, UUID: r.UUID, MemoryB: &r.MemoryB, MIG: r.MIG}, nil
}

func (r *recorded) read(q quantity) (int64, error) {
	r.asked[q]++
	o, ok := r.Readings[q]
	if !ok {
		panic("the file does not say " + string(q))
	}
	return o.Value, o.err()
}

func (r *recorded) processes() ([]sensor.Process, error) {
	r.asked[processes]++
	return r.Processes.List, r.Processes.err()
}

// replay makes a source of a file.
func replay(t *testing.T, name string) (*nvmlSource, []*recorded) {
	t.Helper()
	data, err := os.ReadFile("testdata/nvml/" + name + ".json")
	require.NoError(t, err)
	var file struct {
		Driver string
		Cards  []*recorded
	}
	require.NoError(t, json.Unmarshal(data, &file))
	var cards []card
	for _, c := range file.Cards {
		c.asked = map[quantity]int{}
		cards = append(cards, c)
	}
	s, err := newSource(file.Driver, cards, func() error { return nil })
	require.NoError(t, err)
	return s, file.Cards
}

func n(v int64) *int64 { return &v }

func TestEveryCardSaysWhatItHas(t *testing.T) {
	for name, test := range map[string]struct {
		want []sensor.Sample
		err  string
	}{
		"390-gtx1080": {[]sensor.Sample{{
			PowerMW: n(41_230), Utilisation: n(97), UsedB: n(1269891072), ClockMHz: n(1607), MemClockMHz: n(5005), Throttle: n(0), TempC: n(54),
			PCIeTxBps: n(1_200_000), PCIeRxBps: n(3_400_000)}}, ""},
		"550-rtx4080": {[]sensor.Sample{{
			EnergyUJ: n(81_234_567_000), PowerMW: n(151_270), Utilisation: n(96), UsedB: n(9467592704), ClockMHz: n(2610), MemClockMHz: n(11201), Throttle: n(4), TempC: n(61),
			PCIeTxBps: n(0), PCIeRxBps: n(27_000), Processes: []sensor.Process{{PID: 4711, UsedB: 5242880000}, {PID: 4712, UsedB: 4194304000}}}}, ""},
		"580-h100-idle": {[]sensor.Sample{{
			EnergyUJ: n(2_384_333_000), PowerMW: n(73_269), Utilisation: n(0), UsedB: n(0), ClockMHz: n(345), MemClockMHz: n(2619), Throttle: n(1), TempC: n(32),
			PCIeTxBps: n(1_556_000), PCIeRxBps: n(539_000), Processes: []sensor.Process{}}}, ""},
		"580-h100-busy": {[]sensor.Sample{{
			EnergyUJ: n(4_653_289_000), PowerMW: n(668_826), Utilisation: n(99), UsedB: n(1563230208), ClockMHz: n(1515), MemClockMHz: n(2619), Throttle: n(4), TempC: n(67),
			PCIeTxBps: n(1_223_000), PCIeRxBps: n(2_985_000), Processes: []sensor.Process{{PID: 1031, UsedB: 1050673152}}}}, ""},
		"535-two": {[]sensor.Sample{
			{EnergyUJ: n(9_912_345_678_000), PowerMW: n(201_110), ClockMHz: n(1410), MemClockMHz: n(1593), Throttle: n(0), TempC: n(44)},
			{Device: 1, Utilisation: n(0), UsedB: n(0), ClockMHz: n(210), MemClockMHz: n(1593), Throttle: n(1), TempC: n(30), PCIeTxBps: n(0), PCIeRxBps: n(0), Processes: []sensor.Process{}},
		}, "nvml: GPU 1: energy: ERROR_GPU_IS_LOST\npower: ERROR_GPU_IS_LOST"},
	} {
		t.Run(name, func(t *testing.T) {
			s, cards := replay(t, name)
			assert.Equal(t, nvmlName, s.Info().Source)
			assert.Len(t, s.Info().Devices, len(cards))
			before := clock.NS()
			got, err := s.Read(t.Context())
			if test.err == "" {
				assert.NoError(t, err)
			} else {
				assert.EqualError(t, err, test.err)
			}
			for i := range got {
				assert.GreaterOrEqual(t, got[i].NS, before)
				got[i].NS = 0
			}
			assert.Equal(t, test.want, got)
			assert.NoError(t, s.Close())
		})
	}
}

func TestWhatIsAbsentIsAskedOnceAndWhatFailsEveryTime(t *testing.T) {
	s, cards := replay(t, "535-two")
	for range 40 {
		_, err := s.Read(t.Context())
		assert.Error(t, err)
	}
	assert.Equal(t, map[quantity]int{
		energy: 40, power: 40, utilisation: 1, memory: 1, clockSM: 40, clockMemory: 40, eventReasons: 40, temperature: 40,
		pcieTx: 1, pcieRx: 1, processes: 1,
	}, cards[0].asked)
	assert.Equal(t, 40, cards[1].asked[energy], "a card that is lost may come back")
	assert.Equal(t, 2, cards[1].asked[pcieTx], "what takes its time is asked less often")
	assert.Equal(t, 4, cards[1].asked[processes])
}

func TestTheWholeWayFromRecordedAnswersToARun(t *testing.T) {
	s, cards := replay(t, "550-rtx4080")
	r := sensor.Record(t.Context(), s, sensor.Config{Owner: func(pid int) string {
		return map[int]string{4711: "collector", 4712: "insight"}[pid]
	}})
	for range slowProcesses { // each is a reading
		r.Phase(record.PassSolo)
	}
	got := r.Stop()
	assert.Equal(t, "550.90.07", got.Driver)
	d := got.Devices[0]
	assert.Equal(t, cards[0].UUID, d.UUID)
	assert.Zero(t, d.EnergyUJ.Values[0], "counted from the first sample")
	assert.Empty(t, d.EnergyUJ.Missing)
	require.Len(t, d.Servers, 2)
	assert.Equal(t, "collector", d.Servers[0].Server)
	assert.Equal(t, int64(5242880000), d.Servers[0].UsedB[0])
}

func TestADriverWithoutACardIsNoSource(t *testing.T) {
	_, err := newSource("550", nil, nil)
	assert.EqualError(t, err, "the driver sees no GPU")
}
