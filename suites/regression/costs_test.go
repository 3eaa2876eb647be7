package regression

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/compare/gate"
)

// piecemeal is a client that reads a reply 16 bytes at a time.
var piecemeal = change{"harness/backend/wire/client.go", "buf: make([]byte, 64<<10),", "buf: make([]byte, 16),"}

// cheap is the rule: what a client costs the processor.
const cheap = `version: 1
rules:
  - name: processor time of the client
    metrics: cpu-s/Mtok
    worse_than: 100 %
`

// TestASmallerReadBufferTurnsTheGateOfCostsRed: no agent is slower for it, so it
// takes the benchmark of what clients cost to see it.
func TestASmallerReadBufferTurnsTheGateOfCostsRed(t *testing.T) {
	needsPython(t)
	unchanged := build(t, source(t), "overhead")
	smaller := build(t, source(t, piecemeal), "overhead")
	dir := t.TempDir()
	before, same, changed := side{unchanged, "before"}, side{unchanged, "same"}, side{smaller, "changed"}
	for _, s := range inTurn(before, same, changed) {
		cost(t, s, filepath.Join(dir, s.session))
	}
	config, err := gate.Parse([]byte(cheap), "costs")
	require.NoError(t, err)

	report, err := gate.Judge(config, filepath.Join(dir, "same"), filepath.Join(dir, "before"))
	require.NoError(t, err)
	assert.Equal(t, gate.Pass, report.Verdict, "%v", report.Results)

	report, err = gate.Judge(config, filepath.Join(dir, "changed"), filepath.Join(dir, "before"))
	require.NoError(t, err)
	require.Equal(t, gate.Fail, report.Verdict, "%v", report.Results)
	for _, f := range report.Results[0].Findings {
		want := gate.Pass
		if strings.Contains(f.Cell, "runtime=go/") {
			want = gate.Fail
		}
		assert.Equal(t, want, f.Verdict, "%s", f)
		t.Log(f)
	}
}

// inTurn is all rounds of all sides, every other round the other way round.
func inTurn(sides ...side) (out []side) {
	for range rounds {
		out = append(out, sides...)
		slices.Reverse(sides)
	}
	return out
}

// cost appends what two clients cost once to a file of benchmark lines.
func cost(t *testing.T, s side, path string) {
	t.Helper()
	code, said := finished(t, exec.CommandContext(t.Context(), s.bin,
		"-test.run=^$", "-test.bench=Cost/runtime=(go|python)$/mode=coalesced/streams=2$", "-test.benchtime=1x"))
	require.Equal(t, 0, code, said)
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	require.NoError(t, err)
	_, err = f.WriteString(said)
	require.NoError(t, err)
	require.NoError(t, f.Close())
}
