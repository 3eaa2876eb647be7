package report

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNoTextCanAddACommand(t *testing.T) {
	a := Annotation{Warning, "a,b: c", "50 % worse\n::error::x"}
	assert.Equal(t, "::warning title=a%2Cb%3A c::50 %25 worse%0A::error::x", a.String())
}

func TestMarkdownIsAddedToTheJobsSummary(t *testing.T) {
	path := filepath.Join(t.TempDir(), "summary.md")
	require.NoError(t, os.WriteFile(path, []byte("before\n"), 0o644))
	t.Setenv(SummaryVariable, path)
	var out strings.Builder
	require.NoError(t, WriteAnnotations(&out, []Annotation{{Error, "t", "m"}}, "## table\n"))
	assert.Equal(t, "::error title=t::m\n", out.String())
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, "before\n## table\n", string(text))
}

func TestWithoutASummaryMarkdownIsPrinted(t *testing.T) {
	t.Setenv(SummaryVariable, "")
	var out strings.Builder
	require.NoError(t, WriteAnnotations(&out, nil, "## table\n"))
	assert.Equal(t, "## table\n", out.String())
}

func TestMoreThanGitHubShowsIsCounted(t *testing.T) {
	t.Setenv(SummaryVariable, "")
	var all []Annotation
	for i := range 13 {
		all = append(all, Annotation{Warning, "t", fmt.Sprint(i)})
	}
	var out strings.Builder
	require.NoError(t, WriteAnnotations(&out, all, ""))
	assert.Equal(t, 11, strings.Count(out.String(), "\n"))
	assert.Contains(t, out.String(), "::notice title=more::3 more remarks are in the summary")
}
