package results

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/record"
)

// Importer reads the files of another tool. The rooms of such tools register
// theirs when they are imported, as database drivers do.
type Importer struct {
	Name   string // what Imported.Study says of its runs
	Claims func(path string, data []byte) bool
	Decode func(path string, data []byte) ([]*record.Run, error)
}

var importers []Importer

// RegisterImporter adds one.
func RegisterImporter(i Importer) { importers = append(importers, i) }

// Importers are the names of those that there are.
func Importers() []string {
	var out []string
	for _, i := range importers {
		out = append(out, i.Name)
	}
	return out
}

// imported is the runs of a file that an importer claims; else why is the error.
func imported(path string, data []byte, why error) ([]*record.Run, error) {
	for _, i := range importers {
		if i.Claims(path, data) {
			runs, err := i.Decode(path, data)
			if err == nil {
				return runs, nil
			}
			why = err
			break
		}
	}
	return nil, fmt.Errorf("%s: %w", path, why)
}
