package compare

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/table"
)

func (c *Comparison) environment() table.Table {
	t := table.Table{
		ID: "differences", Title: "What differs between the two sides",
		Definition: "Facts of the environment that are not the same. They come first because they explain most differences below.",
		N:          fmt.Sprintf("%d facts known of the old side, %d of the new one.", len(c.Old.Facts()), len(c.New.Facts())),
		Columns:    []table.Column{{Name: "what", Text: true}, {Name: "old", Text: true}, {Name: "new", Text: true}},
	}
	for _, d := range c.Differences {
		t.Rows = append(t.Rows, []table.Value{table.Text(d.Fact), table.TextOrAbsent(d.Old), table.TextOrAbsent(d.New)})
	}
	return t
}

// unmatched is what cannot be compared, and what went wrong.
func (c *Comparison) unmatched() table.Table {
	t := table.Table{
		ID: "unmatched", Title: "Cells that are not like the others",
		Definition: "Cells with failed or invalid runs, cells that one side alone has, and metrics that the new side lacks. A failed run is in no median.",
		N:          "Runs measured to their end, failed and invalid ones.",
		Columns:    []table.Column{{Name: "cell", Text: true}, {Name: "old", Text: true}, {Name: "new", Text: true}},
	}
	row := func(name, a, b string) {
		t.Rows = append(t.Rows, []table.Value{table.Text(name), table.Text(a), table.Text(b)})
	}
	for _, cell := range c.New.Cells {
		if old := c.Old.Cell(cell.Name); old != nil && old.Failed+old.Invalid+cell.Failed+cell.Invalid > 0 {
			row(cell.Folder(), old.String(), cell.String())
		}
	}
	for _, cell := range c.OnlyOld {
		row(cell.Folder(), cell.String(), "not measured")
	}
	for _, cell := range c.OnlyNew {
		row(cell.Folder(), "not measured", cell.String())
	}
	for _, u := range c.Lost {
		row("metric "+u.Name, "measured", "not measured")
	}
	return t
}

var (
	termIntervals = table.Term{Name: "low, high", Text: "95 % intervals: of a median by order statistics, n/a below six runs, assuming nothing of the distribution; of the ratio of two medians by the percentile bootstrap with a constant seed, n/a below five runs a side."}
	termTests     = table.Term{Name: "p, Holm, vs base", Text: "p is of a two-sided Mann-Whitney U test, as benchstat prints it. Holm is p after Holm's correction over the cells of the metric, so that the chance of any false difference among them stays below 5 %; metrics are families of their own. Better and worse are said where Holm is below 0.05, with the change of the median; \"too few runs\" where no values could have been so different."}
)
