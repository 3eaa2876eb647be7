package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
)

// TestTheQuickCheckNeedsNothingBesideTheCheckout is what a runner of GitHub sees:
// a clone, CI=true, and no study.
func TestTheQuickCheckNeedsNothingBesideTheCheckout(t *testing.T) {
	golden.Long(t, "it runs make check in a clone")
	root, err := golden.Root()
	require.NoError(t, err)
	clone := filepath.Join(t.TempDir(), "clone")
	out, err := exec.Command("git", "clone", "-q", root, clone).CombinedOutput()
	require.NoError(t, err, "%s", out)
	cmd := exec.Command("make", "check")
	cmd.Dir = clone
	cmd.Env = append(os.Environ(), "CI=true", golden.EnvStudy+"=", golden.EnvLong+"=", envSteps+"=")
	out, err = cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.Contains(t, string(out), "Left out:\n")
	assert.Contains(t, string(out), "what is computed from the study's own files")
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
