package main

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var updateDocs = flag.Bool("docs.update", false, "rewrite the generated part of docs/gates.md")

// TestTheTablesOfTheDocsAreThoseOfTheCommand holds docs/gates.md to "benchfmt
// power".
func TestTheTablesOfTheDocsAreThoseOfTheCommand(t *testing.T) {
	const begin, end = "<!-- power:begin -->\n", "<!-- power:end -->"
	path := filepath.Join("..", "..", "docs", "gates.md")
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	before, rest, ok := strings.Cut(string(text), begin)
	require.True(t, ok, begin)
	got, after, ok := strings.Cut(rest, end)
	require.True(t, ok, end)
	want := printed(t, "power", "-format", "md")
	if *updateDocs {
		require.NoError(t, os.WriteFile(path, []byte(before+begin+want+end+after), 0o644))
		return
	}
	require.Equal(t, want, got, "update with: go test ./tools/benchfmt -run TablesOfTheDocs -docs.update")
}

// TestWhatIsQuotedOfTheTableOfDriftIsInIt holds the prose to the table that the
// test above makes.
func TestWhatIsQuotedOfTheTableOfDriftIsInIt(t *testing.T) {
	read := func(path ...string) string {
		text, err := os.ReadFile(filepath.Join(append([]string{"..", ".."}, path...)...))
		require.NoError(t, err)
		return string(text)
	}
	row := func(truth, drift, order string) []string {
		t.Helper()
		m := regexp.MustCompile(`(?m)^\| ` + regexp.QuoteMeta(truth+" | "+drift+" | "+order) + ` \| (.*) \|$`).FindStringSubmatch(read("docs", "gates.md"))
		require.NotNil(t, m, "%s, %s, %s", truth, drift, order)
		return strings.Split(m[1], " | ") // pass, inconclusive, fail, some difference, found, cells found
	}
	rounded := func(percent string) string {
		f, err := strconv.ParseFloat(percent, 64)
		require.NoError(t, err)
		return strconv.FormatFloat(f, 'f', 0, 64)
	}
	blocks, turns := row("nothing changed", "5 %", "one after the other"), row("nothing changed", "5 %", "round by round (ABBA)")
	found := row("5 % lost in every cell", "5 %", "round by round (ABBA)")
	require.Contains(t, read("docs", "ab.md"), "some difference in "+rounded(blocks[3])+" % of cases and the shipped gate fails in "+rounded(blocks[2])+" %; in turn it is "+turns[3]+" % and none")
	require.Equal(t, "0.0", turns[2], "none")
	require.Equal(t, "100.0", row("nothing changed", "10 %", "one after the other")[3], "at 10 % every time")
	require.Contains(t, read("docs", "ab.md"), "is found in "+rounded(found[5])+" of 100 cells")
	require.Contains(t, read("docs", "regressions.md"), "show a difference that is not there in "+rounded(blocks[3])+" % of cases, in turn in "+turns[3]+" %")
}
