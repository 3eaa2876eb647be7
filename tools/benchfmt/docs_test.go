package main

import (
	"flag"
	"os"
	"path/filepath"
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
