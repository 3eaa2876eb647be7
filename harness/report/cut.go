package report

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/table"
)

// A table of more than rowLimit rows is cut to rowsKept on the page and in
// report.md: 100,000 rows open in no browser. A full matrix of three models and
// six rounds has 126 runs.
const (
	rowLimit = 250
	rowsKept = 200
)

// cut is a table as a page has it, and what to say of the rest; "" when it is
// whole.
func cut(t table.Table) (table.Table, string) {
	n := len(t.Rows)
	if n <= rowLimit {
		return t, ""
	}
	t.Rows = t.Rows[:rowsKept]
	return t, fmt.Sprintf("These are the first %d of %d rows. All of them are in tables/%s.csv, beside this file.", rowsKept, n, t.ID)
}
