package smi

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/sensor"
)

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
