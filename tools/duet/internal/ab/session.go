package ab

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/chimeraforge/duet/harness/compare/abba"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// runs are those of a side's session so far.
func (s *side) runs() ([]*record.Run, error) {
	tree, err := results.ReadTree(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err := errors.Join(append(tree.Errors, err)...); err != nil {
		return nil, fmt.Errorf("the %s side's session: %w", s, err)
	}
	var out []*record.Run
	for _, f := range tree.Files {
		out = append(out, f.Run)
	}
	return out, nil
}

// done says which rounds of a suite have a run of every cell. One that failed
// counts: it is a result, and making it again until it is a good one would not be.
func (s *side) done(suite string) (map[int]bool, error) {
	file, _, err := results.Read(s.dir)
	if err != nil {
		return nil, fmt.Errorf("the %s side's session: %w", s, err)
	}
	if file == nil {
		return nil, nil
	}
	runs, err := s.runs()
	if err != nil {
		return nil, err
	}
	return complete(runs, file.Suites[suite]), nil
}

// complete are the rounds that have a run of each of some cells.
func complete(runs []*record.Run, cells []string) map[int]bool {
	wanted := map[string]bool{}
	for _, id := range cells {
		wanted[id] = true
	}
	seen := map[int]map[string]bool{}
	for _, r := range runs {
		if wanted[r.Cell.ID] && r.Rerun == nil {
			if seen[r.Round] == nil {
				seen[r.Round] = map[string]bool{}
			}
			seen[r.Round][r.Cell.ID] = true
		}
	}
	out := map[int]bool{}
	for round, cells := range seen {
		out[round] = len(cells) == len(wanted)
	}
	return out
}

// apart is how long after the first side of a round the other began, at most, and
// in which round.
func apart(runs [2][]*record.Run) (longest time.Duration, round int) {
	type key struct {
		suite string
		round int
	}
	var begins [2]map[key]time.Time
	for side, of := range runs {
		begins[side] = map[key]time.Time{}
		for _, r := range of {
			k := key{r.Suite, r.Round}
			if at, ok := begins[side][k]; !ok || r.Started.Before(at) {
				begins[side][k] = r.Started
			}
		}
	}
	for k, a := range begins[abba.Old] {
		b, ok := begins[abba.New][k]
		if d := b.Sub(a).Abs(); ok && d > longest {
			longest, round = d, k.round
		}
	}
	return longest, round
}
