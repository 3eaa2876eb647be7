package metric

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
)

const definitionsPage = "../../docs/definitions.md"

func TestEveryMetricIsListedAndDefined(t *testing.T) {
	golden.AssertPart(t, definitionsPage, "metrics", List())
	page, err := os.ReadFile(definitionsPage)
	require.NoError(t, err)
	before, rest, _ := strings.Cut(string(page), "<!-- begin metrics")
	_, after, _ := strings.Cut(rest, "<!-- end metrics")
	for _, m := range Metrics {
		assert.True(t, strings.Contains(before+after, "`"+m.Name+"`"), "%s has no paragraph in docs/definitions.md", m.Name)
	}
}

func TestEveryMetricHasOneFormulaAndSaysWhatItIs(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range Metrics {
		formulas := 0
		for _, has := range []bool{m.Of != nil, m.OfAgent != nil, m.OfEnergy != nil} {
			if has {
				formulas++
			}
		}
		assert.Equal(t, 1, formulas, m.Name)
		assert.Equal(t, m.Scope == OfAgent, m.OfAgent != nil, m.Name)
		assert.Equal(t, m.Scope == OfEnergy, m.OfEnergy != nil, m.Name)
		assert.NotEmpty(t, m.Sentence, m.Name)
		assert.NotEmpty(t, m.Needs, m.Name)
		assert.False(t, seen[m.Name+" "+string(m.Scope)], "%s twice", m.Name)
		seen[m.Name+" "+string(m.Scope)] = true
	}
	for _, r := range synthetic.Runs() {
		for name := range Derive(r).Values {
			assert.Equal(t, OfRun, By(name).Scope, "%s of metrics.json is in the table", name)
		}
	}
}
