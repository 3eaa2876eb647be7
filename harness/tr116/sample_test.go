package tr116_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// sample is a small file of a layout, and the place that such a file has.
type sample struct{ name, path string }

var (
	pythonMulti  = sample{"python_multi.json", "multi/python/gemma3_latest/gemma3_latest/chimera-homo_gpu80_ctx512_temp10/run_2/metrics.json"}
	rustMulti    = sample{"rust_multi.json", "multi/rust/qwen2p5_7b/baseline-vs-chimera_gpu80_ctx512_temp10/run_1/metrics.json"}
	pythonSingle = sample{"python_single.json", "single/python/gemma3_latest/gpu60_ctx1024_temp08/data/metrics.json"}
	rustSingle   = sample{"rust_single.json", "single/rust/llama3p1_8b_q4_0/gpu80_ctx512_temp08/data/metrics.json"}
	samples      = []sample{pythonMulti, rustMulti, pythonSingle, rustSingle}
)

func (s sample) read(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", s.name))
	require.NoError(t, err)
	return string(data)
}

// with is the sample's text with one place of it changed.
func (s sample) with(t testing.TB, old, new string) []byte {
	t.Helper()
	text := s.read(t)
	require.Equal(t, 1, strings.Count(text, old), "%s has %q once", s.name, old)
	return []byte(strings.Replace(text, old, new, 1))
}
