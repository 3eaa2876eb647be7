package sensor

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/clock"
)

// Period between two readings: 20 a second, twice what the definition of energy
// asks for, so that a reading that comes late still leaves ten.
const Period = 50 * time.Millisecond

// Config is how a Recorder reads.
type Config struct {
	Period time.Duration // 0: Period
	// Owner names the server that a process belongs to, "" for none. It is asked
	// once per process, while the process is there. nil: nobody knows.
	Owner func(pid int) string
}

// Recorder polls a source from Record to Stop.
type Recorder struct {
	source Source
	config Config
	stop   context.CancelFunc
	done   chan struct{}

	mu       sync.Mutex
	samples  []Sample
	owners   map[int]string
	phases   []record.Phase
	failures int
	first    error
}

// Record begins to poll. The caller must Stop, and must not read the source
// itself until then.
func Record(ctx context.Context, source Source, config Config) *Recorder {
	if config.Period == 0 {
		config.Period = Period
	}
	ctx, stop := context.WithCancel(ctx)
	r := &Recorder{source: source, config: config, stop: stop, done: make(chan struct{}), owners: map[int]string{}}
	_, _ = source.Read(ctx) // what it said before we began is nobody's
	r.read(ctx)
	r.settle(math.MinInt64)
	go r.poll(ctx)
	return r
}

func (r *Recorder) poll(ctx context.Context) {
	defer close(r.done)
	t := time.NewTicker(r.config.Period)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			r.read(ctx)
		}
	}
}

// read keeps what the source says now.
func (r *Recorder) read(ctx context.Context) {
	r.mu.Lock()
	defer r.mu.Unlock()
	samples, err := r.source.Read(ctx)
	r.samples = append(r.samples, samples...)
	for _, s := range samples {
		r.meet(s.Processes)
	}
	if err != nil && ctx.Err() == nil {
		r.failures++
		if r.first == nil {
			r.first = err
		}
	}
}

// meet looks processes up while they are there.
func (r *Recorder) meet(ps []Process) {
	if r.config.Owner == nil {
		return
	}
	for _, p := range ps {
		if _, known := r.owners[p.PID]; !known && p.Server == "" {
			r.owners[p.PID] = r.config.Owner(p.PID)
		}
	}
}

// Phase ends the phase before and begins another, each with a reading at its
// edge.
func (r *Recorder) Phase(kind string, agents ...string) {
	r.end()
	r.mu.Lock()
	defer r.mu.Unlock()
	from := clock.NS()
	if n := len(r.phases); n > 0 {
		from = r.phases[n-1].ToNS
	}
	r.phases = append(r.phases, record.Phase{Kind: kind, Agents: agents, FromNS: from})
}

// end closes the phase that is open, with a reading at or after its edge.
func (r *Recorder) end() {
	now := clock.NS()
	r.read(context.Background())
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := len(r.phases); n > 0 && r.phases[n-1].ToNS == 0 {
		r.phases[n-1].ToNS = now
	}
}

// settling is how long Record and Stop wait for readings that are on their way:
// those of a source that is a program.
const settling = 500 * time.Millisecond

// settle reads until every device has been seen at or after a time.
func (r *Recorder) settle(ns int64) {
	for limit := time.Now().Add(settling); !r.settled(ns) && time.Now().Before(limit); {
		time.Sleep(r.config.Period / 5)
		r.read(context.Background())
	}
}

func (r *Recorder) settled(ns int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	seen := map[int]bool{}
	for _, s := range r.samples {
		if s.NS >= ns && s.sensed() {
			seen[s.Device] = true
		}
	}
	return r.failures > 0 || len(seen) == len(r.source.Info().Devices)
}

// Stop ends the recording and returns it, times on the line of package clock.
func (r *Recorder) Stop() *record.Telemetry {
	now := clock.NS()
	r.end()
	r.stop()
	<-r.done
	r.settle(now)
	info := r.source.Info()
	t := &record.Telemetry{
		Source: info.Source, Driver: info.Driver, PeriodNS: int64(r.config.Period),
		Devices: series(info.Devices, r.samples, func(pid int) string { return r.owners[pid] }),
		Phases:  r.phases, Failures: r.failures,
	}
	if r.first != nil {
		t.Error = r.first.Error()
	}
	return t
}

// columns are the quantities of a sample and where a device keeps them.
var columns = []struct {
	of func(*Sample) *int64
	in func(*record.Device) **record.Column
}{
	{func(s *Sample) *int64 { return s.EnergyUJ }, func(d *record.Device) **record.Column { return &d.EnergyUJ }},
	{func(s *Sample) *int64 { return s.PowerMW }, func(d *record.Device) **record.Column { return &d.PowerMW }},
	{func(s *Sample) *int64 { return s.Utilisation }, func(d *record.Device) **record.Column { return &d.Utilisation }},
	{func(s *Sample) *int64 { return s.UsedB }, func(d *record.Device) **record.Column { return &d.UsedB }},
	{func(s *Sample) *int64 { return s.ClockMHz }, func(d *record.Device) **record.Column { return &d.ClockMHz }},
	{func(s *Sample) *int64 { return s.MemClockMHz }, func(d *record.Device) **record.Column { return &d.MemClockMHz }},
	{func(s *Sample) *int64 { return s.Throttle }, func(d *record.Device) **record.Column { return &d.Throttle }},
	{func(s *Sample) *int64 { return s.TempC }, func(d *record.Device) **record.Column { return &d.TempC }},
	{func(s *Sample) *int64 { return s.PCIeTxBps }, func(d *record.Device) **record.Column { return &d.PCIeTxBps }},
	{func(s *Sample) *int64 { return s.PCIeRxBps }, func(d *record.Device) **record.Column { return &d.PCIeRxBps }},
}

// sensed reports whether the sample has a value of any column, and not only
// processes.
func (s *Sample) sensed() bool {
	for _, c := range columns {
		if c.of(s) != nil {
			return true
		}
	}
	return false
}

// series puts the samples of every device into columns, times on the line of
// the samples. owner names the server a process belongs to, "" for none.
func series(devices []record.Device, samples []Sample, owner func(pid int) string) []record.Device {
	slices.SortStableFunc(samples, func(a, b Sample) int { return cmp.Compare(a.NS, b.NS) })
	out := slices.Clone(devices)
	for i := range out {
		mine := slices.DeleteFunc(slices.Clone(samples), func(s Sample) bool { return s.Device != i })
		out[i].Servers = servers(mine, owner)
		fill(&out[i], slices.DeleteFunc(mine, func(s Sample) bool { return !s.sensed() }))
	}
	return out
}

func fill(d *record.Device, samples []Sample) {
	d.AtNS = make([]int64, 0, len(samples))
	last := int64(0)
	for _, s := range samples {
		d.AtNS = append(d.AtNS, s.NS-last)
		last = s.NS
	}
	for _, c := range columns {
		*c.in(d) = column(samples, c.of)
	}
	if e := d.EnergyUJ; e != nil { // since boot, say: many digits that mean nothing
		first := e.Values[0]
		for i := range e.Values {
			e.Values[i] -= first
		}
	}
}

// column is nil when no sample has a value.
func column(samples []Sample, of func(*Sample) *int64) *record.Column {
	var c record.Column
	for i := range samples {
		if v := of(&samples[i]); v != nil {
			c.Values, c.Present = append(c.Values, *v), append(c.Present, int64(i))
		} else {
			c.Missing = append(c.Missing, int64(i))
		}
	}
	switch {
	case len(c.Values) == 0:
		return nil
	case len(c.Missing) <= len(c.Present):
		c.Present = nil
	default:
		c.Missing = nil
	}
	return &c
}

// servers adds up the memory of each server's processes, at the moments at which
// processes were asked for.
func servers(samples []Sample, owner func(pid int) string) []record.ServerMemory {
	whose := func(p Process) string {
		if p.Server != "" || owner == nil {
			return p.Server
		}
		return owner(p.PID)
	}
	var out []record.ServerMemory
	last := map[string]int64{}
	for _, s := range samples {
		sums := map[string]int64{}
		for _, p := range s.Processes {
			if name := whose(p); name != "" {
				sums[name] += p.UsedB
			}
		}
		for name, used := range sums {
			i := slices.IndexFunc(out, func(m record.ServerMemory) bool { return m.Server == name })
			if i < 0 {
				i, out = len(out), append(out, record.ServerMemory{Server: name})
			}
			out[i].AtNS = append(out[i].AtNS, s.NS-last[name])
			out[i].UsedB = append(out[i].UsedB, used)
			last[name] = s.NS
		}
	}
	slices.SortFunc(out, func(a, b record.ServerMemory) int { return cmp.Compare(a.Server, b.Server) })
	return out
}
