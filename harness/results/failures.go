package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/record"
)

// place is a run in a session.
type place struct {
	cell string
	run  int
}

// MendFailures makes failures.jsonl the list of the failed runs among some. A
// kill may have left a line out, or half of one. Lines that are there stay: they
// say more than the runs do.
func MendFailures(sessionDir string, runs []*record.Run) error {
	path := filepath.Join(sessionDir, FailuresFile)
	had, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("mend failures: %w", err)
	}
	failed := map[place]bool{}
	for _, r := range runs {
		if !r.OK() {
			failed[place{r.Cell.ID, r.RunNumber}] = true
		}
	}
	out := kept(had, failed)
	for _, r := range runs {
		if !failed[place{r.Cell.ID, r.RunNumber}] {
			continue
		}
		line, err := json.Marshal(FailureOf(r))
		if err != nil {
			return fmt.Errorf("mend failures: %w", err)
		}
		out = append(append(out, line...), '\n')
	}
	if bytes.Equal(had, out) {
		return nil
	}
	return WriteFile(path, out)
}

// kept are the whole lines about failed runs, each once, which it takes out of
// failed.
func kept(lines []byte, failed map[place]bool) (out []byte) {
	for line := range bytes.Lines(lines) {
		var f Failure
		if json.Unmarshal(line, &f) != nil || !failed[place{f.Cell, f.RunNumber}] {
			continue
		}
		delete(failed, place{f.Cell, f.RunNumber})
		out = append(append(out, bytes.TrimRight(line, "\r\n")...), '\n')
	}
	return out
}
