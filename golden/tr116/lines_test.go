package tr116_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
)

// line is a line of the study with the headings it stands below.
type line struct {
	number   int
	text     string
	headings []string // by level
}

// under reports whether a line stands below a heading.
func (l line) under(heading string) bool {
	for _, h := range l.headings {
		if strings.Contains(h, heading) {
			return true
		}
	}
	return heading == ""
}

var heading = regexp.MustCompile(`^(#+) (.*)$`)

// readStudy splits the study's Markdown. Its appendices B and H are documents
// with headings of their own, so what matters is every heading since the last
// one of level two that begins a section of the study.
func readStudy(t testing.TB) []line {
	t.Helper()
	data, err := os.ReadFile(golden.Shared(t, "tr116", "Technical_Report_116.md"))
	require.NoError(t, err)
	var out []line
	var section, sub string
	for i, text := range strings.Split(strings.ReplaceAll(string(data), "\r\n", "\n"), "\n") {
		if m := heading.FindStringSubmatch(text); m != nil {
			switch {
			case len(m[1]) == 2 && strings.HasPrefix(m[2], "Appendix"), len(m[1]) == 2 && !strings.HasPrefix(section, "Appendix"):
				section, sub = m[2], ""
			default:
				sub = m[2]
			}
		}
		out = append(out, line{i + 1, strings.TrimRight(text, " \t"), []string{section, sub}})
	}
	return out
}
