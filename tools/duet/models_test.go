//go:build ollama || gpu

package main

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

func TestOutWritesTheThreeModels(t *testing.T) {
	dir := t.TempDir()
	var out bytes.Buffer
	require.NoError(t, models(t.Context(), &out, io.Discard, []string{"-out", dir}))
	assert.Equal(t, 3, strings.Count(out.String(), "\n"))
	assert.FileExists(t, filepath.Join(dir, "duet-tiny-qwen2.gguf"))
	assert.Contains(t, out.String(), "duet-tiny-gemma3 sha256:")
}

func TestModelsAreChosenByNameOrEnd(t *testing.T) {
	assert.Equal(t, []string{"duet-tiny-qwen2-eos", "duet-tiny-gemma3-eos", "duet-tiny-llama-eos"}, names("", true))
	assert.Equal(t, []string{"a", "b"}, names("a,b", true))
}

func TestBadCommandLinesOfModelsAreUsageErrors(t *testing.T) {
	for args, want := range map[string]string{
		"extra":          `unexpected argument "extra"`,
		"-num-thread=-1": "must not be negative",
		"-num-thread=1":  "needs -register",
		"-nonsense":      "not defined",
	} {
		err := models(t.Context(), io.Discard, io.Discard, strings.Fields(args))
		assert.ErrorContains(t, err, want)
		assert.Equal(t, 2, suites.Status(err, suites.Failed))
	}
	err := models(t.Context(), io.Discard, io.Discard, []string{"-out", t.TempDir(), "-models", "phi"})
	assert.ErrorContains(t, err, "is not a synthetic model; allowed:")
	assert.Equal(t, 1, suites.Status(err, suites.Failed))
	assert.NoError(t, models(t.Context(), io.Discard, io.Discard, []string{"-h"}))
}
