package tr116_test

import (
	"regexp"
	"strings"

	"github.com/chimeraforge/duet/harness/table"
)

// keys are the columns that name a table's rows.
var keys = map[string][]string{
	"runtime":           {"runtime"},
	"model_runtime":     {"model", "runtime"},
	"config":            {"runtime", "model", "scenario"},
	"gap":               {"runtime", "against"},
	"scenario_gain":     {"runtime", "model"},
	"config_notes":      {"runtime", "model", "scenario"},
	"single":            {"runtime", "model"},
	"flat":              {"runtime", "model", "scenario", "run"},
	"runs":              {"runtime", "model", "scenario", "run"},
	"run_statistics":    {"runtime", "model", "scenario"},
	"correlation":       {"model", "runtime"},
	"variance":          {"runtime"},
	"distribution":      {"runtime"},
	"single_cells":      {"runtime", "model", "gpu", "ctx"},
	"cards":             {"runtime", "model", "scenario"},
	"manifest":          {"file"},
	"run_notes":         {"runtime", "model", "scenario", "run"},
	"single_runs":       {"runtime", "model", "configuration", "run"},
	"single_aggregates": {"runtime", "model", "configuration"},
	"validation":        {"item"},
	"samples":           {"runtime", "model", "scenario", "run"},
}

// index finds cells by table, row and column. Ids are without "tr116_".
type index struct {
	tables  map[string]table.Table
	columns map[string]map[string]int // id → heading without unit → column
	rows    map[string]map[string]int // id → key → row
	names   map[string][]string       // id → keys in order
}

func newIndex(tables []table.Table) index {
	x := index{map[string]table.Table{}, map[string]map[string]int{}, map[string]map[string]int{}, map[string][]string{}}
	for _, t := range tables {
		id := strings.TrimPrefix(t.ID, "tr116_")
		x.tables[id], x.columns[id], x.rows[id] = t, map[string]int{}, map[string]int{}
		for i, c := range t.Columns {
			c.Unit = ""
			x.columns[id][table.Heading(c)] = i
		}
		for r, row := range t.Rows {
			var parts []string
			for _, k := range keys[id] {
				i := x.columns[id][k]
				parts = append(parts, table.Cell(t.Columns[i], row[i]))
			}
			key := strings.Join(parts, "/")
			x.rows[id][key] = r
			x.names[id] = append(x.names[id], key)
		}
	}
	return x
}

// match lists the rows of a table whose key is what a pattern says, in order.
func (x index) match(id, pattern string) []int {
	re := regexp.MustCompile("^(?:" + pattern + ")$")
	var out []int
	for r, key := range x.names[id] {
		if re.MatchString(key) {
			out = append(out, r)
		}
	}
	return out
}

// cell is a value with its column.
func (x index) cell(id string, row int, column string) (table.Column, table.Value, bool) {
	i, ok := x.columns[id][column]
	if !ok || row < 0 || row >= len(x.tables[id].Rows) {
		return table.Column{}, table.Value{}, false
	}
	t := x.tables[id]
	return t.Columns[i], t.Rows[row][i], true
}
