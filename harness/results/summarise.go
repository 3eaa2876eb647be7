package results

// summarise rewrites a cell's summary.json and summary.md.
func (f *Folder) summarise(cell string) error {
	return Write(f.Dir, f.runs[cell])
}
