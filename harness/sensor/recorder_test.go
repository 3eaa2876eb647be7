package sensor

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/clock"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// steady is a source with devices of a constant power and a counter.
type steady struct {
	devices int
	mw      int64
	err     error // of every reading
	late    time.Duration
	reads   int
	procs   []Process
}

func (s *steady) Info() Info {
	return Info{Source: "steady", Driver: "1", Devices: make([]record.Device, s.devices)}
}

func (s *steady) Read(context.Context) ([]Sample, error) {
	s.reads++
	if s.err != nil {
		return nil, s.err
	}
	var out []Sample
	for d := range s.devices {
		ns := clock.NS() - int64(s.late)
		out = append(out, Sample{NS: ns, Device: d, PowerMW: &s.mw, EnergyUJ: new(s.mw * ns / 1e6), Processes: s.procs})
	}
	return out, nil
}

func (s *steady) Close() error { return nil }

func TestTwentyReadingsASecondInPhases(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := Record(t.Context(), &steady{devices: 2, mw: 100_000}, Config{})
		began := clock.NS()
		r.Phase(record.PhaseIdle)
		time.Sleep(time.Second)
		r.Phase(record.PassSolo, "collector")
		time.Sleep(2 * time.Second)
		got := r.Stop()
		assert.Equal(t, "steady", got.Source)
		assert.Equal(t, []record.Phase{
			{Kind: record.PhaseIdle, FromNS: began, ToNS: began + 1e9},
			{Kind: record.PassSolo, Agents: []string{"collector"}, FromNS: began + 1e9, ToNS: began + 3e9},
		}, got.Phases)
		for _, d := range got.Devices {
			assert.InDelta(t, 60, len(d.AtNS), 4, "and one at each edge")
			assert.Equal(t, int64(300e6), last(d.EnergyUJ), "100 W for 3 s, counted from the first sample")
			assert.Nil(t, d.TempC, "no sensor, no column")
		}
	})
}

func last(c *record.Column) int64 { return c.Values[len(c.Values)-1] }

func TestReadingsThatFailAreCountedAndTheRestIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &steady{devices: 1, mw: 1}
		r := Record(t.Context(), s, Config{Period: 100 * time.Millisecond})
		time.Sleep(time.Second + time.Millisecond)
		r.mu.Lock()
		s.err = errors.New("fell off the bus")
		r.mu.Unlock()
		time.Sleep(time.Second)
		got := r.Stop()
		assert.Equal(t, "fell off the bus", got.Error)
		assert.Equal(t, 11, got.Failures, "ten, and one at the end")
		assert.Len(t, got.Devices[0].AtNS, 11)
	})
}

func TestTheEndWaitsForReadingsThatAreOnTheirWay(t *testing.T) {
	for late, waits := range map[time.Duration]time.Duration{
		0:                      0,
		120 * time.Millisecond: 120 * time.Millisecond,
		time.Minute:            settling,
	} {
		synctest.Test(t, func(t *testing.T) {
			r := Record(t.Context(), &steady{devices: 1, mw: 1, late: late}, Config{})
			r.Phase(record.PhaseIdle)
			time.Sleep(time.Second)
			began := time.Now()
			r.Stop()
			assert.InDelta(t, waits.Seconds(), time.Since(began).Seconds(), 0.011)
		})
	}
}

func TestMemoryIsTheServersWhoseProcessesHoldIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := map[int]int{}
		s := &steady{devices: 1, mw: 1, procs: []Process{{PID: 7, UsedB: 100}, {PID: 8, UsedB: 20}, {PID: 9, UsedB: 3}, {Server: "insight", UsedB: 5}}}
		r := Record(t.Context(), s, Config{Owner: func(pid int) string {
			asked[pid]++
			return map[int]string{7: "collector", 8: "collector"}[pid]
		}})
		time.Sleep(time.Second)
		got := r.Stop().Devices[0].Servers
		require.Len(t, got, 2)
		assert.Equal(t, "collector", got[0].Server)
		assert.Equal(t, int64(120), got[0].UsedB[0])
		assert.Equal(t, int64(5), got[1].UsedB[0])
		assert.Equal(t, map[int]int{7: 1, 8: 1, 9: 1}, asked, "a process is looked up once")
	})
}

func TestWhatASampleDoesNotSayIsMissingNotZero(t *testing.T) {
	samples := []Sample{
		{NS: 30, PowerMW: new(int64(3))},
		{NS: 10, PowerMW: new(int64(0)), TempC: new(int64(50))},
		{NS: 15, Processes: []Process{}},
		{NS: 20, TempC: new(int64(51))},
	}
	d := series(make([]record.Device, 1), samples, nil)[0]
	assert.Equal(t, []int64{10, 10, 10}, d.AtNS, "in order, and a list of processes is no reading")
	assert.Equal(t, &record.Column{Missing: []int64{1}, Values: []int64{0, 3}}, d.PowerMW)
	assert.Equal(t, &record.Column{Missing: []int64{2}, Values: []int64{50, 51}}, d.TempC)
	assert.Equal(t, []*int64{new(int64(0)), nil, new(int64(3))}, d.PowerMW.Expand(3))
	few := series(make([]record.Device, 1), []Sample{
		{NS: 1, TempC: new(int64(1))}, {NS: 2, TempC: new(int64(1))}, {NS: 3, PowerMW: new(int64(3))}, {NS: 4, PowerMW: new(int64(4))}, {NS: 5, TempC: new(int64(1))},
	}, nil)[0].PowerMW
	assert.Equal(t, &record.Column{Present: []int64{2, 3}, Values: []int64{3, 4}}, few, "the shorter list")
	assert.Equal(t, []*int64{nil, nil, new(int64(3)), new(int64(4)), nil}, few.Expand(5))
}

func TestFindSaysWhatWasChosenAndWhatWasNot(t *testing.T) {
	none := func(why string) func(context.Context) (Source, error) {
		return func(context.Context) (Source, error) { return nil, errors.New(why) }
	}
	openers := []Opener{{"first", none("no driver")}, {"second", func(context.Context) (Source, error) { return &steady{devices: 1}, nil }}}
	for _, test := range []struct{ name, wish, why, err string }{
		{"the first that works", Auto, ", driver 1; first: no driver", ""},
		{"nothing said is auto", "", ", driver 1; first: no driver", ""},
		{"by name", "second", ", driver 1", ""},
		{"by name and not there", "first", "", "telemetry: first: no driver"},
		{"unknown", "third", "", "telemetry: not here"},
		{"none", None, "as asked", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, why, err := Find(t.Context(), test.wish, openers)
			assert.Equal(t, test.why, why)
			if test.err != "" {
				assert.EqualError(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.wish == None, s == nil)
		})
	}
	s, why, err := Find(t.Context(), Auto, openers[:1])
	require.NoError(t, err)
	assert.Nil(t, s)
	assert.Equal(t, "first: no driver", why)
}
