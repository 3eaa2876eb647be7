package duet_test

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/settings"
)

var update = flag.Bool("readme.update", false, "rewrite the generated parts of README.md")

// TestReadmeListsEverySetting holds the README's table to the settings' own.
func TestReadmeListsEverySetting(t *testing.T) {
	section(t, "settings", settings.Table())
}

// section compares a generated part of the README, or rewrites it.
func section(t *testing.T, name, want string) {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	begin, end := fmt.Sprintf("<!-- %s:begin -->\n", name), fmt.Sprintf("<!-- %s:end -->", name)
	before, rest, ok := strings.Cut(string(text), begin)
	require.True(t, ok, begin)
	got, after, ok := strings.Cut(rest, end)
	require.True(t, ok, end)
	if *update {
		require.NoError(t, os.WriteFile("README.md", []byte(before+begin+want+end+after), 0o644))
		return
	}
	require.Equal(t, want, got, "update with: go test . -readme.update")
}

// elsewhere are the commands of the documents that this test does not run, and
// who does.
var elsewhere = map[string]string{
	"make test":              "it is what runs this test",
	"make check":             "it is what runs this test",
	"make test-all":          "it runs this test",
	"make fuzz":              "tools/dev runs what it runs",
	"make vuln":              "needs a network; check.yml has it as a job",
	"make preflight":         "fails where there is no Ollama, as it should; the tests of duet preflight run it",
	"make bench TAGS=ollama": "needs the study's models; TestRealMatrix of duet bench runs it with synthetic ones",
	"make bench TAGS=gpu":    "needs a GPU",
	"make bench TAGS=ollama RUNTIMES=go,python,rust":                     "needs the study's models; TestRealRuntimes of duet bench runs it with synthetic ones",
	"make bench TAGS=ollama ARGS=-duet.servers=container":                "needs the study's models; TestRealContainers of duet bench runs it with synthetic ones",
	`make bench TAGS=ollama ARGS="-suites multi -duet.topology=two,one"`: "needs the study's models; TestRealContainers of duet bench runs it with synthetic ones",
	"make ab OLD=HEAD": "needs two revisions, and the copy has none; the tests of duet ab run it",
	"make bundle":      "needs a static Ollama; make test runs what it runs",
	"make image":       "needs a container engine; make test runs what it runs",
	"make golden":      "it would change the goldens this run compares",
	"go test -tags ollama -bench . -timeout 0 ./suites/multi": "needs the study's models; TestRealMatrix of duet bench runs it with synthetic ones",
	"go test -tags gpu -bench . -timeout 0 ./suites/multi":    "needs a GPU",
}

var fenced = regexp.MustCompile("(?s)```sh\n(.*?)```")

// TestDocumentedCommandsWork runs the documents' commands, in their order, in a
// copy of the project.
func TestDocumentedCommandsWork(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the whole simulated matrix; left out with -short")
	}
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("needs make, which is not on the PATH here")
	}
	dir := copyProject(t)
	seen := map[string]bool{}
	for _, doc := range []string{"README.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile(doc)
		require.NoError(t, err)
		for _, block := range fenced.FindAllStringSubmatch(string(text), -1) {
			for line := range strings.Lines(block[1]) {
				line = strings.TrimSpace(line)
				seen[line] = true
				if elsewhere[line] == "" {
					runIn(t, dir, line)
				}
			}
		}
	}
	for line := range elsewhere {
		require.True(t, seen[line], "%q is in no document any more", line)
	}
}

// copyProject copies what git would clone, with local changes.
func copyProject(t *testing.T) string {
	t.Helper()
	out, err := exec.Command("git", "ls-files", "--cached", "--others", "--exclude-standard").Output()
	require.NoError(t, err, "needs a git checkout")
	dir := t.TempDir()
	for name := range strings.FieldsSeq(string(out)) {
		data, err := os.ReadFile(name)
		if os.IsNotExist(err) {
			continue // deleted and not yet committed
		}
		require.NoError(t, err)
		info, err := os.Stat(name)
		require.NoError(t, err)
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, data, info.Mode()))
	}
	return dir
}

func runIn(t *testing.T, dir, line string) {
	t.Helper()
	began := time.Now()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", line, out)
	t.Logf("%s: %.1f s", line, time.Since(began).Seconds())
}
