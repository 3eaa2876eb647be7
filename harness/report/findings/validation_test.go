package findings_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/trust"
)

// sessions are one in which much is wrong, and one of which nothing was written
// but runs.
func sessions() findings.Validation {
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
	return findings.NewValidation([]trust.Verdict{s.Validate(), bare.Validate()})
}

func TestEveryFormatOfAValidationSaysTheSame(t *testing.T) {
	d := sessions()
	assert.False(t, d.Valid)
	text, err := findings.JSON(d)
	require.NoError(t, err)
	golden.Assert(t, "sessions.txt", in(t, "text", d))
	golden.Assert(t, "sessions.json", text)
	for _, v := range d.Sessions {
		for _, r := range v.Findings {
			assert.Contains(t, in(t, "text", d), r.Code)
			assert.Contains(t, text, r.Code)
		}
	}
}

func TestNoWordOfAFileIsObeyedByATerminal(t *testing.T) {
	assert.NotContains(t, in(t, "text", sessions()), "\x1b")
}

func TestOnlyJSONNamesEveryFileOfASession(t *testing.T) {
	d := sessions()
	text, err := findings.JSON(d)
	require.NoError(t, err)
	assert.Contains(t, in(t, "text", d), "… and 2 more; JSON names all")
	assert.Equal(t, 7+1, strings.Count(text, `"file": "elsewhere`), "seven out of place, one of them failed")
}

func TestNothingAtAllIsValid(t *testing.T) {
	assert.True(t, findings.NewValidation(nil).Valid, "the command refuses to be asked about nothing")
}

func TestATableNamesTheFirstPlaces(t *testing.T) {
	f := record.Finding{Evidence: "why", Places: []record.Place{{File: "a", Reason: "two"}, {File: "b"}, {File: "b", Reason: "three"}}}
	assert.Equal(t, "why · a: two · b · b: three", findings.But(f))
	f.Places = append(f.Places, record.Place{File: "c"})
	assert.Equal(t, "why · a: two · b · b: three · and 1 more", findings.But(f))
}

func TestAFindingOnAPageIsNoMarkup(t *testing.T) {
	f := record.Finding{Code: "c", Severity: record.SeverityError, Title: "<b>", Evidence: "9 % & \"more\"", Do: "a < b"}
	assert.Equal(t, "<h3>&lt;b&gt;</h3>\n<p><span class=\"severity error\">error</span> · <code>c</code></p>\n<p>9\u00a0% &amp; &#34;more&#34;</p>\n<p>To do: a &lt; b</p>\n", findings.HTML(f))
}
