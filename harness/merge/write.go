package merge

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// write makes the folder beside its place and gives it its name last, so that it
// appears whole or not at all.
func write(o Options, file results.File, sessions []session) (err error) {
	out, err := filepath.Abs(o.Out)
	if err != nil {
		return err
	}
	parent := filepath.Dir(out)
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return err
	}
	tmp, err := os.MkdirTemp(parent, results.Unfinished+filepath.Base(out)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(tmp))
		}
	}()
	if err := fill(tmp, o, file, sessions); err != nil {
		return err
	}
	if err := os.Chmod(tmp, 0o755); err != nil { // MkdirTemp's mode is for secrets
		return err
	}
	if err := os.Rename(tmp, out); err != nil {
		return err
	}
	return results.SyncDir(parent)
}

func fill(dir string, o Options, file results.File, sessions []session) error {
	var runs []*record.Run
	var failures []byte
	processors := map[*record.Run]int{}
	taken := map[string]int{}
	for _, s := range sessions {
		l := relabelling{file.Name, s.Machine, o.Machines}
		for _, f := range s.runs {
			r := l.run(f.Run)
			if _, err := results.WriteRun(dir, r); err != nil {
				return fmt.Errorf("%s: %w", f.Path, err)
			}
			runs, processors[r] = append(runs, r), s.processors
		}
		lines, err := failuresOf(s.Dir, l)
		if err != nil {
			return fmt.Errorf("%s: %w", filepath.Join(s.Dir, results.FailuresFile), err)
		}
		failures = append(failures, lines...)
		at := filepath.Join(dir, "machines", s.Machine, s.file.Name)
		if taken[at]++; taken[at] > 1 { // two shards of one machine and name, from two results folders
			at += fmt.Sprintf("-%d", taken[at])
		}
		if err := copyLogs(s, at); err != nil {
			return err
		}
	}
	if len(failures) > 0 {
		if err := results.WriteFile(filepath.Join(dir, results.FailuresFile), failures); err != nil {
			return err
		}
	}
	return results.WriteMerged(dir, file, runs, func(r *record.Run) int { return processors[r] })
}

// failuresOf are the lines of a session's failures.jsonl.
func failuresOf(dir string, l relabelling) (out []byte, err error) {
	data, err := os.ReadFile(filepath.Join(dir, results.FailuresFile))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for line := range bytes.Lines(data) {
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		text, err := l.failure(line)
		if err != nil {
			return nil, err
		}
		out = append(append(out, text...), '\n')
	}
	return out, nil
}

// logs are what a session's folder has beside runs and what is derived from them.
var logs = []string{"progress.log", "servers", "clients"}

// copyLogs copies a session's logs; the paths that its runs name are below to.
func copyLogs(s session, to string) error {
	for _, name := range logs {
		err := filepath.WalkDir(filepath.Join(s.Dir, name), func(path string, d fs.DirEntry, err error) error {
			if err != nil || !d.Type().IsRegular() {
				return err
			}
			rel, err := filepath.Rel(s.Dir, path)
			if err != nil {
				return err
			}
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			return results.WriteFile(filepath.Join(to, rel), data)
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// relabelling is what a run is told in a merge.
type relabelling struct {
	session, machine string
	compared         bool // the machine is a coordinate of the cell
}

// run is a run with its labels changed.
func (l relabelling) run(of *record.Run) *record.Run {
	r := *of
	r.Session, r.Backend.Machine = l.session, l.machine
	if l.compared {
		r.Cell = results.OnMachine(r.Cell, l.machine)
	}
	return &r
}

// cell is the id that a cell has in the merge.
func (l relabelling) cell(id string) string {
	if !l.compared {
		return id
	}
	return id + plan.OnMachine(l.machine)
}

// failure is a line of failures.jsonl with the cell's id in the merge.
func (l relabelling) failure(line []byte) ([]byte, error) {
	var f results.Failure
	if err := json.Unmarshal(line, &f); err != nil {
		return nil, err
	}
	f.Cell = l.cell(f.Cell)
	return json.Marshal(f)
}
