package results

import (
	"errors"
	"fmt"
	"os"

	"github.com/chimeraforge/duet/harness/record"
)

// ErrSchema is wrapped by the error for a file of another schema.
var ErrSchema = errors.New("unknown schema")

// ReadRun reads one metrics.json. Its errors name the file and, for broken
// JSON, the line and column.
func ReadRun(path string) (*record.Run, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := Decode(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return r, nil
}

// ReadRuns reads one metrics.json, duet's own or one that an importer reads, some
// of which hold several runs. The error about a broken file is that of the reader
// it is meant for.
func ReadRuns(path string) ([]*record.Run, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	r, err := Decode(data)
	if err == nil {
		return []*record.Run{r}, nil
	}
	return imported(path, data, err)
}
