package table_test

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
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/table"
)

func TestEveryTableOfTheSyntheticSession(t *testing.T) {
	for _, tab := range metric.NewSet(synthetic.Runs()).Tables() {
		t.Run(tab.ID, func(t *testing.T) {
			golden.Assert(t, tab.ID+".txt", table.Plain(tab, 160))
			golden.Assert(t, tab.ID+".md", table.Markdown(tab))
			golden.Assert(t, tab.ID+".csv", table.CSV(tab))
		})
	}
}

func TestATextTableFitsWhereItCan(t *testing.T) {
	for _, tab := range metric.NewSet(synthetic.Runs()).Tables() {
		for _, width := range []int{100, 120, 160} {
			text := table.Plain(tab, width)
			for line := range strings.Lines(text) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("%s at %d columns has %d: %s", tab.ID, width, n, line)
				}
			}
		}
	}
}

func TestColumnsThatDoNotFitAreNamed(t *testing.T) {
	tab := metric.NewSet(synthetic.Runs()).ConfigSummary()
	assert.NotContains(t, table.Plain(tab, 0), "No room here")
	assert.Contains(t, table.Plain(tab, 100), "No room here, in the CSV: efficiency measured min, %, efficiency measured max, %")
}

func TestWhatIsTheSameInEveryRowIsSaidOnce(t *testing.T) {
	tab := metric.NewSet(synthetic.Runs()).RateSummary()
	folded, every := table.Fold(tab)
	assert.Equal(t, "Every row: runtime go · gpu 80 layers · ctx 512 tok · temp 1.0.", every)
	assert.Less(t, len(folded.Columns), len(tab.Columns))
	tab.Rows = tab.Rows[:1]
	folded, every = table.Fold(tab)
	assert.Empty(t, every)
	assert.Equal(t, tab, folded)
}

func TestCellsAsAReaderSeesThem(t *testing.T) {
	zero, tiny, nan := 0.0, -0.0001, math.NaN()
	c := table.Column{Decimals: 1}
	missing := table.Num(&zero)
	missing.Missing = 2
	for _, tt := range []struct {
		name, want string
		v          table.Value
	}{
		{"an exact zero is a value", "0.0", table.Num(&zero)},
		{"no negative zero", "0.0", table.Num(&tiny)},
		{"absent", "n/a", table.Num(nil)},
		{"not a number is absent", "n/a", table.Num(&nan)},
		{"left out values are counted", "0.0 (2 n/a)", missing},
		{"nothing but absent values", "n/a (3)", table.Value{Missing: 3}},
		{"text stays on its line", "a b", table.Text("a\r\n\x1bb")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, table.Cell(c, tt.v))
		})
	}
}

func TestCSVIsRectangularWithUniqueNames(t *testing.T) {
	for _, tab := range metric.NewSet(synthetic.Runs()).Tables() {
		records, err := csv.NewReader(strings.NewReader(table.CSV(tab))).ReadAll()
		require.NoError(t, err, tab.ID)
		seen := map[string]bool{}
		for _, name := range records[0] {
			assert.False(t, seen[name], "%s: column %s twice", tab.ID, name)
			seen[name] = true
		}
		assert.Len(t, records, 1+len(tab.Rows), tab.ID)
	}
}

func TestNothingInMarkdownIsMarkup(t *testing.T) {
	got := table.Escape("<b>|*x*[y](z)`\n# `")
	assert.NotContains(t, got, "<")
	assert.Equal(t, "&lt;b&gt;\\|\\*x\\*\\[y\\](z)\\` # \\`", got)
}
