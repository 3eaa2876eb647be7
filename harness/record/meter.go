package record

import (
	"errors"
	"io/fs"

	"github.com/chimeraforge/duet/harness/meter"
)

// Meter is what the session in a folder read of a known answer, nothing where
// the folder is no session of duet's.
func Meter(dir string) ([]meter.Reading, error) {
	f, err := readFile(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return f.Meter, err
}
