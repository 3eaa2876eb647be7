package findings_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/results"
	_ "github.com/chimeraforge/duet/harness/tr116"
	"github.com/chimeraforge/duet/harness/trust"
)

func document(runs []*record.Run, path func(*record.Run) string) findings.Audit {
	set := metric.NewSet(runs)
	return findings.NewAudit(set, trust.Audit(set, path))
}

func in(t *testing.T, format string, d findings.Document) string {
	t.Helper()
	write, err := findings.Format(format)
	require.NoError(t, err)
	text, err := write(d)
	require.NoError(t, err)
	return text
}

func place(r *record.Run) string {
	return fmt.Sprintf("results/%s/%s/run_%d/metrics.json", r.Session, r.Cell.ID, r.RunNumber)
}

func TestTheSyntheticSessionAsEveryFormat(t *testing.T) {
	d := document(synthetic.Runs(), place)
	text, err := findings.JSON(d)
	require.NoError(t, err)
	golden.Assert(t, "synthetic.md", in(t, "md", d))
	golden.Assert(t, "synthetic.txt", in(t, "text", d))
	golden.Assert(t, "synthetic.json", text)
}

// TestTheStudysOwnFiles keeps the audit that duet was begun for.
func TestTheStudysOwnFiles(t *testing.T) {
	root := golden.Shared(t, "tr116", "raw", "results")
	tree, err := results.ReadTree(root)
	require.NoError(t, err)
	var runs []*record.Run
	for _, f := range tree.Files {
		runs = append(runs, f.Run)
	}
	d := document(runs, func(r *record.Run) string { return "results/" + r.Imported.File })
	golden.Assert(t, "study.md", in(t, "md", d))
}

func TestAnAuditSaysWhatItAudited(t *testing.T) {
	d := document(synthetic.Runs(), place)
	for _, s := range []string{in(t, "md", d), in(t, "text", d)} {
		assert.Contains(t, s, "36 runs, backend: sim, synthetic models – SIMULATED\n")
	}
	assert.Equal(t, "SIMULATED", d.Label)
}

func TestEveryRuleIsInEveryFormat(t *testing.T) {
	d := document(synthetic.Runs(), place)
	text, err := findings.JSON(d)
	require.NoError(t, err)
	for _, f := range d.Findings {
		for _, s := range []string{in(t, "md", d), in(t, "text", d), text} {
			assert.Contains(t, s, f.Code)
		}
	}
}

func TestOnlyJSONNamesEveryFile(t *testing.T) {
	d := document(synthetic.Runs(), place)
	text, err := findings.JSON(d)
	require.NoError(t, err)
	var back findings.Audit
	require.NoError(t, json.Unmarshal([]byte(text), &back))
	assert.Equal(t, findings.Schema, back.Schema)
	for i, f := range d.Findings {
		assert.Equal(t, f.Places, back.Findings[i].Places)
	}
	assert.Contains(t, in(t, "md", d), "more; JSON names all")
}

func TestNamesFromFilesAreNoMarkup(t *testing.T) {
	runs := synthetic.Runs()
	for _, r := range runs {
		r.Cell = r.Cell.With(record.CoordRuntime, "go | <b>x</b> [a](b)")
	}
	s := in(t, "md", document(runs, func(*record.Run) string { return "a`b|c\n# d" }))
	assert.NotContains(t, s, "<b>")
	assert.NotContains(t, s, "[a](b)")
	assert.NotContains(t, s, "\n# d")
	assert.Contains(t, s, "`` a`b|c # d ``")
}

func TestTablesOfAnyLengthStayReadable(t *testing.T) {
	f := record.Finding{Code: "r", Verdict: record.Found, Severity: record.SeverityNote, Title: "t", Evidence: "x"}
	for i := range 100 {
		f.Figures = append(f.Figures, record.Figure{Of: fmt.Sprint("cell ", i), Name: "n"})
	}
	s := in(t, "text", findings.Audit{Findings: []record.Finding{f}})
	assert.Contains(t, s, "… and 40 more rows; JSON has all.")
	assert.Less(t, strings.Count(s, "\n"), 90)
}
