package preflight

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTheProcessorIsCalledWhatGoTestCallsIt runs a benchmark of a module of its
// own and reads the line that benchstat would compare.
func TestTheProcessorIsCalledWhatGoTestCallsIt(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":    "module cpu\n",
		"x_test.go": "package cpu\nimport \"testing\"\nfunc BenchmarkX(b *testing.B) {}\n",
	} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	cmd := exec.Command("go", "test", "-bench=.", "-benchtime=1x")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	m := regexp.MustCompile(`(?m)^cpu: (.*)$`).FindSubmatch(out)
	if m == nil {
		t.Skip("go test knows no processor here")
	}
	assert.Equal(t, string(m[1]), processor(t.Context()))
}

func TestABrandStringIsTrimmedAsGoTrimsIt(t *testing.T) {
	assert.Equal(t, "Oxide Virtual Turin-like Processor  ", brandString([]byte("  Oxide Virtual Turin-like Processor  \x00\x00junk")))
	assert.Equal(t, "Intel(R) Xeon(R) Processor", brandString([]byte("Intel(R) Xeon(R) Processor")), "none of 48 bytes is zero")
}
