package smi

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/sensor"
)

func TestNumbersAndWhatIsNone(t *testing.T) {
	for text, want := range map[string]*int64{
		"79.58": n(79_580), "79.58 W": n(79_580), "0.00": n(0), "7": n(7000), " 7 ": n(7000), "97%": n(97_000),
		"[N/A]": nil, "N/A": nil, "[Not Supported]": nil, "[Unknown Error]": nil, "[Insufficient Permissions]": nil,
		"[GPU requires reset]": nil, "": nil, "-1": nil, "NaN": nil, "Inf": nil, "1e300": nil, "ERR!": nil,
	} {
		assert.Equal(t, want, number(text, 1000), text)
	}
	for text, want := range map[string]*int64{
		"0x0000000000000004": n(4), "0x0": n(0), "4": nil, "[N/A]": nil, "0x": nil, "0xFFFFFFFFFFFFFFFF": nil, "0x-1": nil, "Not Active": nil,
	} {
		assert.Equal(t, want, mask(text), text)
	}
}

func TestALinesOwnStampIsPutOnTheMonotonicClock(t *testing.T) {
	wall := time.Date(2026, 5, 4, 12, 0, 0, 500e6, time.FixedZone("here", 3600))
	l := line{ns: 1_000_000_000_000, wall: wall}
	for stamp, want := range map[string]int64{
		"2026/05/04 12:00:00.450": l.ns - 50e6,
		"2026/05/04 12:00:00.500": l.ns,
		"2026/05/04 12:00:00.501": l.ns, // from the future
		"2026/05/04 11:00:00.450": l.ns, // another zone
		"yesterday":               l.ns,
		"":                        l.ns,
	} {
		assert.Equal(t, want, l.at(stamp), stamp)
	}
}

func TestUnexpectedLinesAreNamed(t *testing.T) {
	d := dialect{names: []string{"timestamp", "uuid", "power.draw"}}
	places := map[string]int{"GPU-1": 0}
	for _, text := range []string{"", "Unable to determine the device handle for GPU", "t, GPU-2, 3", "t, GPU-1"} {
		_, err := d.sample(line{text: text}, places)
		assert.ErrorContains(t, err, "unexpected line", text)
	}
	s, err := d.sample(line{text: "t, GPU-1, 3.5"}, places)
	require.NoError(t, err)
	assert.Equal(t, sensor.Sample{PowerMW: n(3500)}, s)
}

func TestAListOfProcessesIsCompleteWhenTheNextBegins(t *testing.T) {
	var b batch
	places := map[string]int{"GPU-1": 0, "GPU-2": 1}
	for _, text := range []string{"a, GPU-2, 1, 10", "a, GPU-1, 2, 20", "a, GPU-1, 3, [N/A]", "a, MIG-9, 4, 40"} {
		done, err := b.add(line{text: text, ns: 5}, places)
		require.NoError(t, err)
		assert.Empty(t, done)
	}
	done, err := b.add(line{text: "b, GPU-1, 2, 30", ns: 6}, places)
	require.NoError(t, err)
	assert.Equal(t, []sensor.Sample{
		{NS: 5, Device: 0, Processes: []sensor.Process{{PID: 2, UsedB: 20 << 20}}},
		{NS: 5, Device: 1, Processes: []sensor.Process{{PID: 1, UsedB: 10 << 20}}},
	}, done)
	for _, text := range []string{"", "b, GPU-1, x, 3", "b, GPU-3, 1, 3", "a, b"} {
		_, err := b.add(line{text: text}, places)
		assert.Error(t, err, text)
	}
}

// FuzzLines: no line, however odd, makes a panic or a number that is not there.
func FuzzLines(f *testing.F) {
	f.Add("2026/05/04 12:00:00.123, GPU-1, 151.27, [N/A], 0x0000000000000004")
	f.Add("2026/05/04 12:00:00.123, GPU-1, 12, 5000 MiB")
	f.Add("x, GPU-1, [Not Supported], , ")
	f.Add(",GPU-1,00,0")
	d := dialect{names: []string{"timestamp", "uuid", "power.draw", "utilization.gpu", "clocks_throttle_reasons.active"}}
	places := map[string]int{"GPU-1": 0}
	f.Fuzz(func(t *testing.T, text string) {
		l := line{text: text, ns: 1e15, wall: time.Unix(1e9, 0).UTC()}
		if s, err := d.sample(l, places); err == nil {
			assert.True(t, strings.Contains(text, "GPU-1"))
			assert.True(t, s.NS <= l.ns && s.NS >= l.ns-int64(mostLate))
			for _, v := range []*int64{s.PowerMW, s.Utilisation, s.Throttle} {
				assert.True(t, v == nil || *v >= 0 && strings.ContainsAny(text, "0123456789"))
			}
		}
		var b batch
		_, _ = b.add(l, places)
		for _, s := range b.samples() {
			assert.NotEmpty(t, s.Processes)
		}
	})
}
