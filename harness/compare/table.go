package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/stats"
	"github.com/chimeraforge/duet/harness/table"
)

// Banner is the comparison in a line.
func (c *Comparison) Banner() string {
	s := fmt.Sprintf("%s → %s: %d cells on both sides, %s", c.Old.Name, c.New.Name, len(c.New.Cells)-len(c.OnlyNew), SayDifferences(c.Differences))
	if word := joined(c.Old.Label, c.New.Label); word != "" {
		s += " – " + word
	}
	return s
}

// Tables are what differs between the environments, then a table per metric.
func (c *Comparison) Tables() []table.Table {
	out := []table.Table{c.environment()}
	if t := c.unmatched(); len(t.Rows) > 0 {
		out = append(out, t)
	}
	for _, m := range c.Metrics {
		out = append(out, c.table(m))
	}
	label, backend := joined(c.Old.Label, c.New.Label), joined(c.Old.Backend, c.New.Backend)
	for i := range out {
		out[i].Label, out[i].Backend = label, backend
	}
	return out
}

func joined(a, b string) string {
	if a == b || b == "" {
		return a
	}
	return strings.Trim(a+" / "+b, " /")
}

var directions = map[int]string{1: "higher is better", -1: "lower is better", 0: "no Unit line says which direction is better"}

func (c *Comparison) table(m Metric) table.Table {
	keys, every := keysOf(m.Pairs)
	t := table.Table{
		ID: "compare_" + slug(m.Name), Title: fmt.Sprintf("%s (%s)", m.Name, directions[m.Better]),
		Definition: "low, high: 95 % intervals. p: Mann-Whitney U. Holm: p adjusted over the cells of this table; ~ where it is not below 0.05.",
		Terms:      []table.Term{termIntervals, termTests},
		N:          strings.TrimSpace("One value per run. " + every),
	}
	for _, k := range keys {
		t.Columns = append(t.Columns, table.Column{Name: k, Text: true})
	}
	t.Columns = append(t.Columns, columns(decimals(m.medians()))...)
	for _, p := range m.Pairs {
		t.Rows = append(t.Rows, append(coordinates(p.Cell, keys), p.row()...))
	}
	if len(m.Pairs) > 1 {
		t.Rows = append(t.Rows, m.geomeanRow(len(keys), len(t.Columns)))
	}
	return t
}

// keysOf are the coordinates in which the cells differ; every says the others.
func keysOf(pairs []*Pair) (keys []string, every string) {
	var same []string
	for _, p := range pairs {
		for _, k := range p.Cell.Keys {
			if slices.Contains(keys, k.Name) || slices.Contains(same, k.Name+" "+k.Value) {
				continue
			}
			if slices.ContainsFunc(pairs, func(q *Pair) bool { return q.Cell.Key(k.Name) != k.Value }) {
				keys = append(keys, k.Name)
			} else {
				same = append(same, k.Name+" "+k.Value)
			}
		}
	}
	if len(keys) == 0 {
		return []string{"cell"}, ""
	}
	if len(same) > 0 {
		every = "Every row: " + strings.Join(same, " · ") + "."
	}
	return keys, every
}

func coordinates(c *Cell, keys []string) []table.Value {
	if slices.Equal(keys, []string{"cell"}) { // see keysOf
		return []table.Value{table.Text(c.Name)}
	}
	var out []table.Value
	for _, k := range keys {
		out = append(out, table.Text(c.Key(k)))
	}
	return out
}

func columns(decimals int) []table.Column {
	const old, new, ratio = "old", "new", "new ÷ old"
	return []table.Column{
		{Group: old, Name: "n", Rank: 1}, {Group: old, Name: "median", Decimals: decimals},
		{Group: old, Name: "low", Decimals: decimals, Rank: 2}, {Group: old, Name: "high", Decimals: decimals, Rank: 2},
		{Group: new, Name: "n", Rank: 1}, {Group: new, Name: "median", Decimals: decimals},
		{Group: new, Name: "low", Decimals: decimals, Rank: 2}, {Group: new, Name: "high", Decimals: decimals, Rank: 2},
		{Group: ratio, Name: "ratio", Decimals: 4}, {Group: ratio, Name: "low", Decimals: 4}, {Group: ratio, Name: "high", Decimals: 4},
		{Name: "p", Decimals: 4}, {Name: "Holm", Decimals: 4}, {Name: "vs base", Text: true},
	}
}

func (p *Pair) row() []table.Value {
	var out []table.Value
	for _, s := range []stats.Sample{p.Old, p.New} {
		center := p.shown(s).Center()
		out = append(out, table.Count(s.N()).WithMissing(s.Absent), table.Num(center.Median), table.Num(center.Lo), table.Num(center.Hi))
	}
	ratio, interval := p.Ratio()
	return append(out, table.Num(ratio), table.Num(interval.Lo), table.Num(interval.Hi),
		table.Num(p.P), table.Num(p.Adjusted), table.Text(p.Said()))
}

// Said is the verdict with the change in percent where there is one, such as
// "worse -4.91%".
func (p *Pair) Said() string {
	ratio, _ := p.Ratio()
	verdict := p.Verdict()
	if ratio == nil || !slices.Contains([]string{Better, Worse, Differs}, verdict) {
		return verdict
	}
	return fmt.Sprintf("%s %+.2f%%", verdict, 100*(*ratio-1))
}

func (m Metric) geomeanRow(keys, columns int) []table.Value {
	row := make([]table.Value, columns)
	for i := range row {
		row[i] = table.Text("")
	}
	row[0] = table.Text("geomean")
	row[keys+8] = table.Num(m.Geomean).WithMissing(len(m.Pairs) - m.Ratios)
	return row
}

func (m Metric) medians() (out []*float64) {
	for _, p := range m.Pairs {
		out = append(out, m.shown(p.Old).Percentile(50), m.shown(p.New).Percentile(50))
	}
	return out
}

func (c *Comparison) environment() table.Table {
	return DifferencesTable(c.Differences, table.Table{
		ID: "differences", Title: "What differs between the two sides",
		Definition: "Facts of the environment that are not the same. They come first because they explain most differences below.",
		N:          fmt.Sprintf("%d facts known of the old side, %d of the new one.", len(c.Old.Facts()), len(c.New.Facts())),
		Columns:    []table.Column{{Name: "what", Text: true}, {Name: "old", Text: true}, {Name: "new", Text: true}},
	})
}

// DifferencesTable fills a table of three columns: the fact, and what the sides say.
func DifferencesTable(all []Difference, t table.Table) table.Table {
	for _, d := range all {
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
