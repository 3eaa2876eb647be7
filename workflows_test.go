package duet_test

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"

	"github.com/chimeraforge/duet/harness/settings"
)

// workflow has the keys that ours use: another is a question for a reviewer, and a
// misspelt one does not pass as nothing.
type workflow struct {
	Name        string
	On          map[string]any
	Permissions map[string]string
	Concurrency any
	Jobs        map[string]job
}

type job struct {
	Name        string
	Needs       string
	If          string
	RunsOn      any `yaml:"runs-on"`
	Timeout     int `yaml:"timeout-minutes"`
	Permissions map[string]string
	Strategy    any
	Env         map[string]string
	Steps       []struct {
		Name, ID, If, Uses, Run string
		ContinueOnError         string `yaml:"continue-on-error"`
		With, Env               map[string]string
	}
}

// workflows reads all of them strictly.
func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	files, err := filepath.Glob(".github/workflows/*")
	require.NoError(t, err)
	out := map[string]workflow{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		d := yaml.NewDecoder(bytes.NewReader(text))
		d.KnownFields(true)
		var w workflow
		require.NoError(t, d.Decode(&w), file)
		out[filepath.Base(file)] = w
	}
	require.ElementsMatch(t, []string{"check.yml", "hardware.yml"}, slices.Collect(maps.Keys(out)))
	return out
}

// eachJob calls a test for every job.
func eachJob(t *testing.T, test func(t *testing.T, file, id string, j job)) {
	for file, w := range workflows(t) {
		for id, j := range w.Jobs {
			t.Run(file+"/"+id, func(t *testing.T) { test(t, file, id, j) })
		}
	}
}

// mayMore are the jobs that may do more than read the repository, and what.
var mayMore = map[string]map[string]string{
	"hardware.yml/judge": {"contents": "read", "actions": "read"},
}

func TestWorkflowsMayDoLittle(t *testing.T) {
	for file, w := range workflows(t) {
		assert.Equal(t, map[string]string{"contents": "read"}, w.Permissions, file)
		assert.NotContains(t, w.On, "pull_request_target", "%s: it runs with a token that can write", file)
		assert.NotContains(t, w.On, "workflow_run", "%s: likewise", file)
		assert.NotNil(t, w.Concurrency, file)
	}
	eachJob(t, func(t *testing.T, file, id string, j job) {
		assert.Equal(t, mayMore[file+"/"+id], j.Permissions)
		assert.Positive(t, j.Timeout, "without timeout-minutes a job that hangs takes six hours")
	})
}

func TestNoPullRequestGetsToTheHardware(t *testing.T) {
	all := workflows(t)
	require.ElementsMatch(t, []string{"schedule", "workflow_dispatch"}, slices.Collect(maps.Keys(all["hardware.yml"].On)))
	for id, j := range all["check.yml"].Jobs {
		assert.Equal(t, "ubuntu-latest", j.RunsOn, id)
	}
}

func TestActionsArePinned(t *testing.T) {
	pinned := regexp.MustCompile(`^\s*(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	digests := map[string]string{}
	for file := range workflows(t) {
		text, err := os.ReadFile(filepath.Join(".github/workflows", file))
		require.NoError(t, err)
		for line := range strings.Lines(string(text)) {
			line = strings.TrimRight(line, "\n")
			if !strings.Contains(line, "uses:") {
				continue
			}
			assert.Regexp(t, pinned, line, file)
			_, use, _ := strings.Cut(line, "uses: ")
			action, digest, _ := strings.Cut(use, "@")
			if other, ok := digests[action]; ok {
				assert.Equal(t, other, digest, "%s: one version of %s everywhere", file, action)
			}
			digests[action] = digest
		}
	}
}

func TestStepsOfWorkflowsAreCareful(t *testing.T) {
	eachJob(t, func(t *testing.T, file, id string, j job) {
		for _, s := range j.Steps {
			assert.NotContains(t, s.Run, "${{", "a value goes into a line of shell through env, or it is a part of the line")
			action, _, _ := strings.Cut(s.Uses, "@")
			switch action {
			case "actions/checkout":
				assert.Equal(t, "false", s.With["persist-credentials"], "the token stays out of .git/config")
			case "actions/setup-go":
				if file+"/"+id != "check.yml/vulnerabilities" {
					assert.Equal(t, "go.mod", s.With["go-version-file"])
				}
			}
		}
		text, err := yaml.Marshal(j)
		require.NoError(t, err)
		assert.NotContains(t, string(text), "secrets.")
	})
}

var (
	makeTarget = regexp.MustCompile(`\bmake (?:-C \S+ )?([a-z][\w-]*)`)
	toolPath   = regexp.MustCompile(`\./tools/\w+`)
	flagName   = regexp.MustCompile(`-duet\.([\w-]+)|\bDUET_(\w+)`)
	verb       = regexp.MustCompile(`bin/benchfmt (\w+)`)
	script     = regexp.MustCompile(`\.github/[\w/]+\.(?:sh|yaml)`)
)

// TestWorkflowsRunWhatThereIs holds the lines of shell to the Makefile, the tools,
// the settings and the files that they name.
func TestWorkflowsRunWhatThereIs(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	require.NoError(t, err)
	verbs, err := os.ReadFile("tools/benchfmt/main.go")
	require.NoError(t, err)
	known := settings.Table()
	eachJob(t, func(t *testing.T, _, _ string, j job) {
		named := strings.Join(slices.Collect(maps.Keys(j.Env)), " ")
		for _, s := range j.Steps {
			named += "\n" + s.Run + "\n" + strings.Join(slices.Collect(maps.Keys(s.Env)), " ")
		}
		for _, m := range makeTarget.FindAllStringSubmatch(named, -1) {
			assert.True(t, strings.Contains(string(makefile), "\n"+m[1]+":"), "make %s", m[1])
		}
		for _, m := range verb.FindAllStringSubmatch(named, -1) {
			assert.True(t, strings.Contains(string(verbs), "\n\t\t\""+m[1]+"\":"), "benchfmt %s", m[1])
		}
		for _, path := range append(toolPath.FindAllString(named, -1), script.FindAllString(named, -1)...) {
			assert.FileExists(t, existing(path))
		}
		for _, m := range flagName.FindAllStringSubmatch(named, -1) {
			flag := "-duet." + strings.ToLower(strings.ReplaceAll(m[1]+m[2], "_", "-"))
			assert.True(t, strings.Contains(known, "`"+flag+"`"), flag)
		}
	})
}

// existing is a file that must be there: a tool is a folder with a main.go.
func existing(path string) string {
	if strings.HasPrefix(path, "./tools/") {
		return filepath.Join(path, "main.go")
	}
	return path
}
