package study

import "fmt"

// contended is the speedup below which the study's Rust runs are flagged.
const contended = 1.5

// oneFormula asks whether efficiencies can be compared at all.
func oneFormula(v *view) check {
	c := check{item: "One formula for every efficiency", of: len(v.multi.rows)}
	server, _, _ := ruled(v.multi.rows)
	c.n = max(server, c.of-server)
	c.holds = c.n == c.of
	c.figures = fmt.Sprintf("%d runs by server durations (Python), %d by client wall times", server, c.of-server)
	return c
}

// oneContentionRule asks whether the study's rule was applied to every run.
func oneContentionRule(v *view) check {
	c := check{item: "One contention rule for every runtime", of: len(v.multi.rows)}
	_, below, flagged := ruled(v.multi.rows)
	c.n = c.of - (below - flagged)
	c.holds = below == flagged
	c.figures = fmt.Sprintf("printed speedups below %.1f: %d of %d; flagged: %d", contended, below, c.of, flagged)
	if !c.holds {
		c.figures += ", because Python's never were"
	}
	return c
}
