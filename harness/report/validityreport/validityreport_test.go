package validityreport_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/report/validityreport"
	"github.com/chimeraforge/duet/harness/trust"
)

// sessions are one in which much is wrong, and one of which nothing was written
// but runs.
func sessions() validityreport.Document {
	s := trust.Session{Dir: "results/synthetic"}
	for _, r := range synthetic.Runs() {
		s.Files = append(s.Files, trust.File{Path: fmt.Sprintf("%s/run_%d/metrics.json", r.Cell.ID, r.RunNumber), Run: r})
	}
	bare := s
	bare.Dir, bare.Files = "results/bare", slices.Clone(s.Files)
	for i := range s.Files[:7] {
		s.Files[i].Path = fmt.Sprintf("elsewhere\x1b/%d/metrics.json", i)
	}
	s.RecordErr = "line 1, column 2: unexpected end"
	return validityreport.New([]trust.Verdict{s.Validate(), bare.Validate()})
}

func TestEveryFormatSaysTheSame(t *testing.T) {
	d := sessions()
	assert.False(t, d.Valid)
	text, err := validityreport.JSON(d)
	require.NoError(t, err)
	golden.Assert(t, "sessions.txt", validityreport.Text(d))
	golden.Assert(t, "sessions.json", text)
	for _, v := range d.Sessions {
		for _, r := range v.Findings {
			assert.Contains(t, validityreport.Text(d), r.Code)
			assert.Contains(t, text, r.Code)
		}
	}
}

func TestNoWordOfAFileIsObeyedByATerminal(t *testing.T) {
	assert.NotContains(t, validityreport.Text(sessions()), "\x1b")
}

func TestOnlyJSONNamesEveryFile(t *testing.T) {
	d := sessions()
	text, err := validityreport.JSON(d)
	require.NoError(t, err)
	assert.Contains(t, validityreport.Text(d), "… and 2 more; -format json names all")
	assert.Equal(t, 7+1, strings.Count(text, `"file": "elsewhere`), "seven out of place, one of them failed")
}

func TestNothingAtAllIsValid(t *testing.T) {
	assert.True(t, validityreport.New(nil).Valid, "the command refuses to be asked about nothing")
}
