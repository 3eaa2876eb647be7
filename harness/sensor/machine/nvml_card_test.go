//go:build gpu && linux && cgo

package machine

import (
	"encoding/json"
	"errors"
	"flag"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/sensor"
)

// record is where TestRecord writes what the cards of this machine say, in the
// shape of the files in testdata.
var recordTo = flag.String("record", "", "write the answers of this machine's cards to this `file`")

// opened is this machine's cards. Most machines have none, and the recorded ones
// stand in for them.
func opened(t *testing.T) *nvmlSource {
	t.Helper()
	s, err := openNVML(t.Context())
	if err != nil {
		t.Skipf("no GPU here: %v", err)
	}
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s.(*nvmlSource)
}

// TestACardOfThisMachine holds a real card to what it must be whatever it is:
// nothing fails to be read, nothing goes backwards, and two sensors that see the
// same thing agree.
func TestACardOfThisMachine(t *testing.T) {
	s := opened(t)
	for i, d := range s.Info().Devices {
		assert.NotEmpty(t, d.Name)
		assert.NotEmpty(t, d.UUID)
		assert.Equal(t, i, d.Index)
		t.Logf("%+v", d)
	}
	first, last := map[int]sensor.Sample{}, map[int]sensor.Sample{}
	power := map[int][]int64{}
	for range 60 {
		samples, err := s.Read(t.Context())
		require.NoError(t, err)
		for _, x := range samples {
			if before, ok := last[x.Device]; ok {
				require.Greater(t, x.NS, before.NS)
				if x.EnergyUJ != nil {
					require.GreaterOrEqual(t, *x.EnergyUJ, *before.EnergyUJ, "a counter")
				}
			} else {
				first[x.Device] = x
			}
			if x.PowerMW != nil {
				power[x.Device] = append(power[x.Device], *x.PowerMW)
			}
			last[x.Device] = x
		}
		time.Sleep(50 * time.Millisecond)
	}
	for i, x := range last {
		if x.EnergyUJ == nil || len(power[i]) == 0 {
			t.Logf("card %d: no energy counter or no power", i)
			continue
		}
		seconds := float64(x.NS-first[i].NS) / 1e9
		counted := float64(*x.EnergyUJ-*first[i].EnergyUJ) / 1e6 / seconds
		mean := 0.0
		for _, mw := range power[i] {
			mean += float64(mw) / 1e3 / float64(len(power[i]))
		}
		t.Logf("card %d: %.1f W by the energy counter over %.1f s, %.1f W by %d readings of power", i, counted, seconds, mean, len(power[i]))
		if least, most := slices.Min(power[i]), slices.Max(power[i]); float64(most) > 1.1*float64(least) {
			t.Logf("card %d: from %d to %d mW meanwhile, and power may be the mean of the second before: not compared", i, least, most)
			continue
		}
		assert.InEpsilon(t, mean, counted, 0.1, "power and energy are of the same card")
	}
}

// TestRecord makes a file for testdata on a machine with cards.
func TestRecord(t *testing.T) {
	if *recordTo == "" {
		t.Skip("nothing to record to: -record FILE")
	}
	s := opened(t)
	out := struct {
		Driver string     `json:"driver"`
		Cards  []recorded `json:"cards"`
	}{Driver: s.Info().Driver}
	for _, c := range s.cards {
		d, err := c.describe()
		require.NoError(t, err)
		r := recorded{Name: d.Name, UUID: "GPU-recorded", MIG: d.MIG, Readings: map[quantity]outcome{}}
		if d.MemoryB != nil {
			r.MemoryB = *d.MemoryB
		}
		for _, q := range quantities {
			v, err := c.read(q.id)
			r.Readings[q.id] = said(v, err)
		}
		ps, err := c.processes()
		r.Processes.outcome, r.Processes.List = said(0, err), ps
		out.Cards = append(out.Cards, r)
	}
	data, err := json.MarshalIndent(out, "", "  ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(*recordTo, append(data, '\n'), 0o644))
}

// said is an answer as the files have it.
func said(v int64, err error) outcome {
	switch {
	case err == nil:
		return outcome{Value: v}
	case errors.Is(err, errAbsent):
		return outcome{Error: "ERROR_NOT_SUPPORTED"}
	}
	return outcome{Error: err.Error()}
}
