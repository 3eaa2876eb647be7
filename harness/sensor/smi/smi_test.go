package smi

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/internal/clock"
)

func n(v int64) *int64 { return &v }

func TestEveryDriverIsUnderstood(t *testing.T) {
	for name, test := range map[string]struct {
		driver  string
		devices []record.Device
		want    []sensor.Sample // without time and processes
	}{
		"390-geforce": {"390.48",
			[]record.Device{{Kind: "gpu", Name: "GeForce GTX 1080", UUID: "GPU-90e3dab0-0000-4000-8000-000000000390", MemoryB: n(8119 << 20), PCIeGen: n(3), PCIeWidth: n(16)}},
			[]sensor.Sample{{UsedB: n(1211 << 20), ClockMHz: n(1607), MemClockMHz: n(5005), TempC: n(54)}}},
		"470-laptop": {"470.161.03",
			[]record.Device{{Kind: "gpu", Name: "NVIDIA GeForce RTX 3080 Laptop GPU", UUID: "GPU-90e3dab0-0000-4000-8000-000000000470", MemoryB: n(16125 << 20), PCIeGen: n(4), PCIeWidth: n(8)}},
			[]sensor.Sample{{PowerMW: n(79_580), Utilisation: n(97), UsedB: n(10240 << 20), ClockMHz: n(1665), MemClockMHz: n(7000), Throttle: n(0x24), TempC: n(87)}}},
		"550-two": {"550.90.07",
			[]record.Device{
				{Kind: "gpu", Name: "NVIDIA GeForce RTX 4080", UUID: "GPU-90e3dab0-0000-4000-8000-000000000550", MemoryB: n(12282 << 20), LimitMW: n(320_000), PCIeGen: n(4), PCIeWidth: n(16)},
				{Kind: "gpu", Index: 1, Name: "NVIDIA RTX A2000", UUID: "GPU-90e3dab0-0000-4000-8000-000000000551", MemoryB: n(6138 << 20), LimitMW: n(70_000), PCIeGen: n(3), PCIeWidth: n(4)}},
			[]sensor.Sample{
				{PowerMW: n(151_270), Utilisation: n(96), UsedB: n(9029 << 20), ClockMHz: n(2610), MemClockMHz: n(11201), Throttle: n(0), TempC: n(61)},
				{Device: 1, PowerMW: n(7910), Utilisation: n(0), UsedB: n(3 << 20), ClockMHz: n(210), MemClockMHz: n(405), Throttle: n(1), TempC: n(38)}}},
		"580-h100": {"580.159.04",
			[]record.Device{{Kind: "gpu", Name: "NVIDIA H100 80GB HBM3", UUID: "GPU-90e3dab0-0000-4000-8000-000000000580", MemoryB: n(81559 << 20), LimitMW: n(700_000), PCIeGen: n(5), PCIeWidth: n(16)}},
			[]sensor.Sample{{PowerMW: n(76_220), Utilisation: n(0), UsedB: n(0), ClockMHz: n(345), MemClockMHz: n(2619), Throttle: n(1), TempC: n(49)}}},
		"535-mig": {"535.104.05",
			[]record.Device{{Kind: "gpu", MIG: true, Name: "NVIDIA A100-SXM4-80GB", UUID: "GPU-90e3dab0-0000-4000-8000-000000000535", MemoryB: n(81920 << 20), LimitMW: n(400_000), PCIeGen: n(4), PCIeWidth: n(16)}},
			[]sensor.Sample{{PowerMW: n(201_110), ClockMHz: n(1410), MemClockMHz: n(1593), Throttle: n(4), TempC: n(44)}}},
	} {
		t.Run(name, func(t *testing.T) {
			fakeSMI(t, "testdata/"+name)
			s, err := Open(t.Context())
			require.NoError(t, err)
			defer func() { assert.NoError(t, s.Close()) }()
			assert.Equal(t, sensor.Info{Source: Name, Driver: test.driver, Devices: test.devices}, s.Info())
			before := clock.NS()
			got := until(t, s, func(got []sensor.Sample) bool { return len(sensed(got)) >= 3*len(test.want) })
			for i, sample := range sensed(got)[:len(test.want)] {
				assert.InDelta(t, before, sample.NS, 5e9, "on the monotonic clock")
				sample.NS = 0
				assert.Equal(t, test.want[i], sample)
			}
		})
	}
}

func TestProcessesComeWithTheirDevice(t *testing.T) {
	fakeSMI(t, "testdata/550-two")
	s, err := Open(t.Context())
	require.NoError(t, err)
	defer func() { assert.NoError(t, s.Close()) }()
	got := until(t, s, func(got []sensor.Sample) bool { return len(got) > len(sensed(got)) })
	for _, sample := range got {
		if sample.Processes != nil {
			assert.Equal(t, 0, sample.Device)
			assert.Equal(t, []sensor.Process{{PID: 4711, UsedB: 5000 << 20}, {PID: 4712, UsedB: 4000 << 20}}, sample.Processes)
		}
	}
}

// until reads a source until it has said enough.
func until(t *testing.T, s sensor.Source, enough func([]sensor.Sample) bool) []sensor.Sample {
	t.Helper()
	ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
	defer stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	var got []sensor.Sample
	for !enough(got) {
		select {
		case <-ctx.Done():
			t.Fatal("nothing came")
		case <-tick.C:
		}
		more, err := s.Read(ctx)
		require.NoError(t, err)
		got = append(got, more...)
	}
	return got
}

func sensed(all []sensor.Sample) (out []sensor.Sample) {
	for _, s := range all {
		if s.Processes == nil {
			out = append(out, s)
		}
	}
	return out
}

func TestWhyThereIsNoGPUIsSaid(t *testing.T) {
	for says, want := range map[string]string{
		"No devices were found": "it says: No devices were found",
		"NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.": "it says: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
	} {
		fakeSMI(t, says)
		_, err := Open(t.Context())
		assert.EqualError(t, err, want)
	}
	t.Setenv("PATH", t.TempDir())
	_, err := Open(t.Context())
	assert.EqualError(t, err, "it is not on the PATH")
}

func TestAProgramThatEndsIsAnErrorOfEveryReading(t *testing.T) {
	fakeSMI(t, "testdata/470-laptop")
	s, err := Open(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = s.Read(t.Context())
	assert.ErrorContains(t, err, "nvidia-smi has ended")
	_, err = s.Read(t.Context())
	assert.ErrorContains(t, err, "nvidia-smi has ended")
}
