package results

import (
	"errors"
	"io/fs"
	"slices"

	"github.com/chimeraforge/duet/harness/selftest"
	"github.com/chimeraforge/duet/harness/table"
)

// Meter is what the session in a folder read of a known answer, nothing where
// the folder is no session of duet's.
func Meter(dir string) ([]selftest.Reading, error) {
	f, err := readAny(dir)
	return f.Meter, err
}

// MeterTables are the tables of what the session in a folder read of known answers,
// without rows where it did not.
func MeterTables(dir string) ([]table.Table, error) {
	f, err := readAny(dir)
	if len(f.Merged) > 0 {
		return []table.Table{
			f.byMachine(func(f File) table.Table { return selftest.ReadingTable(f.Meter) }),
			f.byMachine(func(f File) table.Table { return selftest.AnswerTable(f.Known) }),
		}, err
	}
	return []table.Table{selftest.ReadingTable(f.Meter), selftest.AnswerTable(f.Known)}, err
}

// byMachine is a table over all merged sessions, their machine first. One session's
// may have a column more, at the end.
func (f File) byMachine(of func(File) table.Table) table.Table {
	var out table.Table
	for _, m := range f.Merged {
		t := of(m.Session)
		for _, row := range t.Rows {
			out.Rows = append(out.Rows, slices.Insert(row, 0, table.Text(m.Machine)))
		}
		if len(t.Columns) >= len(out.Columns) {
			t.Rows = out.Rows
			t.Columns = slices.Insert(t.Columns, 0, table.Column{Name: "machine", Text: true})
			out = t
		}
	}
	for i, row := range out.Rows {
		for len(row) < len(out.Columns) {
			row = append(row, table.Value{})
		}
		out.Rows[i] = row
	}
	return out
}

// readAny is readFile for a folder that may be no session of duet's.
func readAny(dir string) (File, error) {
	f, err := readFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return f, err
}
