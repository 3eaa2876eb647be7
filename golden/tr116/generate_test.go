package tr116_test

import (
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/chimeraforge/duet/golden/synthetic"
	"github.com/chimeraforge/duet/harness/record"
)

// anyRuns draws invented runs: of both suites and several runtimes, models,
// sessions and options, duet's own and imported, with failures and with values
// missing. Their numbers differ, so their order is that of the set.
func anyRuns(t *rapid.T) []*record.Run {
	runs := make([]*record.Run, rapid.IntRange(1, 24).Draw(t, "runs"))
	for i := range runs {
		runs[i] = anyRun(t, i+1)
	}
	return runs
}

func anyRun(t *rapid.T, n int) *record.Run {
	model := rapid.SampledFrom([]string{"alpha:7b", "beta:latest"}).Draw(t, "model")
	var r *record.Run
	if rapid.Bool().Draw(t, "single") {
		r = synthetic.Single(model, n)
	} else {
		slow := rapid.Float64Range(1, 3).Draw(t, "slow")
		r = synthetic.Pair(model, rapid.SampledFrom([]string{"baseline-vs-chimera", "chimera-homo"}).Draw(t, "scenario"), n, slow)
	}
	r.Cell = r.Cell.With(record.CoordRuntime, rapid.SampledFrom([]string{"python", "rust", "go"}).Draw(t, "runtime"))
	r.Cell = r.Cell.With(record.CoordCtx, record.Whole(rapid.SampledFrom([]int{512, 512, 512, 1024}).Draw(t, "ctx")))
	r.Cell.ID = fmt.Sprintf("%s/%s/%s/%s_ctx%d", r.Suite, r.Cell.Runtime(), r.Cell.Model(), r.Cell.Scenario(), r.Cell.Ctx())
	r.Session = rapid.SampledFrom([]string{"a", "a", "a", "b"}).Draw(t, "session")
	switch rapid.IntRange(0, 9).Draw(t, "kind") {
	case 0:
		synthetic.Fail(r)
	case 1, 2, 3, 4:
		imported(t, r)
	}
	return r
}

// imported replaces what duet would have stamped by what a file says, any of
// which may be missing, zero or far from what a machine does.
func imported(t *rapid.T, r *record.Run) {
	im := &record.Imported{Study: "invented", File: r.Cell.ID + ".json", WallNS: anyTime(t)}
	passes := []string{record.PassConcurrent, record.PassConcurrent}
	if r.Suite == record.SuiteSingle {
		passes, im.WallNS = []string{record.PassBaseline, record.PassTuned}, nil
	}
	for i, pass := range passes {
		id := []string{"collector", "insight"}[i]
		if r.Suite == record.SuiteSingle {
			id = "collector"
		}
		im.Agents = append(im.Agents, record.ImportedAgent{
			Agent: id, Pass: pass, WallNS: anyTime(t), TTFTNS: anyTime(t), TTFTServerNS: anyTime(t),
			PromptEvalNS: anyTime(t), EvalNS: anyTime(t), DecodeMean: anyTime(t),
		})
	}
	r.Passes, r.Imported = nil, im
}

func anyTime(t *rapid.T) *float64 {
	switch rapid.IntRange(0, 9).Draw(t, "what") {
	case 0:
		return nil
	case 1:
		v := rapid.SampledFrom([]float64{0, 1, 1e-300, 1e300}).Draw(t, "extreme")
		return &v
	}
	v := rapid.Float64Range(1e6, 1e12).Draw(t, "ns")
	return &v
}

// slower is a run whose every time is k times as long. With k a power of two
// nothing is rounded.
func slower(r *record.Run, k int64) *record.Run {
	out := *r
	if r.Imported != nil {
		out.Imported = slowerImport(r.Imported, float64(k))
		return &out
	}
	out.Passes = nil
	for _, p := range r.Passes {
		p.GunNS, p.EndNS = p.GunNS*k, p.EndNS*k
		calls := p.Calls
		p.Calls = nil
		for _, c := range calls {
			p.Calls = append(p.Calls, slowerCall(c, k))
		}
		out.Passes = append(out.Passes, p)
	}
	return &out
}

func slowerCall(c record.Call, k int64) record.Call {
	times := func(v *int64) *int64 {
		if v == nil {
			return nil
		}
		n := *v * k
		return &n
	}
	c.RequestNS, c.EndNS = c.RequestNS*k, c.EndNS*k
	c.HeadersNS, c.FirstNS, c.LastTokenNS, c.DoneNS = times(c.HeadersNS), times(c.FirstNS), times(c.LastTokenNS), times(c.DoneNS)
	if c.Server != nil {
		s := *c.Server
		s.TotalNS, s.LoadNS, s.PromptEvalNS, s.EvalNS = times(s.TotalNS), times(s.LoadNS), times(s.PromptEvalNS), times(s.EvalNS)
		c.Server = &s
	}
	return c
}

func slowerImport(im *record.Imported, k float64) *record.Imported {
	times := func(v *float64, k float64) *float64 {
		if v == nil {
			return nil
		}
		f := *v * k
		return &f
	}
	out := *im
	out.WallNS, out.Agents = times(im.WallNS, k), nil
	for _, a := range im.Agents {
		a.WallNS, a.TTFTNS, a.TTFTServerNS = times(a.WallNS, k), times(a.TTFTNS, k), times(a.TTFTServerNS, k)
		a.PromptEvalNS, a.EvalNS = times(a.PromptEvalNS, k), times(a.EvalNS, k)
		a.DecodeMean = times(a.DecodeMean, 1/k)
		out.Agents = append(out.Agents, a)
	}
	return &out
}

// swapped is a run whose agents have each other's names.
func swapped(r *record.Run) *record.Run {
	other := map[string]string{"collector": "insight", "insight": "collector"}
	out := *r
	if r.Suite != record.SuiteMulti {
		return &out
	}
	if r.Imported != nil {
		im := *r.Imported
		im.Agents = slices.Clone(im.Agents)
		for i := range im.Agents {
			im.Agents[i].Agent = other[im.Agents[i].Agent]
		}
		out.Imported = &im
	}
	out.Passes = slices.Clone(r.Passes)
	for i := range out.Passes {
		p := &out.Passes[i]
		p.Calls, p.Agents = slices.Clone(p.Calls), slices.Clone(p.Agents)
		for k := range p.Agents {
			p.Agents[k] = other[p.Agents[k]]
		}
		for k := range p.Calls {
			p.Calls[k].Agent = other[p.Calls[k].Agent]
		}
	}
	return &out
}
