package report

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// coordinate is one of the things that name a cell, as words.
type coordinate func(record.Cell) string

var (
	model    coordinate = func(c record.Cell) string { return c.Model() }
	runtime  coordinate = func(c record.Cell) string { return c.Runtime() }
	scenario coordinate = func(c record.Cell) string { return c.Scenario() }
	gpu      coordinate = func(c record.Cell) string { return fmt.Sprintf("gpu %d", c.GPU()) }
	ctx      coordinate = func(c record.Cell) string { return fmt.Sprintf("ctx %d", c.Ctx()) }
	temp     coordinate = func(c record.Cell) string { return fmt.Sprintf("temp %.1f", c.Temp()) }
)

// names says a suite's cells by the coordinates in which they differ; what all
// have in common is said once.
type names struct {
	whole  []coordinate // that differ
	config []coordinate // that differ below a heading of model and runtime
	common string
}

// newNames finds which coordinates differ in a suite. A name with all six in every
// row would hide the one that matters, and a name without any would make two rows
// alike.
func newNames(set *metric.Set, suite string) names {
	var n names
	var common []string
	for i, at := range []coordinate{model, runtime, scenario, gpu, ctx, temp} {
		found := map[string]bool{}
		for _, r := range set.Rows {
			if r.Run.Form() == suite {
				found[at(r.Run.Cell)] = true
			}
		}
		if len(found) > 1 {
			n.whole = append(n.whole, at)
		}
		switch {
		case i < 2: // headings say these
		case len(found) > 1:
			n.config = append(n.config, at)
		default:
			for v := range found {
				common = append(common, v)
			}
		}
	}
	if len(n.config) == 0 && len(common) > 0 { // one configuration per heading still wants a name
		n.config, common = []coordinate{scenario}, common[1:]
	}
	if len(common) > 0 {
		n.common = " All cells: " + strings.Join(common, " · ") + "."
	}
	return n
}

// say names a cell by some coordinates.
func say(c record.Cell, coordinates []coordinate) string {
	var out []string
	for _, at := range coordinates {
		out = append(out, at(c))
	}
	return strings.Join(out, " · ")
}

// cell names a cell within its suite.
func (n names) cell(r *record.Run) string { return say(r.Cell, n.whole) }

// row names a cell below a heading of model and runtime.
func (n names) row(r *record.Run) string { return say(r.Cell, n.config) }
