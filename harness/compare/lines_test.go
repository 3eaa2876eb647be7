package compare_test

import (
	"fmt"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/table"
)

const session = `goos: linux
pkg: github.com/chimeraforge/duet/suites/multi
backend: sim, synthetic models
Unit speedup-measured better=higher
Unit ttft-ns/op better=lower
BenchmarkMulti/model=alpha/runtime=go/gpu=80/temp=1.0-2 1 2000000000 ns/op 1.25 speedup-measured 120000000 ttft-ns/op
BenchmarkMulti/model=alpha/runtime=go/gpu=80/temp=1.0-2 1 2200000000 ns/op 1.35 speedup-measured 130000000 ttft-ns/op
some other output
BenchmarkMulti/model=alpha/runtime=go/gpu=9/temp=1.0-2 1 2100000000 ns/op NaN speedup-measured
BenchmarkMulti/model=alpha/runtime=go/gpu=9/temp=1.0-2 1 2100000000 ns/op 1.5 speedup-measured
`

func read(t *testing.T, texts ...string) *compare.Reader {
	t.Helper()
	var r compare.Reader
	for i, text := range texts {
		require.NoError(t, r.Read(strings.NewReader(text), fmt.Sprintf("bench%d.txt", i+1)))
	}
	return &r
}

func TestEachUnitHasATable(t *testing.T) {
	r := read(t, session)
	var b strings.Builder
	for _, tab := range r.Tables() {
		b.WriteString(table.Plain(tab, 0) + "\n" + table.CSV(tab) + "\n")
	}
	golden.Assert(t, "lines.txt", b.String())
	assert.Equal(t, 4, r.Lines())
	assert.Equal(t, "SIMULATED", r.Label())
}

func TestSeveralFilesAreOneSampleAndOtherConfigurationsAreNot(t *testing.T) {
	other := strings.Replace(session, "goos: linux", "goos: plan9", 1)
	r := read(t, session, session, other)
	table := r.Tables()[0]
	require.Len(t, table.Rows, 4)
	n := len(table.Columns) - 9
	for i, want := range []float64{4, 2, 4, 2} {
		assert.Equal(t, want, table.Rows[i][n].Num, i)
	}
}

func TestStatisticsAreThoseOfTheTextbook(t *testing.T) {
	var b strings.Builder
	for _, v := range []int{2, 4, 4, 4, 5, 5, 7, 9} {
		fmt.Fprintf(&b, "BenchmarkX 1 %d widgets\n", v)
	}
	row := read(t, b.String()).Tables()[0].Rows[0]
	// Of eight values the smallest to the last but one hold the median at 96.1 %;
	// the second to the last but one do at 93.0 %.
	want := []float64{8, 4.5, 2, 7, 5, math.Sqrt(32.0 / 7), 2, 9, 100 * math.Sqrt(32.0/7) / 5}
	for i, w := range want {
		assert.InDelta(t, w, row[len(row)-len(want)+i].Num, 1e-12, i)
	}
}

func TestABadLineIsToldByPlaceAndTheOthersAreKept(t *testing.T) {
	r := read(t, session+"BenchmarkMulti/model=alpha 1 x ns/op\n")
	require.Len(t, r.Errors, 1)
	assert.ErrorContains(t, r.Errors[0], "bench1.txt:11: ")
	assert.Equal(t, 4, r.Lines())
}

func TestOfVeryManyBadLinesTheFirstAreTold(t *testing.T) {
	r := read(t, strings.Repeat("BenchmarkX 1 x ns/op\n", 150))
	assert.Len(t, r.Errors, 100)
	assert.Equal(t, 50, r.More)
}

func TestTextWithoutBenchmarkLinesIsRefused(t *testing.T) {
	var r compare.Reader
	assert.ErrorIs(t, r.Read(strings.NewReader("hello\n"), "x.txt"), compare.ErrNone)
	assert.Error(t, r.Read(strings.NewReader(strings.Repeat("x", 1<<20)), "x.txt"))
	assert.Empty(t, r.Tables())
}

// FuzzRead: no text makes the reader panic or a table print what is not a
// number, and every good value is in some row.
func FuzzRead(f *testing.F) {
	f.Add(session)
	f.Add("BenchmarkX/a/b=/=c-8 1 1e308 ns/op Inf B/s\nBenchmarkX/a/b=/=c-8 1 1e308 ns/op\nUnit ns/op better=up\n")
	f.Fuzz(func(t *testing.T, text string) {
		var r compare.Reader
		if err := r.Read(strings.NewReader(text), "f"); err != nil {
			return
		}
		for _, tab := range r.Tables() {
			for _, row := range tab.Rows {
				require.Len(t, row, len(tab.Columns))
				for _, v := range row {
					require.False(t, v.Kind == table.Number && (math.IsNaN(v.Num) || math.IsInf(v.Num, 0)))
				}
			}
			table.Plain(tab, 100)
		}
	})
}

// many is n lines of 54 benchmarks.
type many struct{ n, at int }

func (m *many) Read(p []byte) (int, error) {
	written := 0
	for m.at < m.n && len(p)-written > 200 {
		written += copy(p[written:], fmt.Sprintf("BenchmarkMulti/model=m%d/runtime=go/scenario=s%d/gpu=80 1 %d ns/op %d.5 speedup-measured %d agg-tok/s\n",
			m.at%9, m.at%6, 1e9+m.at, m.at%7, 90+m.at%13))
		m.at++
	}
	if written == 0 {
		return 0, io.EOF
	}
	return written, nil
}

func BenchmarkLines(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprintf("lines=%d", n), func(b *testing.B) {
			for b.Loop() {
				var r compare.Reader
				if err := r.Read(&many{n: n}, "many"); err != nil || len(r.Tables()) != 3 {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/line")
		})
	}
}
