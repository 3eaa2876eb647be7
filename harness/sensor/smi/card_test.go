package smi

import (
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/sensor"
)

// TestTheNvidiaSMIOfThisMachine reads a real nvidia-smi, where there is one.
func TestTheNvidiaSMIOfThisMachine(t *testing.T) {
	if _, err := exec.LookPath(Name); err != nil {
		t.Skip("no nvidia-smi here")
	}
	s, err := Open(t.Context())
	if err != nil {
		t.Skipf("nvidia-smi sees no GPU here: %v", err)
	}
	defer func() { assert.NoError(t, s.Close()) }()
	t.Logf("asks for %s", s.(*Source).dialect.query())
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
