package compare

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

type seen struct {
	Observation
	number  int
	round   int // 0 of a re-run, which is of no round that was planned
	started time.Time
	session string
	backend record.Backend
	facts   []Key
}

func readRuns(path string) (*Side, error) {
	var all []seen
	var mu sync.Mutex
	folders := map[string]bool{}
	unread, err := results.Each(path, func() results.Take {
		return func(file string, r *record.Run) {
			s := look(r)
			mu.Lock()
			defer mu.Unlock()
			all = append(all, s)
			folders[results.RunFile{Path: file, Run: r}.Session()] = true
		}
	})
	switch {
	case err != nil:
		return nil, err
	case len(all) == 0:
		return nil, errors.Join(append(unread, fmt.Errorf("no runs found in %s", path))...)
	}
	side, err := sideOf(all)
	if err != nil {
		return nil, fmt.Errorf("%s %w", path, err)
	}
	side.Unread = unread
	for _, folder := range slices.Sorted(maps.Keys(folders)) {
		if results.Within(folder, path) { // a part of a session is not asked for the whole
			side.Missing = append(side.Missing, missing(folder, all)...)
		}
	}
	return side, nil
}

// missing are the cells that a session was asked for and does not have, or not of
// every round: what is not there fails no rule. A failed run was made. Rounds are
// counted and not runs, as validation counts them (trust's lacking, which wants runs
// that did not fail): two runs of one round, or a re-run, do not make up for another.
func missing(folder string, all []seen) (out []Missing) {
	f, _, err := results.Read(folder)
	if err != nil || f == nil {
		return nil
	}
	made := map[string]map[int]bool{}
	for _, s := range all {
		if made[s.ID] == nil {
			made[s.ID] = map[int]bool{}
		}
		if s.round >= 1 && s.round <= f.Plan.Rounds {
			made[s.ID][s.round] = true
		}
	}
	for _, suite := range slices.Sorted(maps.Keys(f.Suites)) {
		for _, id := range f.Suites[suite] {
			if n := len(made[id]); n < f.Plan.Rounds {
				out = append(out, Missing{id, n, f.Plan.Rounds})
			}
		}
	}
	return out
}

// sideOf puts runs into cells, in an order of its own.
func sideOf(all []seen) (*Side, error) {
	slices.SortStableFunc(all, func(a, b seen) int {
		return cmp.Or(strings.Compare(a.Cell, b.Cell), cmp.Compare(a.number, b.number), a.started.Compare(b.started))
	})
	if err := oneOrigin(all); err != nil {
		return nil, err
	}
	side := &Side{}
	know(side)
	for _, s := range all {
		side.Add(s.Observation)
		for _, f := range s.facts {
			side.Know(f.Name, f.Value)
		}
	}
	b := all[0].backend
	side.Backend = label(b)
	switch {
	case b.Simulated:
		side.Label = "SIMULATED"
	case b.Synthetic:
		side.Label = "SYNTHETIC MODELS"
	}
	return side, nil
}

func know(side *Side) {
	for _, m := range metric.Lines() {
		side.Metric(m.Line, m.Better)
	}
}

func oneOrigin(all []seen) error {
	sessions, backends := map[string]bool{}, map[string]bool{}
	for _, s := range all {
		sessions[s.session], backends[label(s.backend)] = true, true
	}
	if len(sessions) > 1 {
		return fmt.Errorf("holds %d sessions (%s), and a comparison is of one with one: name the session", len(sessions), list(sessions))
	}
	if len(backends) > 1 {
		return fmt.Errorf("holds runs of several backends (%s), which are not comparable", list(backends))
	}
	return nil
}

func list(names map[string]bool) string {
	all := slices.Sorted(maps.Keys(names))
	if len(all) > 5 {
		all = append(all[:5], "…")
	}
	return strings.Join(all, ", ")
}

// look derives everything from a run while it is there.
func look(r *record.Run) seen {
	row := metric.NewRow(r)
	s := seen{number: r.RunNumber, started: r.Started, session: r.Session, backend: r.Backend, facts: perMachine(r, facts(r))}
	s.Observation = observed(r.Suite, results.CellName(r), r.Cell)
	if r.Rerun == nil {
		s.round = r.Round
	}
	s.Failed = !r.OK()
	s.Invalid = metric.WhyInvalid(row.Findings)
	s.Values = row.Line()
	if r.OK() {
		s.FirstTokens = firstTokens(row)
	}
	return s
}

// observed is an observation of a cell, without what was observed.
func observed(suite, name string, c record.Cell) Observation {
	keys := []Key{{Name: "suite", Value: suite}}
	for _, c := range plan.Spelled(c) {
		keys = append(keys, Key{Name: c.Name, Value: c.Value})
	}
	return Observation{Cell: name, ID: c.ID, Model: c.Model(), Keys: keys}
}

// label is what answered the requests, whatever the topology: that is a
// coordinate of the cell, and one session may have both. The machines of a merged
// session are facts.
func label(b record.Backend) string {
	b.Machine = ""
	return b.Label()
}

// firstTokens are those of the calls whose TTFT the run's line gives.
func firstTokens(row *metric.Row) (out []float64) {
	pass := row.MeasuredPass()
	for _, f := range row.First {
		if f.Pass == pass && f.TTFT != nil {
			out = append(out, *f.TTFT)
		}
	}
	return out
}
