package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// foreign is a run of another tool, which says nothing of its time.
func foreign() *record.Run {
	layers, temperature := 80, float64(float32(0.8)) // as a Rust client writes it
	return &record.Run{
		Schema: record.Schema, Session: "tr116", Suite: record.SuiteMulti, Status: record.StatusOK, RunNumber: 1,
		Cell: record.NewCell("c", record.CoordRuntime, "python", record.CoordScenario, "chimera-homo"), Backend: record.Backend{Kind: "imported"},
		Imported: &record.Imported{Agents: []record.ImportedAgent{
			{Agent: "collector", Label: "baseline", Pass: record.PassConcurrent},
			{Agent: "insight", Label: "chimera", Pass: record.PassConcurrent, Options: record.ImportedOptions{NumGPU: &layers, Temperature: &temperature}},
		}},
	}
}

func TestRunsThatDoNotSayWhenHaveNoDay(t *testing.T) {
	a, b := foreign(), foreign()
	assert.Equal(t, "session tr116 · backend: imported · 2 runs", subtitle(metric.NewSet([]*record.Run{a, b})))
	a.Started = time.Date(2025, 11, 26, 23, 0, 0, 0, time.UTC)
	assert.Equal(t, "session tr116 · backend: imported · 2025-11-26 (not said by 1) · 2 runs", subtitle(metric.NewSet([]*record.Run{a, b})))
}

func TestTheProvenanceOfAnImportedRunIsWhatItsFileStates(t *testing.T) {
	r := foreign()
	assert.Equal(t, [][]string{
		{"multi", "chimera-homo", "collector", "baseline", "", "", "", "", "", "", "", ""},
		{"multi", "chimera-homo", "insight", "chimera", "80", "", "0.8", "", "", "", "", ""},
	}, options(r))
	assert.Equal(t, [][]string{{"tr116", "imported", "", "", record.Schema}}, session(r))
	assert.Empty(t, servers(r))
	assert.Equal(t, "", environment(r)[0][2], "no slash of nothing")
}
