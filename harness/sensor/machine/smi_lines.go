package machine

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/sensor"
)

// identity is asked once. The name comes last, for it may hold a comma.
var identity = []field{
	{"index"}, {"uuid"}, {"driver_version"}, {"memory.total"}, {"power.limit"},
	{"pcie.link.gen.current"}, {"pcie.link.width.current"}, {"mig.mode.current"}, {"name"},
}

// sensors are asked all the time.
var sensors = []field{
	{"timestamp"}, {"uuid"},
	{"power.draw.instant"}, // where a driver has it, power.draw is an average of a second
	{"power.draw"},
	{"utilization.gpu"}, {"memory.used"}, {"clocks.sm"}, {"clocks.mem"},
	{"clocks_event_reasons.active", "clocks_throttle_reasons.active"},
	{"temperature.gpu"},
}

// field is the names of one thing, the newest first.
type field []string

// dialect is the fields that the installed nvidia-smi knows.
type dialect struct {
	names  []string
	answer []string // to the question that was understood, by line
}

func (d dialect) query() string { return strings.Join(d.names, ",") }

// askLimit bounds one question: a driver that hangs must not hang the session. A
// cold driver takes seconds to come up.
const askLimit = 20 * time.Second

// learn finds the fields that nvidia-smi knows of those wanted. It refuses a
// whole question for one unknown field, and names it; then that field's older
// name is tried, or it is left out.
func learn(ctx context.Context, path string, wanted []field) (dialect, error) {
	ctx, cancel := context.WithTimeout(ctx, askLimit)
	defer cancel()
	left := slices.Clone(wanted)
	for {
		var d dialect
		for _, f := range left {
			d.names = append(d.names, f[0])
		}
		out, err := ask(ctx, path, d.query())
		if err == nil {
			d.answer = nonEmpty(out)
			return d, nil
		}
		i := slices.Index(d.names, unknownField(out))
		if i < 0 {
			return d, err
		}
		if left[i] = left[i][1:]; len(left[i]) == 0 {
			left = slices.Delete(left, i, i+1)
		}
		if len(left) == 0 {
			return d, err
		}
	}
}

// ask puts one question and returns the answer, also where it is a refusal.
func ask(ctx context.Context, path, query string) (string, error) {
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, path, "--query-gpu="+query, csv)
	cmd.Stdout, cmd.Stderr = &out, &out
	err := cmd.Run()
	switch text := oneLine(out.String()); {
	case err == nil:
		return out.String(), nil
	case ctx.Err() != nil:
		return "", errors.New("it does not answer")
	case text != "":
		return out.String(), fmt.Errorf("it says: %s", text)
	}
	return "", fmt.Errorf("it fails: %w", err)
}

// refusal is how nvidia-smi names a field it does not know.
var refusal = regexp.MustCompile(`Field "([^"]+)" is not a valid field to query`)

func unknownField(text string) string {
	if m := refusal.FindStringSubmatch(text); m != nil {
		return m[1]
	}
	return ""
}

func nonEmpty(text string) []string {
	return slices.DeleteFunc(strings.Split(text, "\n"), func(l string) bool { return strings.TrimSpace(l) == "" })
}

// oneLine is a text as part of an error.
func oneLine(text string) string {
	const most = 200
	if text = strings.Join(strings.Fields(text), " "); len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + "…"
	}
	return text
}

// line is a printed line and when it came.
type line struct {
	text string
	ns   int64     // package clock
	wall time.Time // the same moment
}

// split cuts a line into its fields, by name. Commas beyond those expected
// belong to the last one.
func (d dialect) split(text string) map[string]string {
	parts := strings.SplitN(text, ",", len(d.names))
	out := make(map[string]string, len(parts))
	if len(parts) != len(d.names) {
		return out
	}
	for i, name := range d.names {
		out[name] = strings.TrimSpace(parts[i])
	}
	return out
}

// sample reads a line of sensors. What stands there in words, [N/A] say, is
// absent.
func (d dialect) sample(l line, places map[string]int) (sensor.Sample, error) {
	f := d.split(l.text)
	place, ok := places[f["uuid"]]
	if !ok {
		return sensor.Sample{}, fmt.Errorf("nvidia-smi: unexpected line %q", oneLine(l.text))
	}
	power := number(f["power.draw.instant"], 1000)
	if power == nil {
		power = number(f["power.draw"], 1000)
	}
	reasons := mask(f["clocks_event_reasons.active"])
	if reasons == nil {
		reasons = mask(f["clocks_throttle_reasons.active"])
	}
	return sensor.Sample{
		NS: l.at(f["timestamp"]), Device: place, PowerMW: power, Throttle: reasons,
		Utilisation: number(f["utilization.gpu"], 1),
		UsedB:       number(f["memory.used"], 1<<20),
		ClockMHz:    number(f["clocks.sm"], 1),
		MemClockMHz: number(f["clocks.mem"], 1),
		TempC:       number(f["temperature.gpu"], 1),
	}, nil
}

// number reads a quantity in some unit as a whole number of its unit / scale;
// nil where it is none. A unit behind it, which nounits leaves out, is ignored.
func number(text string, scale float64) *int64 {
	text, _, _ = strings.Cut(strings.TrimSpace(text), " ")
	f, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if f = math.Round(f * scale); err != nil || !(f >= 0 && f < 1<<53) {
		return nil
	}
	n := int64(f)
	return &n
}

// mask reads a bit mask, 0x0000000000000004.
func mask(text string) *int64 {
	hex, ok := strings.CutPrefix(strings.TrimSpace(text), "0x")
	n, err := strconv.ParseInt(hex, 16, 64)
	if !ok || err != nil || n < 0 {
		return nil
	}
	return &n
}

// stampFormat is how nvidia-smi writes the time, in the local zone.
const stampFormat = "2006/01/02 15:04:05.000"

// mostLate is how much later than its own stamp a line may arrive. Beyond it,
// and before it, the stamp is of another clock or zone and means nothing.
const mostLate = 5 * time.Second

// at puts a line's own stamp on the monotonic clock; without a good one it is
// the line's arrival.
func (l line) at(stamp string) int64 {
	t, err := time.ParseInLocation(stampFormat, stamp, l.wall.Location())
	late := l.wall.Sub(t)
	if err != nil || late < 0 || late > mostLate {
		return l.ns
	}
	return l.ns - int64(late)
}

// batch gathers the list of processes that belongs to one time stamp: a line is
// one process on one GPU, and nothing says where the list ends but the next.
type batch struct {
	stamp string
	ns    int64
	held  map[int][]sensor.Process // by device
}

// add takes a line and returns the samples of the list before, once it is
// complete.
func (b *batch) add(l line, places map[string]int) (done []sensor.Sample, err error) {
	f := strings.Split(l.text, ",")
	if len(f) != 4 {
		return nil, fmt.Errorf("nvidia-smi: unexpected line of processes %q", oneLine(l.text))
	}
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	if b.held == nil || f[0] != b.stamp {
		done = b.samples()
		*b = batch{stamp: f[0], ns: l.at(f[0]), held: map[int][]sensor.Process{}}
	}
	if strings.HasPrefix(f[1], "MIG-") {
		return done, nil // an instance, whose board is not named
	}
	pid, err := strconv.Atoi(f[2])
	place, ok := places[f[1]]
	if err != nil || !ok {
		return done, fmt.Errorf("nvidia-smi: unexpected line of processes %q", oneLine(l.text))
	}
	// Windows and MIG do not say how much a process holds: it is not listed then.
	if used := number(f[3], 1<<20); used != nil {
		b.held[place] = append(b.held[place], sensor.Process{PID: pid, UsedB: *used})
	}
	return done, nil
}

func (b *batch) samples() (out []sensor.Sample) {
	for _, place := range slices.Sorted(maps.Keys(b.held)) {
		out = append(out, sensor.Sample{NS: b.ns, Device: place, Processes: b.held[place]})
	}
	return out
}
