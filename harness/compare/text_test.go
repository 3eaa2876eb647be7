package compare

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// six are lines of one benchmark.
func six(name string, values ...float64) string {
	var out strings.Builder
	for _, v := range values {
		fmt.Fprintf(&out, "Benchmark%s 1 %g ns/op\n", name, v)
	}
	return out.String()
}

func inUTF16(text string, order binary.AppendByteOrder, mark bool) string {
	if mark {
		text = "\ufeff" + text
	}
	out := make([]byte, 0, 2*len(text))
	for _, u := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, u)
	}
	return string(out)
}

func events(lines ...string) string {
	var out strings.Builder
	for _, line := range lines {
		name, values, _ := strings.Cut(line, " ")
		fmt.Fprintf(&out, `{"Action":"output","Package":"p","Test":%q,"Output":"%s \t"}`+"\n", name, name)
		fmt.Fprintf(&out, `{"Action":"output","Package":"p","Test":%q,"Output":"%s\n"}`+"\n", name, strings.ReplaceAll(values, "\n", ""))
	}
	return strings.ReplaceAll(out.String(), "\n\"}", `\n"}`)
}

// What terminals, shells and tools make of the text of go test; the names are those
// of the cases in the wild. Every line is read, or the file is said not to be.
func TestLinesAreReadHoweverTheyWereSaved(t *testing.T) {
	want := six("A-8", 100, 101, 102)
	for name, text := range map[string]string{
		"A1 UTF-16LE":             inUTF16(want, binary.LittleEndian, true),
		"A1 UTF-16BE":             inUTF16(want, binary.BigEndian, true),
		"A1 without a mark":       inUTF16(want, binary.LittleEndian, false),
		"A2 BOM before a header":  "\ufeffgoos: linux\n" + want,
		"A3 BOM before a line":    "\ufeff" + want,
		"A4 CRLF":                 strings.ReplaceAll(want, "\n", "\r\n"),
		"A5 CR":                   strings.ReplaceAll(want, "\n", "\r"),
		"A6 every line coloured":  "\x1b[32m" + strings.ReplaceAll(want, "\n", "\x1b[0m\n\x1b[32m"),
		"A7 a line coloured":      strings.Replace(want, "BenchmarkA-8 1 101 ns/op", "\x1b[32mBenchmarkA-8 1 101 ns/op\x1b[0m", 1),
		"A8 colour at line ends":  strings.ReplaceAll(want, "\n", " \x1b[0m\n"),
		"A9 go test -json":        events("BenchmarkA-8 1 100 ns/op", "BenchmarkA-8 1 101 ns/op", "BenchmarkA-8 1 102 ns/op"),
		"A29 zeros in the middle": strings.Replace(want, "\n", "\n"+strings.Repeat("\x00", 4096)+"\n", 1),
		"A32 a log line of 70 kB": strings.Replace(want, "\n", "\n"+strings.Repeat("x", 70_000)+"\n", 1),
		"A33 a MiB of log before": strings.Repeat("a log line\n", 120_000) + want,
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bench.txt")
			require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
			require.True(t, IsText(path))
			side, err := Read(path)
			require.NoError(t, err)
			require.Empty(t, side.Unread)
			require.Len(t, side.Cells, 1)
			assert.Equal(t, []float64{100, 101, 102}, side.Cells[0].Sample(side.Units()[0]).Values)
		})
	}
}

func TestAPipeIsReadOnceAndKept(t *testing.T) { // A36: <(…)
	r, w, err := os.Pipe()
	require.NoError(t, err)
	_, err = w.WriteString(six("A", 100, 101))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	t.Cleanup(func() { r.Close() })
	path := fmt.Sprintf("/proc/self/fd/%d", r.Fd())
	if _, err := os.Stat(path); err != nil {
		t.Skip("no /proc here: ", err)
	}
	require.True(t, IsText(path))
	side, err := Read(path)
	require.NoError(t, err)
	assert.Equal(t, 2, side.Cells[0].Runs)
}

// What a text says of its own failures is no result, and no gap.
func TestLinesThatAreNoResultsAreNamed(t *testing.T) {
	good := six("A-8", 100, 101, 102, 103, 104, 105)
	for name, test := range map[string]struct{ text, want string }{
		"A27 a unit twice":     {good + "BenchmarkA-8 1 100 ns/op 200 ns/op\n", "in:7: ns/op stands twice on the line"},
		"D12 infinite":         {good + "BenchmarkA-8 1 +Inf ns/op\n", "in:7: ns/op is +Inf: a failure, and no result"},
		"D13 a failed one":     {good + "--- FAIL: BenchmarkB\nFAIL\nexit status 1\n", "in:7: --- FAIL: BenchmarkB: what it measured may be missing"},
		"D13 a failed package": {good + "FAIL\tp\t0.1s\n", "in:7: FAIL\tp\t0.1s: what it measured may be missing"},
		"D14 a panic":          {good + "panic: no\n", "in:7: panic: no"},
	} {
		t.Run(name, func(t *testing.T) {
			side, err := FromText(strings.NewReader(test.text), "in")
			require.NoError(t, err)
			require.NotEmpty(t, side.Unread)
			assert.ErrorContains(t, side.Unread[0], test.want)
			assert.Len(t, side.Unread, 1)
			assert.Equal(t, 6, side.Cells[0].Runs)
		})
	}
}

// A14: three numbers of processors are three cells. A16: eight against sixteen is a
// difference between the sides.
func TestProcessorsArePartOfACell(t *testing.T) {
	side, err := FromText(strings.NewReader(six("Add", 100, 101)+six("Add-2", 200, 201)+six("Add-4", 400, 401)), "in")
	require.NoError(t, err)
	var names []string
	for _, c := range side.Cells {
		names = append(names, c.Name)
	}
	assert.Equal(t, []string{"Add/gomaxprocs=1", "Add/gomaxprocs=2", "Add/gomaxprocs=4"}, names)

	eight, err := FromText(strings.NewReader(six("A-8", 100)), "eight")
	require.NoError(t, err)
	sixteen, err := FromText(strings.NewReader(six("A-16", 100)), "sixteen")
	require.NoError(t, err)
	c := New(eight, sixteen)
	require.Len(t, c.Differences, 1)
	assert.Contains(t, fmt.Sprint(c.Differences[0]), "gomaxprocs")
}

// B8: benchstat gives 0.0350 one way and 0.1049 the other.
func TestOnePForBothOrders(t *testing.T) {
	old, now := []float64{102, 102, 103, 104, 104}, []float64{101, 101, 102, 102, 102, 102, 102, 103, 103}
	assert.InDelta(t, 0.1049, *mannWhitney(old, now), 5e-5)
	assert.Equal(t, *mannWhitney(old, now), *mannWhitney(now, old))
}
