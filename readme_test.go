package duet_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
)

// elsewhere are the commands of the documents that this test does not run, why,
// and who does. What they name is held by TestDocsNameWhatThereIs.
var elsewhere = map[string]string{
	"git clone https://github.com/chimeraforge/duet && cd duet":       "needs a network; the copy that all others run in is a clone's",
	"go get -tool github.com/chimeraforge/duet/tools/benchfmt@latest": "needs a network",
	"make test":                       "it is what runs this test",
	"make check":                      "it is what runs this test",
	"make test-all":                   "it runs this test",
	"make fuzz":                       "tools/dev runs what it runs",
	"make vuln":                       "needs a network; check.yml has it as a job",
	"make golden":                     "it would change the goldens that this run compares",
	"make preflight":                  "fails where there is no Ollama, as it should; the tests of pre-flight run it",
	"DUET_MODELS=tiny make preflight": "the same",
	"make bundle":                     "needs a static Ollama; make test runs what it runs",
	"make image":                      "needs a container engine; make test runs what it runs",
	"make ab OLD=HEAD":                "needs two revisions, and the copy has none; its own tests run it",
	"make ab OLD=main":                "the same",
	`make ab OLD=v1 NEW=v2 TAGS=ollama ARGS="-duet.models=tiny -duet.rounds=8"`:     "the same",
	"make ab OLD=. NEW=. TAGS=ollama OLD_OLLAMA=/old/ollama NEW_OLLAMA=/new/ollama": "the same",
	"make bench TAGS=ollama":                                             "needs the study's models; TestRealMatrix runs it with synthetic ones",
	"make bench TAGS=gpu":                                                "needs a GPU; hardware.yml runs it every night",
	"make bench TAGS=ollama RUNTIMES=go,python,rust":                     "needs the study's models; TestRealRuntimes runs it with synthetic ones",
	"make bench TAGS=ollama ARGS=-duet.servers=container":                "needs the study's models; TestRealContainers runs it with synthetic ones",
	`make bench TAGS=ollama ARGS="-suites multi -duet.topology=two,one"`: "needs the study's models; TestRealContainers runs it with synthetic ones",
	"make bench-overhead":                                                "takes half an hour; the tests of suites/overhead hold what it measures with",
	"go run ./tools/duet serve -servers 2 -port 11500":                   "serves until it is stopped; its own tests start and stop it",
	"go test -tags ollama -bench . -timeout 0 ./suites/multi":            "needs the study's models; TestRealMatrix runs it with synthetic ones",
	"go test -tags gpu -bench . -timeout 0 ./suites/multi":               "needs a GPU; hardware.yml runs it every night",
	"go test -tags gpu -bench . -timeout 0 ./suites/multi -duet.gate=default -duet.baseline=results/NAME":                     "needs a GPU; hardware.yml does the same by shards",
	"go test -tags gpu -bench . -timeout 0 ./suites/multi -duet.session=new -duet.gate=gates.yaml -duet.baseline=results/old": "needs a GPU; hardware.yml does the same by shards",
	"go run ./tools/duet bench -tags ollama -duet.servers=container -duet.keep=true":                                          "needs a container engine; TestAKeptPairIsUsedAgainAndByOneSessionAtATime keeps one",
	"docker rm -f $(docker ps -aq --filter label=duet.kept)":                                                                  "needs a container engine",
	"go test -v ./suites/regression":                                                               "make test-all runs it",
	"go run ./tools/benchfmt power":                                                                "takes a while; TestTheTablesOfTheDocsAreThoseOfTheCommand runs it",
	"go run ./tools/benchfmt import -from tr116 STUDY/results -o results/tr116":                    "needs the study's files; TestImport of tools/benchfmt runs it",
	"go run ./tools/benchfmt tables results/tr116":                                                 "the same",
	"DUET_PICTURES=/some/folder go test ./internal/browsertest":                                    "make test-all runs it, without keeping the pictures",
	"go run ./tools/benchfmt merge -o results/named cpu=results/first gpu-box=results/second":      "the copy has one machine; the tests of merge have several",
	"go run ./tools/benchfmt merge -machines -o results/both old=results/before new=results/after": "the same",
}

// TestDocumentedCommandsWork runs the commands of the README and of every page of
// the index, in that order, in a copy of the project.
func TestDocumentedCommandsWork(t *testing.T) {
	golden.Long(t, "builds and measures in a copy of the project, a dozen times")
	if _, err := exec.LookPath("make"); err != nil {
		t.Skip("needs make, which is not on the PATH here")
	}
	dir := copyProject(t)
	for _, line := range documented(t) {
		if elsewhere[line] == "" {
			runIn(t, dir, line)
		}
	}
}

func TestCommandsRunElsewhereAreDocumented(t *testing.T) {
	all := documented(t)
	for line := range elsewhere {
		assert.Contains(t, all, line, "it is in no document any more")
	}
}

// documented are the commands of all documents, each once.
func documented(t *testing.T) (lines []string) {
	t.Helper()
	for _, doc := range slices.Concat([]string{"README.md"}, indexed(t), []string{"CONTRIBUTING.md"}) {
		for _, line := range commands(t, doc) {
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

var (
	fence = regexp.MustCompile("(?ms)^```(\\w*)\n(.*?)^```")
	shell = regexp.MustCompile(`^(make|go|git|docker|DUET_\w+=\S+) `)
)

// commands are the lines of a document's sh blocks.
func commands(t *testing.T, doc string) (lines []string) {
	t.Helper()
	for _, block := range fence.FindAllStringSubmatch(read(t, doc), -1) {
		for line := range strings.Lines(block[2]) {
			line = strings.TrimSpace(line)
			if block[1] == "sh" {
				lines = append(lines, line)
				continue
			}
			assert.False(t, shell.MatchString(line), "%s: %q is a command and not in a sh block, so nobody runs it", doc, line)
		}
	}
	return lines
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

// runIn runs a line of shell. What is compiled with -trimpath does not depend on the
// folder, so that the next copy finds it in Go's build cache.
func runIn(t *testing.T, dir, line string) {
	t.Helper()
	began := time.Now()
	cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-trimpath")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", line, out)
	used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	t.Logf("%s: %.1f s, of processors %.1f s", line, time.Since(began).Seconds(), used.Seconds())
}
