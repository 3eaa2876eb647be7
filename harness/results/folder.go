package results

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
)

// resumeWithin is how old an unfinished session may be for a command without a
// name to go on with it: the machine of yesterday is not the machine of today.
const resumeWithin = 24 * time.Hour

// joinWithin is how long after a session's last run another suite of the same
// plan still joins it, as "make bench" does with its two.
const joinWithin = time.Hour

// Request is what a command wants of a session folder.
type Request struct {
	Results string   // folder of sessions
	Name    string   // "" to find or make one
	Kind    string   // of backend, for the name of a new session
	Suite   string   // single or multi
	Cells   []string // ids of the cells this command is to measure
	Plan    Plan
	Now     time.Time
}

// Folder is an open, locked session folder.
type Folder struct {
	Dir     string
	File    File
	Resumed int // runs of this suite found in it
	// Unread is why some of the results folder's sessions cannot be read: one of
	// them may be the one that was meant.
	Unread []error
	rows   map[string][]*metric.Row // runs by cell, each derived once
	bench  *bench
	lock   *os.File
	made   bool // by this command: it holds nothing that is not ours
}

// load locks a session and reads what is in it.
func load(req Request, file File) (_ *Folder, err error) {
	f := &Folder{Dir: filepath.Join(req.Results, file.Name), File: file, rows: map[string][]*metric.Row{}}
	if f.lock, err = lock(f.Dir); err != nil {
		return nil, fmt.Errorf("session %s: %w", file.Name, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.Close())
		}
	}()
	if err := sweep(f.Dir); err != nil {
		return nil, fmt.Errorf("session %s: %w", file.Name, err)
	}
	tree, err := ReadTree(f.Dir)
	if err := errors.Join(append(tree.Errors, err)...); err != nil {
		return nil, fmt.Errorf("session %s: %w; remove the file and the same command measures it again, or choose another -duet.session", file.Name, err)
	}
	f.bench = newBench(filepath.Join(f.Dir, BenchName))
	for _, row := range metric.NewSet(tree.Runs()).Rows {
		f.keep(row)
		if row.Run.Suite == req.Suite {
			f.Resumed++
		}
	}
	return f, nil
}

func (f *Folder) keep(row *metric.Row) {
	f.rows[row.Run.Cell.ID] = append(f.rows[row.Run.Cell.ID], row)
	f.bench.add(row.Run)
}

// any reports whether a cell has a run of which something holds.
func (f *Folder) any(cell string, holds func(*record.Run) bool) bool {
	return slices.ContainsFunc(f.rows[cell], func(row *metric.Row) bool { return holds(row.Run) })
}

// recorded reports whether a cell has any run of a round.
func (f *Folder) recorded(cell string, round int) bool {
	return f.any(cell, func(r *record.Run) bool { return r.Round == round })
}

// Measured reports whether a cell has a good run of a round.
func (f *Folder) Measured(cell string, round int) bool {
	return f.any(cell, func(r *record.Run) bool { return r.Round == round && r.OK() })
}

// NextRun is the number of a cell's next run, from 1.
func (f *Folder) NextRun(cell string) int {
	next := 1
	for _, row := range f.rows[cell] {
		next = max(next, row.Run.RunNumber+1)
	}
	return next
}

// Save writes session.json.
func (f *Folder) Save(now time.Time) error {
	f.File.Updated = now
	if err := writeJSON(filepath.Join(f.Dir, FileName), f.File); err != nil {
		return fmt.Errorf("save session: %w", err)
	}
	return nil
}

// Add writes a run: its metrics.json first, then everything that is derived
// from it, so that a kill in between loses nothing that cannot be made again.
func (f *Folder) Add(r *record.Run, now time.Time) error {
	return f.AddFailed(r, FailureOf(r), now)
}

// AddFailed is Add with more to say of a failed run than the run says itself.
func (f *Folder) AddFailed(r *record.Run, failure Failure, now time.Time) error {
	if _, err := WriteRun(f.Dir, r); err != nil {
		return fmt.Errorf("write run: %w", err)
	}
	f.keep(metric.NewRow(r))
	errs := []error{f.bench.write(), writeSummary(f.Dir, f.rows[r.Cell.ID]), f.Save(now)}
	if !r.OK() {
		errs = append(errs, AppendFailure(f.Dir, failure))
	}
	return errors.Join(errs...)
}

// Close gives the session free.
func (f *Folder) Close() error { return unlock(f.lock) }

// Discard closes a session that could not begin. One that this command made and
// never saved holds nothing, and its folder goes.
func (f *Folder) Discard() error {
	_, saved := os.Lstat(filepath.Join(f.Dir, FileName))
	err := f.Close()
	if f.made && errors.Is(saved, os.ErrNotExist) {
		err = errors.Join(err, os.RemoveAll(f.Dir))
	}
	return err
}

// mended writes again what is derived from the runs: a kill between a run and
// its summary would otherwise leave the last run out for good.
func (f *Folder) mended() (*Folder, error) {
	var errs []error
	var all []*record.Run
	for _, id := range slices.Sorted(maps.Keys(f.rows)) {
		errs = append(errs, writeSummary(f.Dir, f.rows[id]))
		for _, row := range f.rows[id] {
			all = append(all, row.Run)
		}
	}
	if len(all) > 0 {
		slices.SortStableFunc(all, func(a, b *record.Run) int { return a.Started.Compare(b.Started) })
		errs = append(errs, f.bench.write(), mendFailures(f.Dir, all))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(fmt.Errorf("session %s: %w", f.File.Name, err), f.Close())
	}
	return f, nil
}

// Due is why a cell is to be run once more at the end of its suite: nil where no
// value lies far out, where the plan does not want it, and until every round has
// been tried. Whether that has been done is Rerun's to say.
func (f *Folder) Due(cell string) *record.Rerun {
	if !f.File.Plan.Rerun || f.roundsLeft(cell, f.File.Plan.Rounds) > 0 {
		return nil
	}
	return metric.Rerun(f.rows[cell])
}

// Rerun reports whether a cell has been run once more, and with success.
func (f *Folder) Rerun(cell string) (recorded, measured bool) {
	return f.any(cell, func(r *record.Run) bool { return r.Rerun != nil }),
		f.any(cell, func(r *record.Run) bool { return r.Rerun != nil && r.OK() })
}

// roundsLeft counts the rounds of which a cell has no run, not even a failed one.
func (f *Folder) roundsLeft(cell string, rounds int) (n int) {
	for round := 1; round <= rounds; round++ {
		if !f.recorded(cell, round) {
			n++
		}
	}
	return n
}

// complete reports whether a cell lacks nothing: no round, and no re-run that is
// due. A failed run is no hole.
func (f *Folder) complete(cell string, rounds int) bool {
	again, _ := f.Rerun(cell)
	return f.roundsLeft(cell, rounds) == 0 && (again || f.Due(cell) == nil)
}

// begun is the name of a file that WriteFile had not renamed yet when its
// process was killed. Nothing reads it.
var begun = func() *regexp.Regexp {
	names := []string{MetricsFile, SummaryJSON, SummaryMD, FailuresFile, FileName, BenchName}
	return regexp.MustCompile(`^\.(` + strings.ReplaceAll(strings.Join(names, "|"), ".", `\.`) + `)-[0-9]+$`)
}()

// sweep removes what a killed process had begun to write into a session that is
// locked by us.
func sweep(dir string) error {
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && begun.MatchString(d.Name()) {
			err = os.Remove(path)
		}
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("remove what was left half written: %w", err)
	}
	return nil
}
