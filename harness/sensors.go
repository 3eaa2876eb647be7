package harness

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
)

// baseline is how long a run watches the machine before it asks anything of it:
// the idle power that stands beside the run's. A GPU that has just worked cools
// down for longer; whoever wants it colder measures fewer things at a time.
const baseline = 2 * time.Second

// openSensors chooses the session's sensors. The simulator has its own.
func (x *Session) openSensors(ctx context.Context) (err error) {
	if x.place.Simulated {
		return x.simulated()
	}
	x.sensors, x.sensing, err = sensor.Find(ctx, x.settings.Telemetry, openers)
	return err
}

func (x *Session) simulated() error {
	switch x.settings.Telemetry {
	case "", sensor.Auto:
		x.sensing = "the simulated GPU"
		return nil
	case sensor.None:
		x.sensing = "as asked"
		return nil
	}
	return errors.New("-duet.telemetry=" + x.settings.Telemetry + ": the simulator has sensors of its own; allowed: auto, none")
}

// sensed says which sensors there are, and why.
func (x *Session) sensed() string {
	switch {
	case x.sensors != nil:
		return x.sensors.Info().Source + " (" + x.sensing + ")"
	case x.place.Simulated && x.settings.Telemetry != sensor.None:
		return "sim (" + x.sensing + ")"
	}
	return "none (" + x.sensing + ")"
}

// record begins to read the sensors, idle baseline first; nil without any.
func (x *Session) record(ctx context.Context) *sensor.Recorder {
	source := x.sensors
	if s, ok := x.backend.(*sim.Servers); ok && x.settings.Telemetry != sensor.None {
		source = s.Sensors()
	}
	if source == nil {
		return nil
	}
	rec := sensor.Record(ctx, source, sensor.Config{Period: x.wait(sensor.Period), Owner: x.owner})
	rec.Phase(record.PhaseIdle)
	pause(ctx, x.wait(baseline))
	return rec
}

// watching is how long a run looks at the idle machine, in the backend's time.
func (x *Session) watching() time.Duration {
	if x.sensors == nil && (!x.place.Simulated || x.settings.Telemetry == sensor.None) {
		return 0
	}
	return baseline
}

// wait is a duration of the backend on the wall clock, as far as it can be kept.
func (x *Session) wait(d time.Duration) time.Duration {
	return max(time.Millisecond, time.Duration(float64(d)/x.scale()))
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// phase marks what begins now.
func phase(rec *sensor.Recorder, kind string, agents []record.Agent) {
	if rec == nil {
		return
	}
	var ids []string
	for _, a := range agents {
		ids = append(ids, a.ID)
	}
	rec.Phase(kind, ids...)
}

// keep puts a recording into its run, on the run's own time line.
func (x *Session) keep(r *record.Run, rec *sensor.Recorder) {
	if rec == nil {
		return
	}
	t := rec.Stop()
	t.Prices = x.settings.Prices()
	scale := x.scale()
	at := func(ns int64) int64 { return int64(math.Round(float64(ns-r.OriginNS) * scale)) }
	t.PeriodNS = int64(float64(t.PeriodNS) * scale)
	for i := range t.Phases {
		t.Phases[i].FromNS, t.Phases[i].ToNS = at(t.Phases[i].FromNS), at(t.Phases[i].ToNS)
	}
	for i := range t.Devices {
		moved(t.Devices[i].AtNS, at)
		for _, s := range t.Devices[i].Servers {
			moved(s.AtNS, at)
		}
	}
	r.Telemetry = t
}

// moved shifts times that are differences. The times are moved, not the
// differences, or rounding would add up.
func moved(deltas []int64, at func(int64) int64) {
	var then, last int64
	for i, d := range deltas {
		then += d
		now := at(then)
		deltas[i], last = now-last, now
	}
}
