package machine

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/internal/clock"
)

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
			fakeSMI(t, "testdata/smi/"+name)
			s, err := openSMI(t.Context())
			require.NoError(t, err)
			defer func() { assert.NoError(t, s.Close()) }()
			assert.Equal(t, sensor.Info{Source: smiName, Driver: test.driver, Devices: test.devices}, s.Info())
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
	fakeSMI(t, "testdata/smi/550-two")
	s, err := openSMI(t.Context())
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
		_, err := openSMI(t.Context())
		assert.EqualError(t, err, want)
	}
	t.Setenv("PATH", t.TempDir())
	_, err := openSMI(t.Context())
	assert.EqualError(t, err, "it is not on the PATH")
}

func TestAProgramThatEndsIsAnErrorOfEveryReading(t *testing.T) {
	fakeSMI(t, "testdata/smi/470-laptop")
	s, err := openSMI(t.Context())
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = s.Read(t.Context())
	assert.ErrorContains(t, err, "nvidia-smi has ended")
	_, err = s.Read(t.Context())
	assert.ErrorContains(t, err, "nvidia-smi has ended")
}

// TestTheNvidiaSMIOfThisMachine reads a real nvidia-smi, where there is one.
func TestTheNvidiaSMIOfThisMachine(t *testing.T) {
	if _, err := exec.LookPath(smiName); err != nil {
		t.Skip("no nvidia-smi here")
	}
	s, err := openSMI(t.Context())
	if err != nil {
		t.Skipf("nvidia-smi sees no GPU here: %v", err)
	}
	defer func() { assert.NoError(t, s.Close()) }()
	t.Logf("asks for %s", s.(*smiSource).dialect.query())
	for _, d := range s.Info().Devices {
		assert.NotEmpty(t, d.Name)
		assert.NotEmpty(t, d.UUID)
		t.Logf("%+v", d)
	}
	got := sensed(until(t, s, func(got []sensor.Sample) bool { return len(sensed(got)) >= 20 }))
	for i, x := range got {
		if i > 0 && x.Device == got[i-1].Device {
			assert.Greater(t, x.NS, got[i-1].NS)
		}
		require.NotNil(t, x.UsedB)
	}
	t.Logf("20 lines in %.2f s", float64(got[19].NS-got[0].NS)/1e9)
}

// envFake makes the test binary a nvidia-smi: the path of what it knows, without
// the ending, or words that it says before it fails.
const envFake = "DUET_TEST_SMI"

func TestMain(m *testing.M) {
	if fake := os.Getenv(envFake); fake != "" && strings.HasPrefix(filepath.Base(os.Args[0]), smiName) {
		os.Exit(pretend(fake, os.Args[1:]))
	}
	goleak.VerifyTestMain(m)
}

// fakeSMI puts a nvidia-smi on the PATH.
func fakeSMI(t *testing.T, knows string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	dir, name := t.TempDir(), smiName
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	program, err := os.ReadFile(self)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), program, 0o755))
	t.Setenv("PATH", dir)
	if strings.Contains(knows, "/") {
		knows, err = filepath.Abs(knows)
		require.NoError(t, err)
	}
	t.Setenv(envFake, knows)
}

// pretend answers as nvidia-smi does.
func pretend(fake string, args []string) int {
	if !strings.ContainsRune(fake, filepath.Separator) {
		fmt.Println(fake)
		return 9
	}
	table, asked, pause := fake+".csv", "", time.Duration(0)
	for i, a := range args {
		if q, ok := strings.CutPrefix(a, "--query-gpu="); ok {
			asked = q
		}
		if q, ok := strings.CutPrefix(a, "--query-compute-apps="); ok {
			asked, table = strings.Replace(q, "used_memory", "used_gpu_memory", 1), fake+".apps.csv"
		}
		if a == "-lms" {
			n, _ := strconv.Atoi(args[i+1])
			pause = time.Duration(n) * time.Millisecond
		}
	}
	for {
		if code := answer(table, strings.Split(asked, ",")); code != 0 || pause == 0 {
			return code
		}
		time.Sleep(pause)
	}
}

// answer prints the asked columns of a table, without units, stamped now.
func answer(table string, asked []string) int {
	data, err := os.ReadFile(table)
	if os.IsNotExist(err) {
		return 0 // no process holds memory
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	var columns []string
	for _, c := range strings.Split(lines[0], ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(c), " ")
		columns = append(columns, name)
	}
	stamp := time.Now().Format(stampFormat)
	for _, l := range lines[1:] {
		cells := strings.Split(l, ",")
		var out []string
		for _, name := range asked {
			i := slices.Index(columns, name)
			if i < 0 {
				fmt.Printf("Field \"%s\" is not a valid field to query.\n\n", name)
				return 2
			}
			cell := strings.TrimSpace(cells[i])
			if name == "timestamp" {
				cell = stamp
			}
			if !strings.HasPrefix(cell, "[") && name != "name" && name != "timestamp" {
				cell, _, _ = strings.Cut(cell, " ")
			}
			out = append(out, cell)
		}
		fmt.Println(strings.Join(out, ", "))
	}
	return 0
}

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
