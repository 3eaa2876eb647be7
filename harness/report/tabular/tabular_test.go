package tabular_test

import (
	"encoding/csv"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/report/tabular"
)

func TestEveryTableOfTheSyntheticSession(t *testing.T) {
	for _, table := range analysis.NewSet(synthetic.Runs()).Tables() {
		t.Run(table.ID, func(t *testing.T) {
			golden.Assert(t, table.ID+".txt", tabular.Text(table, 160))
			golden.Assert(t, table.ID+".md", tabular.Markdown(table))
			golden.Assert(t, table.ID+".csv", tabular.CSV(table))
		})
	}
}

func TestATextTableFitsWhereItCan(t *testing.T) {
	for _, table := range analysis.NewSet(synthetic.Runs()).Tables() {
		for _, width := range []int{100, 120, 160} {
			text := tabular.Text(table, width)
			for line := range strings.Lines(text) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%s at %d columns has %d: %s", table.ID, width, n, line)
				}
			}
		}
	}
}

func TestColumnsThatDoNotFitAreNamed(t *testing.T) {
	table := analysis.NewSet(synthetic.Runs()).ConfigSummary()
	assert.NotContains(t, tabular.Text(table, 0), "No room here")
	assert.Contains(t, tabular.Text(table, 100), "No room here, in the CSV: efficiency measured min, %, efficiency measured max, %")
}

func TestWhatIsTheSameInEveryRowIsSaidOnce(t *testing.T) {
	table := analysis.NewSet(synthetic.Runs()).RateSummary()
	folded, every := tabular.Fold(table)
	assert.Equal(t, "Every row: runtime go · gpu 80 layers · ctx 512 tok · temp 1.0.", every)
	assert.Less(t, len(folded.Columns), len(table.Columns))
	table.Rows = table.Rows[:1]
	folded, every = tabular.Fold(table)
	assert.Empty(t, every)
	assert.Equal(t, table, folded)
}

func TestCellsAsAReaderSeesThem(t *testing.T) {
	zero, tiny, nan := 0.0, -0.0001, math.NaN()
	c := analysis.Column{Decimals: 1}
	missing := analysis.Num(&zero)
	missing.Missing = 2
	for _, tt := range []struct {
		name, want string
		v          analysis.Value
	}{
		{"an exact zero is a value", "0.0", analysis.Num(&zero)},
		{"no negative zero", "0.0", analysis.Num(&tiny)},
		{"absent", "n/a", analysis.Num(nil)},
		{"not a number is absent", "n/a", analysis.Num(&nan)},
		{"left out values are counted", "0.0 (2 n/a)", missing},
		{"nothing but absent values", "n/a (3)", analysis.Value{Missing: 3}},
		{"text stays on its line", "a b", analysis.Text("a\r\n\x1bb")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, tabular.Cell(c, tt.v))
		})
	}
}

func TestCSVIsRectangularWithUniqueNames(t *testing.T) {
	for _, table := range analysis.NewSet(synthetic.Runs()).Tables() {
		records, err := csv.NewReader(strings.NewReader(tabular.CSV(table))).ReadAll()
		require.NoError(t, err, table.ID)
		seen := map[string]bool{}
		for _, name := range records[0] {
			assert.False(t, seen[name], "%s: column %s twice", table.ID, name)
			seen[name] = true
		}
		assert.Len(t, records, 1+len(table.Rows), table.ID)
	}
}

func TestNothingInMarkdownIsMarkup(t *testing.T) {
	got := tabular.Escape("<b>|*x*[y](z)`\n# `")
	assert.NotContains(t, got, "<")
	assert.Equal(t, "&lt;b&gt;\\|\\*x\\*\\[y\\](z)\\` # \\`", got)
}
