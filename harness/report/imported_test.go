package report

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

// foreign is a run of another tool, which says nothing of its time.
func foreign() *metrics.Run {
	layers, temperature := 80, float64(float32(0.8)) // as a Rust client writes it
	return &metrics.Run{
		Schema: metrics.Schema, Session: "tr116", Suite: metrics.SuiteMulti, Status: metrics.StatusOK, RunNumber: 1,
		Cell: metrics.Cell{ID: "c", Runtime: "python", Scenario: "chimera-homo"}, Backend: metrics.Backend{Kind: "imported"},
		Imported: &metrics.Imported{Agents: []metrics.ImportedAgent{
			{Agent: "collector", Label: "baseline", Pass: metrics.PassConcurrent},
			{Agent: "insight", Label: "chimera", Pass: metrics.PassConcurrent, Options: metrics.ImportedOptions{NumGPU: &layers, Temperature: &temperature}},
		}},
	}
}

func TestRunsThatDoNotSayWhenHaveNoDay(t *testing.T) {
	a, b := foreign(), foreign()
	assert.Equal(t, "session tr116 · backend: imported · 2 runs", subtitle(analysis.NewSet([]*metrics.Run{a, b})))
	a.Started = time.Date(2025, 11, 26, 23, 0, 0, 0, time.UTC)
	assert.Equal(t, "session tr116 · backend: imported · 2025-11-26 (not said by 1) · 2 runs", subtitle(analysis.NewSet([]*metrics.Run{a, b})))
}

func TestTheProvenanceOfAnImportedRunIsWhatItsFileStates(t *testing.T) {
	r := foreign()
	assert.Equal(t, [][]string{
		{"multi", "chimera-homo", "collector", "baseline", "", "", "", "", "", "", "", ""},
		{"multi", "chimera-homo", "insight", "chimera", "80", "", "0.8", "", "", "", "", ""},
	}, options(r))
	assert.Equal(t, [][]string{{"tr116", "imported", "", "", metrics.Schema}}, session(r))
	assert.Empty(t, servers(r))
	assert.Equal(t, "", environment(r)[0][2], "no slash of nothing")
}
