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

// Failure is one line of failures.jsonl: what was attempted, what was said, what
// was in memory then, and what would have worked instead.
type Failure struct {
	Cell      string    `json:"cell"`
	RunNumber int       `json:"run_number"`
	Round     int       `json:"round"`
	Started   string    `json:"started"`        // RFC 3339
	Kind      string    `json:"kind,omitempty"` // record.OutOfMemory and so on
	Error     string    `json:"error"`
	Attempted []Attempt `json:"attempted,omitempty"` // by agent
	VRAM      []VRAM    `json:"vram,omitempty"`      // by device, where there are sensors
	Loaded    []Loaded  `json:"loaded,omitempty"`    // by server, as /api/ps says
	Fallback  *Fallback `json:"fallback,omitempty"`  // where a model could not be loaded
}

// Attempt is what one agent was to run with.
type Attempt struct {
	Agent  string  `json:"agent"`
	Model  string  `json:"model"`
	NumGPU int     `json:"num_gpu"`
	NumCtx int     `json:"num_ctx"`
	Temp   float64 `json:"temperature"`
}

// VRAM is a device's memory at a failure, in bytes.
type VRAM struct {
	Device string `json:"device"`
	UsedB  int64  `json:"used_b"`           // when the failure was noticed
	PeakB  int64  `json:"peak_b"`           // since the run began
	SizeB  *int64 `json:"size_b,omitempty"` // of the device
}

// Loaded is a model in a server's memory at a failure.
type Loaded struct {
	Server string `json:"server"`
	Model  string `json:"model"`
	SizeB  *int64 `json:"size_b,omitempty"`
	VRAMB  *int64 `json:"size_vram_b,omitempty"`
}

// Fallback is the first configuration below the one that failed with which every
// server of the cell could load. It is not measured: its numbers would stand
// under a label that is not theirs.
type Fallback struct {
	Taken *record.Try  `json:"taken,omitempty"` // nil: nothing that was tried loads
	Tried []record.Try `json:"tried"`           // in order, up to the one taken
}

// FailureOf is what a failed run itself says.
func FailureOf(r *record.Run) Failure {
	f := Failure{
		Cell: r.Cell.ID, RunNumber: r.RunNumber, Round: r.Round,
		Started: r.Started.Format("2006-01-02T15:04:05.000Z07:00"), Error: r.Error,
	}
	for _, a := range r.Agents {
		o := a.Options
		f.Attempted = append(f.Attempted, Attempt{a.ID, a.Model, o.NumGPU, o.NumCtx, o.Temperature})
	}
	return f
}

// AppendFailure adds a failed run to the session's failures.jsonl. The run
// itself is in its metrics.json like any other; this is the list to look at.
func AppendFailure(sessionDir string, failure Failure) error {
	line, err := json.Marshal(failure)
	if err != nil {
		return fmt.Errorf("record failure: %w", err)
	}
	if err := makeFolder(sessionDir); err != nil {
		return fmt.Errorf("record failure: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(sessionDir, FailuresFile), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("record failure: %w", err)
	}
	_, err = f.Write(append(line, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close(), SyncDir(sessionDir)); err != nil {
		return fmt.Errorf("record failure: %w", err)
	}
	return nil
}

// place is a run in a session.
type place struct {
	cell string
	run  int
}

// mendFailures makes failures.jsonl the list of the failed runs among some. A
// kill may have left a line out, or half of one. Lines that are there stay: they
// say more than the runs do.
func mendFailures(sessionDir string, runs []*record.Run) error {
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
