package tr116_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/chimeraforge/duet/harness/analysis"
)

// names are digits that are no figures.
var names = regexp.MustCompile(`(?i)TR\d+(/\d+)?|qwen ?2\.5(:7b)?|gemma ?3|llama ?3\.1|^\d+\. |^##+ \d+\. |(baseline|chimera)_TP`)

var digit = regexp.MustCompile(`\d`)

func TestEveryFigureOfTheStudyIsACellComputedFromItsRawFiles(t *testing.T) {
	lines := readStudy(t)
	c := newComparison(t, raw(t))
	for _, l := range lines {
		if !c.heading(l) && !c.line(l) && digit.MatchString(names.ReplaceAllString(l.text, "")) && !isSilent(l) {
			t.Errorf("line %d of the study has figures that nothing is compared with: %s", l.number, l.text)
		}
	}
	c.complete()
	c.print()
}

func isSilent(l line) bool {
	for _, s := range silent {
		if l.under(s.under) && strings.HasPrefix(l.text, s.text) {
			return true
		}
	}
	return false
}

// comparison is the study's lines against our tables.
type comparison struct {
	t        *testing.T
	index    index
	context  string
	compared map[string]int             // figures, by table
	rows     map[string][]int           // rows in the order in which the study has them, by table
	cells    map[string]map[[2]int]bool // cells that a figure was compared with
	seen     map[int]int                // differences met, by place in the list
}

func newComparison(t *testing.T, tables []analysis.Table) *comparison {
	require.NotEmpty(t, tables)
	for _, p := range patterns() {
		if p.re == nil {
			p.compile()
		}
	}
	return &comparison{t: t, index: newIndex(tables), compared: map[string]int{}, rows: map[string][]int{},
		cells: map[string]map[[2]int]bool{}, seen: map[int]int{}}
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
	if i := slices.IndexFunc(c.index.tables[table].Columns, func(x analysis.Column) bool { return x == column }); c.cells[table] == nil {
		c.cells[table] = map[[2]int]bool{{row, i}: true}
	} else {
		c.cells[table][[2]int{row, i}] = true
	}
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

// complete checks that the study has every row of every table of ours, in our
// order, and that no listed difference is stale.
func (c *comparison) complete() {
	for id, rows := range c.rows {
		assert.True(c.t, slices.IsSorted(rows), "the study has the rows of tr116_%s in another order: %v", id, rows)
		want := len(c.index.tables[id].Rows)
		if id == "variance" {
			want = 1 // the study printed Rust's alone
		}
		assert.Len(c.t, slices.Compact(rows), want, "rows of tr116_%s in the study", id)
	}
	for _, p := range tables {
		assert.NotEmpty(c.t, c.rows[p.table], "table tr116_%s is nowhere in the study", p.table)
	}
	for i, d := range differences {
		assert.NotZero(c.t, c.seen[i], "nothing in the study differs as listed any more: %s, %s against %s", d.line, d.printed, d.got)
	}
}

// print says how much was compared, and what differs.
func (c *comparison) print() {
	var b strings.Builder
	total := 0
	b.WriteString("figures of the study compared, by table:\n")
	for id, n := range inOrder(c.compared) {
		fmt.Fprintf(&b, "  %-26s %5d", "tr116_"+id, n)
		if k := c.index.numeric(id); len(c.cells[id]) > 0 {
			fmt.Fprintf(&b, "   (of %d cells, %d)", k, len(c.cells[id]))
		}
		b.WriteString("\n")
		total += n
	}
	fmt.Fprintf(&b, "  %-26s %5s\n", "in all", strconv.Itoa(total))
	b.WriteString("figures that differ on purpose:\n")
	for i, d := range differences {
		fmt.Fprintf(&b, "  %d × %s: the study says %s, its tables %s: %s\n", c.seen[i], d.line, d.printed, d.got, d.why)
	}
	c.t.Log(b.String())
}
