package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
)

// aboutTheStudy is what a test calls that reads the study's files.
var aboutTheStudy = regexp.MustCompile(`(\bgolden\.(?:Shared|Study)\()`)

// TestTheQuickCheckNeedsNothingBesideTheCheckout is what a runner of GitHub sees: a
// clone, CI=true, and no study. There it runs the whole of make check (check.yml);
// here the clone is tested where tests read something of the study, or of the
// checkout as a whole.
func TestTheQuickCheckNeedsNothingBesideTheCheckout(t *testing.T) {
	golden.Long(t, "it tests a clone")
	root, err := golden.Root()
	require.NoError(t, err)
	clone := filepath.Join(t.TempDir(), "clone")
	out, err := exec.Command("git", "clone", "-q", root, clone).CombinedOutput()
	require.NoError(t, err, "%s", out)
	t.Chdir(clone)
	t.Setenv("CI", "true")
	t.Setenv(golden.EnvStudy, "")
	c := &checker{}
	c.sayStudy()
	require.Len(t, c.left, 1)
	assert.Contains(t, c.left[0].what, "what is computed from the study's own files")
	all, err := packages(t.Context(), "")
	require.NoError(t, err)
	reading := slices.DeleteFunc(all, func(p pkg) bool {
		found, err := p.find(aboutTheStudy, p.tests())
		require.NoError(t, err)
		return len(found) == 0 && p.Dir != clone
	})
	require.Greater(t, len(reading), 5)
	require.NoError(t, goTest(t.Context(), []string{"GOFLAGS=-trimpath", golden.EnvLong + "=", envSteps + "="}, nil, reading))
}

// TestALeftOutPartFailsCIUnlessItIsAllowed holds the difference between what CI
// must have and what nobody has to.
func TestALeftOutPartFailsCIUnlessItIsAllowed(t *testing.T) {
	t.Setenv("CI", "true")
	t.Setenv(envSteps, filepath.Join(t.TempDir(), "steps"))
	c := &checker{rows: []string{"ok one\n"}, left: []leftOut{{what: "the study", allowed: true}}}
	require.NoError(t, c.conclude(t.Context()))
	c = &checker{rows: []string{"ok two\n"}, left: []leftOut{{what: "Ollama"}}}
	require.ErrorIs(t, c.conclude(t.Context()), errLeftOut)
	text, err := os.ReadFile(os.Getenv(envSteps))
	require.NoError(t, err)
	assert.Equal(t, "ok one\nok two\n", string(text), "the last table of a job has the steps of all")
}

// TestFuzzTargetsAndConcurrentPackagesAreFound: both are found in the source, so
// that nobody has to list them.
func TestFuzzTargetsAndConcurrentPackagesAreFound(t *testing.T) {
	root, err := golden.Root()
	require.NoError(t, err)
	t.Chdir(root)
	found, err := targets(t.Context())
	require.NoError(t, err)
	assert.Greater(t, len(found), 10)
	all, err := packages(t.Context(), "")
	require.NoError(t, err)
	raced, rest, err := concurrent(all)
	require.NoError(t, err)
	assert.Len(t, all, len(raced)+len(rest))
	assert.Contains(t, paths(raced), "github.com/chimeraforge/duet/harness/driver")
	assert.Contains(t, paths(rest), "github.com/chimeraforge/duet/harness/stats")
}
