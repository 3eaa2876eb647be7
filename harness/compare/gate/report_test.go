package gate_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/table"
)

func TestTheShippedGateJudgesWhatThereIs(t *testing.T) {
	r, err := gate.Evaluate(gate.Default(), gate.Input{New: made{}.side(), Old: made{}.side()})
	require.NoError(t, err)
	assert.Equal(t, gate.Pass, r.Verdict)
	assert.Len(t, r.Results, 3)
	multi := func() *compare.Side {
		s := made{levels: map[string]float64{"alpha": 60}}.side()
		s.Only(func(c *compare.Cell) bool { return c.Key("suite") == "multi" })
		return s
	}
	before := made{}.side()
	before.Only(func(c *compare.Cell) bool { return c.Key("suite") == "multi" })
	r, err = gate.Evaluate(gate.Default(), gate.Input{New: multi(), Old: before})
	require.NoError(t, err)
	assert.Equal(t, gate.Fail, r.Verdict)
	assert.Contains(t, r.Notes[0], `Rule "decode rate of the tuned agent" does not apply`)
}

func TestWhatIsNotComparedIsSaid(t *testing.T) {
	side := func() *compare.Side { s := made{}.side(); s.Text, s.Backend = true, ""; return s }
	r := evaluate(t, gate.Input{New: side(), Old: side()}, "{metrics: agg-tok/s, worse_than: 3}")
	text := strings.Join(r.Notes, "\n")
	assert.Contains(t, text, "Benchmark lines do not tell which runs failed")
	assert.Contains(t, text, "Neither side says on which backend")
	assert.Contains(t, text, "digests of the models were not compared, since a side does not say them: beta:7b.")
}

func TestAReportInEveryForm(t *testing.T) {
	after := made{levels: map[string]float64{"alpha": 70, "beta": 77}}.side()
	after.Know("commit", "bbb")
	r := evaluate(t, gate.Input{New: after, Old: made{}.side()},
		"{name: no loss, metrics: agg-tok/s, worse_than: 3}", "{name: busy, metrics: efficiency_client, min: 95}", "{metrics: failure_rate, max: 0}")
	var b strings.Builder
	for _, tab := range r.Tables(true) {
		b.WriteString(table.Plain(tab, 0) + "\n")
	}
	golden.Assert(t, "report.txt", b.String()+strings.Join(r.Lines(), "\n")+"\n")
	data, err := json.MarshalIndent(r, "", "  ")
	require.NoError(t, err)
	golden.Assert(t, "report.json", string(data)+"\n")
}
