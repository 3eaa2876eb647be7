package tr116_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stretchr/testify/assert"

	"github.com/chimeraforge/duet/harness/table"
)

// unprinted are columns of ours that the study does not have: counts.
var unprinted = map[string][]string{
	"run_statistics": {"runs"}, "correlation": {"n"}, "variance": {"models"}, "distribution": {"runs"},
	"single_cells": {"runs"}, "cards": {"runs"}, "manifest": {"suite", "runs"},
}

// spot is a cell of a table.
type spot struct {
	row    int
	column string
}

// comparison is the study's lines against our tables.
type comparison struct {
	t        assert.TestingT
	index    index
	context  string
	compared map[string]int           // figures, by table
	rows     map[string][]int         // rows in the order in which the study has them, by table
	cells    map[string]map[spot]bool // cells that a figure was compared with
	seen     map[int]int              // differences met, by place in the list
}

func newComparison(t assert.TestingT, tables []table.Table) *comparison {
	for _, p := range patterns() {
		if p.re == nil {
			p.compile()
		}
	}
	return &comparison{t: t, index: newIndex(tables), compared: map[string]int{}, rows: map[string][]int{},
		cells: map[string]map[spot]bool{}, seen: map[int]int{}}
}

func patterns() []*pattern { return slices.Concat(tables, sentences) }

// line compares the figures of a line. It reports whether a pattern knows it.
func (c *comparison) line(l line) bool {
	for _, p := range patterns() {
		if !l.under(p.under) {
			continue
		}
		key, found, ok := p.slotted(l.text)
		if !ok {
			continue
		}
		if p.table == "" {
			for _, f := range found {
				c.sentence(l, f)
			}
			return true
		}
		c.row(l, p, key, found)
		return true
	}
	return false
}

// row compares a line that is a row of a table, or a part of one.
func (c *comparison) row(l line, p *pattern, key string, found []figure) {
	switch {
	case p.table == "manifest":
		key = place(found[0].printed)
	case p.context && key == "":
		key = c.context
	case p.context:
		key = c.context + "/" + key
	default:
		c.context = key
	}
	r, ok := c.index.rows[p.table][key]
	if !ok {
		c.t.Errorf("line %d: table tr116_%s has no row %q", l.number, p.table, key)
		return
	}
	if seen := c.rows[p.table]; len(seen) == 0 || seen[len(seen)-1] != r {
		c.rows[p.table] = append(seen, r)
	}
	for _, f := range found {
		c.cell(l, p.table, r, f)
	}
}

// cell compares a figure with a cell: every character, and so the decimals.
func (c *comparison) cell(l line, table string, row int, f figure) {
	column, value, ok := c.index.cell(table, row, f.place)
	if !ok {
		c.t.Errorf("line %d: table tr116_%s has no column %q", l.number, table, f.place)
		return
	}
	if c.cells[table] == nil {
		c.cells[table] = map[spot]bool{}
	}
	c.cells[table][spot{row, f.place}] = true
	c.compare(l, table, c.index.names[table][row]+"; "+f.place, f.printed, shown(column, value))
}

// sentence compares a figure with what its place says, at the figure's decimals.
func (c *comparison) sentence(l line, f figure) {
	got, table, err := c.index.resolve(f)
	if err != nil {
		c.t.Errorf("line %d: %v", l.number, err)
		return
	}
	c.compare(l, table, f.place, f.printed, got)
}

// compare counts a figure and judges it. A difference must be listed.
func (c *comparison) compare(l line, table, where, printed, got string) {
	c.compared[table]++
	if plain(printed) == got {
		return
	}
	for i, d := range differences {
		if strings.Contains(l.text, d.line) && d.printed == plain(printed) && d.got == got {
			c.seen[i]++
			return
		}
	}
	c.t.Errorf("line %d, table tr116_%s, %s: the study prints %s, computed is %s\n\t%s", l.number, table, where, printed, got, l.text)
}

// complete checks that the study has every row and every cell of every table of
// ours, in our order, and that no listed difference is stale.
func (c *comparison) complete() {
	for _, p := range tables {
		c.whole(p.table)
	}
	for i, d := range differences {
		assert.NotZero(c.t, c.seen[i], "nothing in the study differs as listed any more: %s, %s against %s", d.line, d.printed, d.got)
	}
}

func (c *comparison) whole(id string) {
	rows := c.rows[id]
	assert.NotEmpty(c.t, rows, "table tr116_%s is nowhere in the study", id)
	assert.True(c.t, slices.IsSorted(rows), "the study has the rows of tr116_%s in another order: %v", id, rows)
	for r, name := range c.index.names[id] {
		if id == "variance" && name != "rust" {
			continue // the study printed Rust's alone
		}
		for column := range c.index.columns[id] {
			named := slices.Contains(keys[id], column) && id != "manifest"
			if !named && !slices.Contains(unprinted[id], column) && !c.cells[id][spot{r, column}] {
				c.t.Errorf("nothing in the study was compared with table tr116_%s, %s; %s", id, name, column)
			}
		}
	}
}

// summary says how much was compared, and what differs.
func (c *comparison) summary() string {
	var b strings.Builder
	total := 0
	b.WriteString("figures of the study compared, by table:\n")
	for id, n := range inOrder(c.compared) {
		fmt.Fprintf(&b, "  %-26s %5d, of them %d cells of the table and %d in sentences\n", "tr116_"+id, n, len(c.cells[id]), n-len(c.cells[id]))
		total += n
	}
	fmt.Fprintf(&b, "  %-26s %5d\n", "in all", total)
	b.WriteString("figures that differ on purpose:\n")
	for i, d := range differences {
		fmt.Fprintf(&b, "  %d × %s: the study says %s, its tables %s: %s\n", c.seen[i], d.line, d.printed, d.got, d.why)
	}
	return b.String()
}
