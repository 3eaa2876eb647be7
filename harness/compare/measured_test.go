package compare_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

func written(t *testing.T, dir string, runs []*record.Run) string {
	t.Helper()
	for _, r := range runs {
		_, err := results.WriteRun(dir, r)
		require.NoError(t, err)
	}
	return dir
}

func fromRuns(t *testing.T, runs []*record.Run) (*compare.Side, error) {
	t.Helper()
	return compare.Read(written(t, t.TempDir(), runs))
}

// text is what record writes into bench.txt.
func text(runs []*record.Run) string {
	var b strings.Builder
	suite := ""
	for _, r := range runs {
		metric.Annotate(r)
		if !r.OK() {
			continue
		}
		if r.Suite != suite {
			suite = r.Suite
			b.WriteString(results.Header(suite, r.Backend, r.Environment))
		}
		b.WriteString(results.Line(r))
	}
	return b.String()
}

func TestAFolderAndItsLinesAreTheSameSide(t *testing.T) {
	folder, err := compare.Read(written(t, t.TempDir(), synthetic.Runs()))
	require.NoError(t, err)
	lines, err := compare.FromText(strings.NewReader(text(synthetic.Runs())), "bench.txt")
	require.NoError(t, err)
	assert.Empty(t, lines.Unread)
	require.Len(t, folder.Cells, 6)
	require.Len(t, lines.Cells, 6)
	for i, c := range folder.Cells {
		assert.Equal(t, c.Name, lines.Cells[i].Name)
		assert.Equal(t, c.Runs, lines.Cells[i].Runs)
		for _, u := range folder.Units() {
			assert.InDeltaSlice(t, c.Sample(u).Values, lines.Cells[i].Sample(u).Values, 1e-9, "%s %s", c.Name, u.Name)
		}
	}
	assert.Equal(t, folder.Backend, lines.Backend)
	assert.Equal(t, folder.Label, lines.Label)
	assert.Equal(t, folder.Fact("goarch"), lines.Fact("goarch"))
	assert.Empty(t, compare.New(folder, lines).Metrics[0].Shown(compare.Worse))
	assert.True(t, lines.Text)
	assert.False(t, folder.Text)
}

func TestFailedAndInvalidRunsAreCounted(t *testing.T) {
	runs := synthetic.Runs()
	runs[13].Meter = &record.Meter{CallSpreadNS: 1e9, TTFTErrorNS: 1e9}
	side, err := fromRuns(t, runs)
	require.NoError(t, err)
	failed, invalid := 0, 0
	for _, c := range side.Cells {
		failed, invalid = failed+c.Failed, invalid+c.Invalid
		assert.Equal(t, c.Invalid > 0, c.Why != "", c.Name)
	}
	assert.Equal(t, 1, failed)
	assert.Equal(t, 1, invalid)
	assert.Len(t, side.Cell("Multi/model=beta_latest/runtime=go/scenario=chimera-homo/gpu=80/ctx=512/temp=1.0").FirstTokens, 24, "two agents, two calls, six runs")
}

func TestWhatIsNotOneSessionIsRefused(t *testing.T) {
	two := synthetic.Runs()
	two[5].Session = "another"
	_, err := compare.Read(written(t, t.TempDir(), two[:6]))
	assert.ErrorContains(t, err, "holds 2 sessions (another, synthetic)")
	mixed := synthetic.Runs()
	mixed[5].Backend.Kind = "process"
	_, err = fromRuns(t, mixed)
	assert.ErrorContains(t, err, "holds runs of several backends")
	_, err = compare.Read(filepath.Join(t.TempDir(), "nowhere"))
	assert.ErrorContains(t, err, "no such file or folder")
	_, err = compare.Read(t.TempDir())
	assert.ErrorContains(t, err, "no runs found in")
}

func TestOneServerAndTwoAreCellsOfOneSession(t *testing.T) {
	runs := synthetic.Runs()
	one := synthetic.Pair("alpha:7b", "chimera-homo", 1, 1.5)
	one.Cell = one.Cell.With(record.CoordTopology, record.TopologyOne)
	one.Cell.ID += "_one-server"
	side, err := fromRuns(t, append(runs, one))
	require.NoError(t, err)
	assert.Len(t, side.Cells, 7)
	assert.NotNil(t, side.Cell("Multi/model=alpha_7b/runtime=go/scenario=chimera-homo/topology=one/gpu=80/ctx=512/temp=1.0"))
}

func TestTheEnvironmentIsKnown(t *testing.T) {
	runs := synthetic.Runs()
	for _, r := range runs {
		r.Environment = record.Environment{Commit: "abc", Governor: "powersave", GPUs: []string{"NVIDIA H100, 81559 MiB, 550.54"}, CPU: "x"}
		for i := range r.Servers {
			r.Servers[i].Version = "0.17.4"
			r.Servers[i].Model = &record.Model{Name: r.Cell.Model(), Digest: "sha256:" + r.Cell.Model()}
		}
	}
	side, err := fromRuns(t, runs)
	require.NoError(t, err)
	for fact, want := range map[string]string{
		"commit": "abc", "governor": "powersave", "gpu driver": "550.54", "gpu": "NVIDIA H100, 81559 MiB", "server version": "0.17.4",
		compare.FactDigest + "alpha:7b": "sha256:alpha:7b", "backend": "sim, synthetic models", compare.FactBudget + "insight": "128",
	} {
		assert.Equal(t, want, side.Fact(fact).Say(), fact)
	}
	var names []string
	for _, f := range side.Facts() {
		names = append(names, f.Name)
	}
	assert.Equal(t, []string{"commit", "gpu driver"}, names[:2], "first what most often explains a difference")
}

func TestAFileThatCannotBeReadIsTold(t *testing.T) {
	dir := written(t, t.TempDir(), synthetic.Runs())
	paths, err := filepath.Glob(filepath.Join(dir, "multi", "go", "*", "*", "run_2", "metrics.json"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(paths[0], []byte("{"), 0o644))
	side, err := compare.Read(dir)
	require.NoError(t, err)
	assert.Len(t, side.Unread, 1)
}

// FuzzFromText: no text makes a side that cannot be compared with itself, and
// nothing differs from itself.
func FuzzFromText(f *testing.F) {
	f.Add(text(synthetic.Runs()[:8]))
	f.Add("Unit x better=up\nBenchmarkX/a/b=/=c-8 1 1e308 ns/op Inf B/s -1 x\nBenchmarkX/a/b=/=c-8 1 0 ns/op\n")
	f.Fuzz(func(t *testing.T, text string) {
		side, err := compare.FromText(strings.NewReader(text), "f")
		if err != nil {
			return
		}
		c := compare.New(side, side)
		require.Empty(t, c.Differences)
		for _, m := range c.Metrics {
			require.Empty(t, m.Shown(compare.Worse))
			require.Empty(t, m.Shown(compare.Better))
		}
		for _, table := range c.Tables() {
			for _, row := range table.Rows {
				require.Len(t, row, len(table.Columns))
			}
		}
	})
}

func TestFactsOfAMergedSessionAreTheirMachines(t *testing.T) {
	merged := func(cpu, second string) *compare.Side {
		runs := synthetic.Runs()
		for _, r := range runs {
			r.Backend.Machine = "m1"
			if r.Cell.Model() != "alpha:7b" {
				r.Backend.Machine, r.Environment.CPU = second, cpu
			}
		}
		side, err := fromRuns(t, runs)
		require.NoError(t, err)
		return side
	}
	side := merged("Large CPU", "m2")
	assert.Equal(t, "sim, synthetic models", side.Backend, "machines are no other backend")
	assert.Equal(t, "Example CPU", side.Fact("cpu on m1").Say())
	assert.Equal(t, "Large CPU", side.Fact("cpu on m2").Say())
	assert.Nil(t, side.Fact("cpu"))
	assert.NotNil(t, side.Fact(compare.FactDigest+"alpha:7b"), "models are the same on all")
	assert.Equal(t, []compare.Difference{{Fact: "cpu on m2", Old: "Large CPU", New: "Small CPU"}},
		compare.New(side, merged("Small CPU", "m2")).Differences)

	moved := compare.New(side, merged("Large CPU", "m1")).Differences
	var names []string
	for _, d := range moved {
		names = append(names, d.Fact)
	}
	assert.Contains(t, names, compare.FactMachine+"Multi/model=beta_latest/runtime=go/scenario=chimera-homo/gpu=80/ctx=512/temp=1.0", "a cell changed machines")
	plain, err := fromRuns(t, synthetic.Runs())
	require.NoError(t, err)
	for _, d := range compare.New(side, plain).Differences {
		assert.True(t, d.Unknown() && !strings.HasPrefix(d.Fact, compare.FactMachine), d.Fact)
	}
}
