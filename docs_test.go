package duet_test

import (
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/settings"
)

var update = flag.Bool("docs.update", false, "rewrite the generated parts of the documents")

// index is the page that names all others, in the order in which they are read.
const index = "docs/README.md"

// link is a Markdown link or picture; its target is the second group.
var link = regexp.MustCompile(`\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)`)

// TestSettingsAreDocumented holds the table of docs/settings.md to the settings' own.
func TestSettingsAreDocumented(t *testing.T) {
	section(t, "docs/settings.md", "settings", settings.Table())
}

// section compares a generated part of a document, or rewrites it.
func section(t *testing.T, doc, name, want string) {
	t.Helper()
	begin, end := fmt.Sprintf("<!-- %s:begin -->\n", name), fmt.Sprintf("<!-- %s:end -->", name)
	before, rest, ok := strings.Cut(read(t, doc), begin)
	require.True(t, ok, begin)
	got, after, ok := strings.Cut(rest, end)
	require.True(t, ok, end)
	if *update {
		require.NoError(t, os.WriteFile(doc, []byte(before+begin+want+end+after), 0o644))
		return
	}
	require.Equal(t, want, got, "update with: go test . -run Documented -docs.update")
}

func TestReadmeIsAPage(t *testing.T) {
	assert.LessOrEqual(t, strings.Count(read(t, "README.md"), "\n"), 150)
}

// TestDocsIndexNamesEveryPage keeps pages from getting lost.
func TestDocsIndexNamesEveryPage(t *testing.T) {
	named := map[string]bool{index: true}
	for _, page := range indexed(t) {
		assert.False(t, named[page], "%s is in the index twice", page)
		named[page] = true
	}
	pages, err := filepath.Glob("docs/*.*")
	require.NoError(t, err)
	for _, page := range pages {
		assert.True(t, named[page], "%s is not in %s", page, index)
	}
}

// indexed are the pages of the index's tables, in its order.
func indexed(t *testing.T) (pages []string) {
	t.Helper()
	for line := range strings.Lines(read(t, index)) {
		if m := link.FindStringSubmatch(line); m != nil && strings.HasPrefix(line, "| [") {
			pages = append(pages, filepath.Join("docs", m[2]))
		}
	}
	return pages
}

// TestLinksOfDocsResolve follows every link from file to file, to its heading.
func TestLinksOfDocsResolve(t *testing.T) {
	for _, doc := range documents(t) {
		for _, m := range link.FindAllStringSubmatch(read(t, doc), -1) {
			target, anchor, _ := strings.Cut(m[2], "#")
			if strings.Contains(target, "://") {
				assert.True(t, strings.HasPrefix(target, "https://"), "%s: %s", doc, target)
				continue
			}
			path := doc
			if target != "" {
				path = filepath.Join(filepath.Dir(doc), target)
			}
			if assert.FileExists(t, fileOf(path), "%s links to %s", doc, m[2]) && anchor != "" {
				assert.Contains(t, anchors(read(t, path)), anchor, "%s links to %s", doc, m[2])
			}
		}
	}
}

// fileOf is a file that must be there where a path is: a folder has a README.
func fileOf(path string) string {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return filepath.Join(path, "README.md")
	}
	return path
}

var (
	heading     = regexp.MustCompile(`(?m)^#+ (.*)$`)
	notInAnchor = regexp.MustCompile(`[^\p{L}\p{N}\- _]`)
)

// anchors are the names that GitHub gives a document's headings.
func anchors(text string) (out []string) {
	for _, m := range heading.FindAllStringSubmatch(text, -1) {
		name := notInAnchor.ReplaceAllString(strings.ToLower(link.ReplaceAllString(m[1], "$1")), "")
		out = append(out, strings.ReplaceAll(name, " ", "-"))
	}
	return out
}

var (
	span     = regexp.MustCompile("(?s)```.*?```|`[^`\n]+`")
	comment  = regexp.MustCompile(`(?m)^\s*#.*$`) // of a workflow
	saidMake = regexp.MustCompile(`\bmake ([a-z][\w-]*)`)
	saidFlag = regexp.MustCompile(`-duet\.[a-z][\w-]*`)
	saidVar  = regexp.MustCompile(`\bDUET_[A-Z][A-Z_]*`)
	saidPath = regexp.MustCompile("(?:[ `]|\\./)((?:harness|suites|tools|docs|internal|golden|testdata|\\.github|\\.ci)/[\\w./-]*\\w)(<?)")
)

// TestDocsNameWhatThereIs looks for every make target, flag, variable and path of
// the project that a document has in its code, and a workflow anywhere.
func TestDocsNameWhatThereIs(t *testing.T) {
	makefile, flags, source := read(t, "Makefile"), settings.Table(), sources(t)
	workflows, err := filepath.Glob(".github/*/*.yml")
	require.NoError(t, err)
	for _, doc := range append(documents(t), workflows...) {
		if doc == "CHANGELOG.md" {
			continue // what was there once
		}
		code := comment.ReplaceAllString(read(t, doc), "")
		if filepath.Ext(doc) == ".md" {
			code = strings.Join(span.FindAllString(read(t, doc), -1), "\n")
		}
		for _, m := range saidMake.FindAllStringSubmatch(code, -1) {
			assert.Contains(t, makefile, "\n"+m[1]+":", "%s: %s", doc, m[0])
		}
		for _, name := range saidFlag.FindAllString(code, -1) {
			assert.Contains(t, flags, "`"+name+"`", doc)
		}
		for _, name := range saidVar.FindAllString(code, -1) {
			assert.True(t, strings.Contains(flags, "`"+name+"`") || strings.Contains(source, `"`+name), "%s: %s", doc, name)
		}
		for _, m := range saidPath.FindAllStringSubmatch(code, -1) {
			if m[2] == "" { // not a pattern
				_, err := os.Stat(m[1])
				assert.NoError(t, err, doc)
			}
		}
	}
}

// TestHouseNamesEveryRoom keeps the map of docs/house.md true.
func TestHouseNamesEveryRoom(t *testing.T) {
	house := read(t, "docs/house.md")
	for _, floor := range []string{"suites", "harness", "internal", "tools"} {
		rooms, err := os.ReadDir(floor)
		require.NoError(t, err)
		_, part, ok := strings.Cut(house, "\n"+floor+"/")
		require.True(t, ok, floor)
		for _, room := range rooms {
			if room.IsDir() {
				assert.Regexp(t, `\b`+room.Name()+`\b`, strings.SplitN(part, "\n```", 2)[0], "of %s", floor)
			}
		}
	}
}

// sources is all Go code of the project.
func sources(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(path) == ".go" {
			b.WriteString(read(t, path))
		}
		return err
	}))
	return b.String()
}

// documents are all Markdown files that people read.
func documents(t *testing.T) []string {
	t.Helper()
	out, err := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md").Output()
	require.NoError(t, err, "needs a git checkout")
	var docs []string
	for doc := range strings.FieldsSeq(string(out)) {
		if _, err := os.Stat(doc); err == nil && !strings.Contains(doc, "testdata/golden") {
			docs = append(docs, doc)
		}
	}
	return docs
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	return string(text)
}
