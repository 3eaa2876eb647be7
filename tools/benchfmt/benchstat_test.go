package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sizes are the numbers of runs of benchmarks whose p-values come by different
// ways: no test possible, exact, exact with many values, approximate.
var sizes = [][2]int{{1, 1}, {3, 3}, {4, 4}, {6, 6}, {5, 9}, {25, 25}, {30, 28}, {60, 55}}

// TestBenchstatAgreesOnMediansAndP runs benchstat and benchfmt on the same files:
// values in full precision, and as "go test" prints them, where many are ties.
func TestBenchstatAgreesOnMediansAndP(t *testing.T) {
	for name, digits := range map[string]int{"full precision": -1, "four figures": 4, "two figures, nearly all ties": 2} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			before, after := filepath.Join(dir, "old.txt"), filepath.Join(dir, "new.txt")
			rng := rand.New(rand.NewPCG(116, 1))
			writeLines(t, before, rng, 0, 1, digits)
			writeLines(t, after, rng, 1, 0.97, digits)
			want := benchstatCSV(t, before, after)
			got := compared(t, before, after)
			require.Len(t, want, 2*len(sizes), "two metrics")
			for i, n := range sizes {
				if name := fmt.Sprintf("agg-tok/s Multi/model=m%d", i); digits == 2 && n[0] != n[1] {
					assert.NotEmpty(t, got[name].p)
					delete(want, name) // with ties and unequal numbers benchstat's p hangs on the order of the sides
					delete(got, name)
				}
			}
			assert.Equal(t, want, got)
		})
	}
}

func writeLines(t *testing.T, path string, rng *rand.Rand, side int, factor float64, digits int) {
	var b strings.Builder
	b.WriteString("Unit agg-tok/s better=higher\n")
	for i, n := range sizes {
		for range n[side] {
			rate := strconv.FormatFloat(80*factor*(1+0.02*rng.NormFloat64()), 'g', digits, 64)
			wall := strconv.FormatFloat(2e9/factor*(1+0.05*rng.NormFloat64()), 'f', -1, 64)
			fmt.Fprintf(&b, "BenchmarkMulti/model=m%d 1 %s ns/op %s agg-tok/s\n", i, wall, rate)
		}
	}
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
}

// figures are what both tools say of a benchmark under a metric.
type figures struct{ old, new, p string }

// benchstatCSV is benchstat's own word, by metric and benchmark.
func benchstatCSV(t *testing.T, before, after string) map[string]figures {
	t.Helper()
	var out, log bytes.Buffer
	cmd := exec.CommandContext(t.Context(), "go", "tool", "benchstat", "-format", "csv", before, after)
	cmd.Stdout, cmd.Stderr = &out, &log
	require.NoError(t, cmd.Run(), log.String())
	r := csv.NewReader(&out)
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	require.NoError(t, err)
	found, unit := map[string]figures{}, ""
	for _, row := range records {
		switch {
		case len(row) == 7 && row[0] == "" && row[1] == row[3]:
			unit = row[1]
		case len(row) == 7 && strings.HasPrefix(row[0], "Multi/"):
			p, _, _ := strings.Cut(row[6], " ")
			found[unit+" "+row[0]] = figures{short(t, row[1]), short(t, row[3]), strings.TrimPrefix(p, "p=")}
		}
	}
	return found
}

// compared is benchfmt's.
func compared(t *testing.T, before, after string) map[string]figures {
	t.Helper()
	var d struct {
		Metrics []struct {
			Unit  string
			Cells []struct {
				Cell     string
				Old, New struct{ Median float64 }
				P        float64
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(printed(t, "compare", "-format", "json", before, after)), &d))
	found := map[string]figures{}
	for _, m := range d.Metrics {
		for _, c := range m.Cells {
			found[m.Unit+" "+c.Cell] = figures{fmt.Sprintf("%.12g", c.Old.Median), fmt.Sprintf("%.12g", c.New.Median), fmt.Sprintf("%.3f", c.P)}
		}
	}
	return found
}

func short(t *testing.T, number string) string {
	f, err := strconv.ParseFloat(number, 64)
	require.NoError(t, err)
	return fmt.Sprintf("%.12g", f)
}
