package tr116_test

import (
	"testing"

	"github.com/chimeraforge/duet/golden"
	"github.com/chimeraforge/duet/harness/table"
)

// TestTheStudysTablesStayAsTheyAre holds every table computed from the raw files
// to a file, words included. When a formula breaks, the failure names the table,
// the row, the column and the command that renews the files.
func TestTheStudysTablesStayAsTheyAre(t *testing.T) {
	for _, tab := range raw(t) {
		t.Run(tab.ID, func(t *testing.T) {
			golden.AssertTables(t, tab.ID+".md", table.Markdown(tab))
		})
	}
}
