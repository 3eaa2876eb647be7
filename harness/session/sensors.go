package session

import (
	"context"
	"errors"
	"math"
	"net/url"
	"strconv"
	"time"

	"github.com/shirou/gopsutil/v4/net"
	"github.com/shirou/gopsutil/v4/process"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
	"github.com/chimeraforge/duet/internal/clock"
)

// baseline is how long a run watches the machine before it asks anything of it:
// the idle power that stands beside the run's. A GPU that has just worked cools
// down for longer; whoever wants it colder measures fewer things at a time.
const baseline = 2 * time.Second

// sensors are the session's, and why these.
type sensors struct {
	source sensor.Source // nil: none, or the back end's own
	why    string
}

// openSensors chooses the session's sensors. A back end with sensors of its own
// has no use for this machine's.
func (s *Session) openSensors(ctx context.Context) (err error) {
	wish, own := s.config.Settings.Telemetry, s.config.Driver.Sensors
	switch {
	case own == "":
		s.sensors.source, s.sensors.why, err = sensor.Find(ctx, wish, sensor.Openers())
	case wish == "" || wish == sensor.Auto:
		s.sensors.why = own
	case wish == sensor.None:
		s.sensors.why = "as asked"
	default:
		err = errors.New("-duet.telemetry=" + wish + ": the simulator has sensors of its own; allowed: auto, none")
	}
	return err
}

// senses reports whether the back end's own sensors are read.
func (s *Session) senses() bool {
	return s.config.Driver.Sensors != "" && s.config.Settings.Telemetry != sensor.None
}

// sensed says which sensors there are, and why.
func (s *Session) sensed() string {
	switch {
	case s.sensors.source != nil:
		return s.sensors.source.Info().Source + " (" + s.sensors.why + ")"
	case s.senses():
		return s.config.Driver.Kind + " (" + s.sensors.why + ")"
	}
	return "none (" + s.sensors.why + ")"
}

// record begins to read the sensors, idle baseline first; nil without any.
func (s *Session) record(ctx context.Context) *sensor.Recorder {
	source := s.sensors.source
	if b, ok := s.backend.(backend.Sensed); ok && s.senses() {
		source = b.Sensors()
	}
	if source == nil {
		return nil
	}
	rec := sensor.Record(ctx, source, sensor.Config{Period: s.wait(sensor.Period), Owner: s.server})
	rec.Phase(record.PhaseIdle)
	_ = clock.Sleep(ctx, s.wait(baseline)) // the passes see by themselves that ctx ended
	return rec
}

// watching is how long a run looks at the idle machine, in the backend's time.
func (s *Session) watching() time.Duration {
	if s.sensors.source == nil && !s.senses() {
		return 0
	}
	return baseline
}

// wait is a duration of the backend on the wall clock, as far as it can be kept.
func (s *Session) wait(d time.Duration) time.Duration {
	return max(time.Millisecond, time.Duration(float64(d)/s.clock.Scale))
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
func (s *Session) keep(r *record.Run, rec *sensor.Recorder) {
	if rec == nil {
		return
	}
	t := rec.Stop()
	t.Prices = s.config.Settings.Prices()
	scale := s.clock.Scale
	at := func(ns int64) int64 { return int64(math.Round(float64(ns-r.OriginNS) * scale)) }
	t.PeriodNS = int64(float64(t.PeriodNS) * scale)
	for i := range t.Phases {
		t.Phases[i].FromNS, t.Phases[i].ToNS = at(t.Phases[i].FromNS), at(t.Phases[i].ToNS)
	}
	for i := range t.Devices {
		moved(t.Devices[i].AtNS, at)
		for _, m := range t.Devices[i].Servers {
			moved(m.AtNS, at)
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

// ancestors is how many generations a server's process is looked for above one
// that holds memory: a runner is a child of "ollama serve", a shell may be
// between them.
const ancestors = 4

// server names the server that a process belongs to, "" for none of ours.
func (s *Session) server(pid int) string {
	servers := s.serverProcesses()
	at := int32(pid)
	for range ancestors {
		if id := servers[at]; id != "" || at <= 1 || len(servers) == 0 {
			return id
		}
		p, err := process.NewProcess(at)
		if err != nil {
			return ""
		}
		if at, err = p.Ppid(); err != nil {
			return ""
		}
	}
	return ""
}

// serverProcesses are the servers by process: known where we started them, else
// found by the port, which works for processes of the same user, and not across
// the wall of a container.
func (s *Session) serverProcesses() map[int32]string {
	out := map[int32]string{}
	for _, ep := range s.backend.Endpoints() {
		pid := int32(ep.PID)
		if pid == 0 {
			pid = listener(ep.URL)
		}
		if pid > 0 {
			out[pid] = ep.ID
		}
	}
	return out
}

// listener is the process that listens on a URL's port, 0 where that cannot be
// seen.
func listener(address string) int32 {
	u, err := url.Parse(address)
	if err != nil {
		return 0
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		return 0
	}
	all, _ := net.Connections("tcp")
	for _, c := range all {
		if c.Status == "LISTEN" && c.Laddr.Port == uint32(port) {
			return c.Pid
		}
	}
	return 0
}
