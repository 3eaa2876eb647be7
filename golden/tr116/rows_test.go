package tr116_test

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/record"
)

// published is a line of a CSV with the rows that the study printed, by heading.
type published map[string]string

func readPublished(t testing.TB, name string) []published {
	t.Helper()
	root, err := golden.Root()
	require.NoError(t, err)
	f, err := os.Open(filepath.Join(root, "testdata", "tr116", name))
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	records, err := r.ReadAll()
	require.NoError(t, err)
	var out []published
	for _, record := range records[1:] {
		p := published{}
		for i, name := range records[0] {
			p[strings.ToLower(name)] = record[i]
		}
		out = append(out, p)
	}
	require.NotEmpty(t, out, name)
	return out
}

// number is an optional figure of a row.
func (p published) number(name string) *float64 {
	f, err := strconv.ParseFloat(p[name], 64)
	if err != nil || f != f {
		return nil
	}
	return &f
}

func (p published) whole(name string) int {
	n, _ := strconv.Atoi(p[name])
	return n
}

// wall is the invented duration of everything, and late the invented TTFT that
// deltas are added to, both in nanoseconds: a published row has neither.
const wall, late = 1e10, 1e10

// dual makes a run of a row of appendix A: agents whose times give the row's
// efficiency and deltas under the formulas of the row's runtime.
func (p published) dual() *record.Run {
	r := p.run(record.SuiteMulti, p["scenario"], 80, 512, 1)
	busy := *p.number("efficiency") / 100 * wall
	w, ttft, delta := float64(wall), float64(late), 0.0
	if d := p.number("ttft_delta_ms"); d != nil {
		delta = *d * 1e6
	}
	other := ttft + delta
	if p["runtime"] == "rust" {
		other = ttft - delta
	}
	zero, rate := 0.0, 100.0
	faster := rate + *p.number("throughput_delta")
	r.Imported.WallNS = &w
	for i, id := range []string{"collector", "insight"} {
		r.Imported.Agents = append(r.Imported.Agents, record.ImportedAgent{
			Agent: id, Pass: record.PassConcurrent, WallNS: &busy, PromptEvalNS: &zero, EvalNS: &busy,
			DecodeMean: []*float64{&rate, &faster}[i], TTFTNS: []*float64{&ttft, &other}[i], TTFTServerNS: []*float64{&ttft, &other}[i],
		})
	}
	return r
}

// alone makes a single-agent run of two rates (tok/s) and two TTFTs (ms).
func (p published) alone(rates, ttfts [2]string) *record.Run {
	r := p.run(record.SuiteSingle, "tuned-vs-baseline", p.whole("gpu_layers"), p.whole("ctx"), *p.number("temp"))
	for i, pass := range []string{record.PassBaseline, record.PassTuned} {
		ttft := *p.number(ttfts[i]) * 1e6
		r.Imported.Agents = append(r.Imported.Agents, record.ImportedAgent{
			Agent: "collector", Pass: pass, DecodeMean: p.number(rates[i]), TTFTNS: &ttft, TTFTServerNS: &ttft,
		})
	}
	return r
}

func (p published) run(suite, scenario string, gpu, ctx int, temp float64) *record.Run {
	file := place(p["path"] + p["source"])
	return &record.Run{
		Schema: record.Schema, Session: "tr116", Suite: suite, RunNumber: max(p.whole("run"), 1), Status: record.StatusOK,
		Cell: record.NewCell(filepath.Dir(file), record.CoordModel, p["model"], record.CoordRuntime, p["runtime"], record.CoordScenario, scenario,
			record.CoordGPU, record.Whole(gpu), record.CoordCtx, record.Whole(ctx), record.CoordTemp, record.Decimal(temp)),
		Backend:  record.Backend{Kind: "imported"},
		Imported: &record.Imported{Study: "tr116", File: file},
	}
}
