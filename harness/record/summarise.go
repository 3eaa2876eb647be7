package record

import "github.com/chimeraforge/duet/harness/report/cellsummary"

// summarise rewrites a cell's summary.json and summary.md.
func (f *Folder) summarise(cell string) error {
	return cellsummary.Write(f.Dir, f.runs[cell])
}
