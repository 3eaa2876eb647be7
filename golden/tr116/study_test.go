package tr116_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/table"
)

// names are digits that are no figures.
var names = regexp.MustCompile(`(?i)TR\d+(/\d+)?|qwen ?2\.5(:7b)?|gemma ?3|llama ?3\.1|^\d+\. |^##+ \d+\. |(baseline|chimera)_TP`)

var digit = regexp.MustCompile(`\d`)

func TestEveryFigureOfTheStudyIsACellComputedFromItsRawFiles(t *testing.T) {
	lines := readStudy(t)
	computed := raw(t)
	require.NotEmpty(t, computed)
	c := newComparison(t, computed)
	for _, l := range lines {
		if !c.heading(l) && !c.line(l) && digit.MatchString(names.ReplaceAllString(l.text, "")) && !isSilent(l) {
			t.Errorf("line %d of the study has figures that nothing is compared with: %s", l.number, l.text)
		}
	}
	c.complete()
	t.Log(c.summary())
}

func isSilent(l line) bool {
	for _, s := range silent {
		if l.under(s.under) && strings.HasPrefix(l.text, s.text) {
			return true
		}
	}
	return false
}

// recorder stands in for a test that is expected to fail.
type recorder struct{ said strings.Builder }

func (r *recorder) Errorf(format string, args ...any) {
	r.said.WriteString(fmt.Sprintf(format, args...) + "\n")
}

// TestAWrongFigureIsFound changes one figure of every column of every table by a
// unit in its last place.
func TestAWrongFigureIsFound(t *testing.T) {
	lines, computed := readStudy(t), raw(t)
	for i := range computed {
		spoil(&computed[i])
	}
	r := &recorder{}
	c := newComparison(r, computed)
	for _, l := range lines {
		_ = c.heading(l) || c.line(l)
	}
	for _, p := range tables {
		for _, name := range p.slots {
			if x, ok := c.index.columns[p.table][name]; ok && isFigure(c.index.tables[p.table], x) {
				assert.Contains(t, r.said.String(), "table tr116_"+p.table+", "+c.index.names[p.table][0]+"; "+name+":")
			}
		}
	}
}

func isFigure(t table.Table, column int) bool { return t.Rows[0][column].Kind == table.Number }

// spoil changes the figures of a table's first row, but for what names it.
func spoil(t *table.Table) {
	for i, c := range t.Columns {
		if !slices.Contains(keys[strings.TrimPrefix(t.ID, "tr116_")], c.Name) {
			t.Rows[0][i].Num += math.Pow10(-c.Decimals)
		}
	}
}
