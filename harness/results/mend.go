package results

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/chimeraforge/duet/harness/record"
)

// mended writes again what is derived from the runs: a kill between a run and
// its summary would otherwise leave the last run out for good.
func (f *Folder) mended() (*Folder, error) {
	var errs []error
	for id := range f.runs {
		errs = append(errs, f.summarise(id))
	}
	if len(f.runs) > 0 {
		errs = append(errs, f.bench.write(), MendFailures(f.Dir, f.inTime()))
	}
	if err := errors.Join(errs...); err != nil {
		return nil, errors.Join(fmt.Errorf("session %s: %w", f.File.Name, err), f.Close())
	}
	return f, nil
}

// inTime are all runs in the order in which they began.
func (f *Folder) inTime() []*record.Run {
	var out []*record.Run
	for _, id := range slices.Sorted(maps.Keys(f.runs)) {
		out = append(out, f.runs[id]...)
	}
	slices.SortStableFunc(out, func(a, b *record.Run) int { return a.Started.Compare(b.Started) })
	return out
}
