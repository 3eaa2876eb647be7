package tr116

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// named is how many names a list of exceptions shows.
const named = 5

// list joins names, the first few.
func list(names []string) string {
	if len(names) > named {
		return strings.Join(names[:named], "; ") + fmt.Sprintf("; and %d more", len(names)-named)
	}
	return strings.Join(names, "; ")
}

func parsedMulti(v *view) check {
	c := check{item: "Every dual-agent run has an efficiency", of: v.multi.all}
	for _, r := range v.multi.rows {
		if r.S.Efficiency != nil {
			c.n++
		}
	}
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("%d of %d dual-agent runs parsed, %d of them failed", c.n, c.of, v.multi.failed())
	return c
}

func fullConfigs(v *view) check {
	return full(v, "Every dual-agent configuration has as many runs as any other", v.multi.configs, func(r *record.Run) string {
		return r.Cell.Runtime() + " " + v.model(r) + " " + r.Cell.Scenario()
	})
}

func fullSingleConfigs(v *view) check {
	return full(v, "Every single-agent configuration has as many runs as any other", v.single.configs, func(r *record.Run) string {
		return r.Cell.Runtime() + " " + v.model(r) + " " + label(r)
	})
}

func full(v *view, item string, configs []*group, name func(*record.Run) string) check {
	c := check{item: item, of: len(configs)}
	most := 0
	for _, g := range configs {
		most = max(most, g.planned())
	}
	var short []string
	for _, g := range configs {
		if g.planned() == most {
			c.n++
		} else {
			short = append(short, fmt.Sprintf("%s has %d", name(g.first), g.planned()))
		}
	}
	c.holds = c.n == c.of && most > 0
	c.figures = fmt.Sprintf("%d of %d have %d measured runs", c.n, c.of, most)
	if len(short) > 0 {
		c.figures += ": " + list(short)
	}
	return c
}

func oneFlaggedConfig(v *view) check {
	c := check{item: "Contention flags are confined to one configuration", of: len(v.multi.configs)}
	var flagged []string
	for _, g := range v.multi.configs {
		if g.flags.N() == 0 || *g.flags.Max() == 0 {
			continue
		}
		c.n++
		for _, r := range g.rows {
			if f := flag(r); f != nil && *f == 1 {
				flagged = append(flagged, fmt.Sprintf("%s %s %s run %d", r.Run.Cell.Runtime(), v.model(r.Run), r.Run.Cell.Scenario(), r.Run.RunNumber))
			}
		}
	}
	c.holds = c.n <= 1
	c.figures = fmt.Sprintf("%d of %d runs flagged by the study's rules", len(flagged), len(v.multi.rows))
	if len(flagged) > 0 {
		c.figures += ": " + list(flagged)
	}
	return c
}

func oneRoot(v *view) check {
	c := check{item: "All files lie under one root", of: len(v.set.Rows)}
	roots := map[string]bool{}
	from := 0
	for i := range v.set.Rows {
		r := v.set.Rows[i].Run
		roots[r.Session] = true
		if !sameOrigin(v.set.Rows[from].Run, r) {
			from = i
		}
		c.n = max(c.n, i-from+1) // the largest root's
	}
	c.holds = c.n == c.of
	c.figures = "sessions: " + list(slices.Sorted(maps.Keys(roots)))
	return c
}

func plainLabels(v *view) check {
	c := check{item: "Names of models, runtimes, scenarios and files are ASCII", of: len(v.set.Rows)}
	for i := range v.set.Rows {
		r := v.set.Rows[i].Run
		if ascii(r.Cell.Model()) && ascii(r.Cell.Runtime()) && ascii(r.Cell.Scenario()) && ascii(source(r)) {
			c.n++
		}
	}
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("those of %d of %d runs; reports themselves are UTF-8", c.n, c.of)
	return c
}

func ascii(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7e })
}

func inManifest(v *view) check {
	c := check{item: "The manifest has every run", of: len(v.set.Rows)}
	for _, e := range v.files {
		c.n += e.runs
	}
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("%d runs in %d files", c.n, len(v.files))
	return c
}

func noneFailed(v *view) check {
	failed := v.multi.failed() + v.single.failed()
	c := check{item: "No run failed", of: len(v.set.Rows), holds: failed == 0}
	c.n = c.of - failed
	c.figures = fmt.Sprintf("%d of %d runs failed", failed, c.of)
	return c
}

// noLostZero looks for what the study lost to a test for truth.
func noLostZero(v *view) check {
	c := check{item: "No measured TTFT Δ is printed as absent", of: len(v.multi.rows)}
	lost := 0
	for _, r := range v.multi.rows {
		if r.S.LostZero {
			lost++
		}
	}
	c.n, c.holds = c.of-lost, lost == 0
	c.figures = fmt.Sprintf("%d exact zeros are absent in the study's tables and out of their means", lost)
	return c
}

// ruled counts runs by formula and by the study's threshold on the speedup.
func ruled(rows []*metric.Row) (server, below, flagged int) {
	for _, r := range rows {
		if r.S.Formula == serverFormula {
			server++
		}
		if r.S.Speedup != nil && *r.S.Speedup < contended {
			below++
		}
		if f := flag(r); f != nil && *f == 1 {
			flagged++
		}
	}
	return server, below, flagged
}
