package record

import (
	"errors"
	"io/fs"

	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/meter"
	"github.com/chimeraforge/duet/harness/meter/known"
)

// Meter is what the session in a folder read of a known answer, nothing where
// the folder is no session of duet's.
func Meter(dir string) ([]meter.Reading, error) {
	f, err := readAny(dir)
	return f.Meter, err
}

// MeterTables are the tables of what the session in a folder read of known answers,
// without rows where it did not.
func MeterTables(dir string) ([]analysis.Table, error) {
	f, err := readAny(dir)
	return []analysis.Table{meter.Table(f.Meter), known.Table(f.Known)}, err
}

// readAny is readFile for a folder that may be no session of duet's.
func readAny(dir string) (File, error) {
	f, err := readFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return f, err
}
