package results

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/docker/go-units"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// Describe is a machine in a few words, none of which says whose it is.
func Describe(e record.Environment) string {
	var out []string
	for _, w := range []string{e.CPU, count(e.Cores, "cores"), strings.Join(e.GPUs, "; ")} {
		if w != "" {
			out = append(out, w)
		}
	}
	return cmp.Or(strings.Join(out, ", "), "nothing is known of it")
}

func count(n int, of string) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", n, of)
}

// Compared reports whether a merged session compares its machines: the cells say
// which they are of.
func (f File) Compared() bool {
	for _, m := range f.Merged {
		for suite, ids := range m.Session.Suites {
			for _, id := range ids {
				if slices.Contains(f.Suites[suite], id+plan.OnMachine(m.Machine)) {
					return true
				}
			}
		}
	}
	return false
}

// Source is the session of a merged one that a run comes from, nil where there is
// none.
func (f File) Source(r *record.Run) *Merged {
	id := r.Cell.ID
	if r.Cell.Machine() != "" {
		id = strings.TrimSuffix(id, plan.OnMachine(r.Cell.Machine()))
	}
	for i, m := range f.Merged {
		if m.Machine == r.Backend.Machine && slices.Contains(m.Session.Suites[r.Suite], id) {
			return &f.Merged[i]
		}
	}
	return nil
}

// Lacks names the shards that are not among merged sessions and have something of
// the suites that they measured, of each machine where machines are compared.
func (f File) Lacks() []string {
	groups := map[string][]Merged{}
	for _, m := range f.Merged {
		key := ""
		if f.Compared() {
			key = m.Machine
		}
		groups[key] = append(groups[key], m)
	}
	var out []string
	for machine, of := range groups {
		for _, lack := range lacks(of) {
			if machine != "" {
				lack += " on " + machine
			}
			out = append(out, lack)
		}
	}
	slices.Sort(out)
	return out
}

// lacks counts the cells of the shards that none of some sessions was. Every session
// of a split matrix keeps the cells of all shards.
func lacks(of []Merged) (out []string) {
	have := map[string]bool{} // suite and shard
	var all File
	for _, m := range of {
		for suite := range m.Session.Suites {
			have[suite+m.Session.Plan.Shard] = true
		}
		all.Keep(m.Session.Cells...)
	}
	cells := map[[2]string]int{}
	for _, c := range all.Cells {
		if c.Shard != "" && !have[c.Suite+c.Shard] {
			cells[[2]string{c.Shard, c.Suite}]++
		}
	}
	for lack, n := range cells {
		out = append(out, fmt.Sprintf("shard %s, %d cells of the %s suite", lack[0], n, lack[1]))
	}
	return out
}

// Differences names the fields in which two plans differ, shards aside; "" where
// they are the same.
func Differences(a, b Plan) string {
	a.Shard, b.Shard = "", ""
	return differences(a, b)
}

// WriteMerged writes what is derived from the runs of a merged session, which lie
// in dir already, and last its session.json. The processors are those of the
// machine that made a run.
func WriteMerged(dir string, f File, runs []*record.Run, processors func(*record.Run) int) error {
	b := newBench(filepath.Join(dir, BenchName))
	b.processors = processors
	cells := map[string][]*metric.Row{}
	for _, row := range metric.NewSet(runs).Rows {
		b.add(row.Run)
		cells[row.Run.Cell.ID] = append(cells[row.Run.Cell.ID], row)
	}
	var errs []error
	if len(b.entries) > 0 {
		errs = append(errs, b.write())
	}
	for _, of := range cells {
		errs = append(errs, writeSummary(dir, of))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return writeJSON(filepath.Join(dir, FileName), f)
}

// Busy reports whether a session is being measured.
func Busy(dir string) bool {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR, 0)
	if err != nil {
		return false
	}
	defer f.Close()
	return errors.Is(tryLock(f), ErrLocked)
}

// Machines is a table of the machines of a merged session, without rows where it
// is one machine's.
func (f File) Machines() table.Table {
	t := table.Table{
		ID: "machines", Title: "Machines", Section: table.SectionReproducibility,
		Definition: "Which machine measured which session of those that were merged, as each recorded it when it began.",
		N:          "One row per session that was merged; cells that it was asked for.",
	}
	for _, c := range []string{"machine", "session", "shard", "system", "cpu", "gpus", "governor", "kernel", "go"} {
		t.Columns = append(t.Columns, table.Column{Name: c, Text: true})
	}
	t.Columns = append(t.Columns, table.Column{Name: "cores"}, table.Column{Name: "memory", Text: true}, table.Column{Name: "cells"})
	for _, m := range f.Merged {
		s, e := m.Session, m.Session.Environment
		var row []table.Value
		for _, w := range []string{m.Machine, s.Name, s.Plan.Shard, e.OS + "/" + e.Arch, e.CPU, strings.Join(e.GPUs, "; "), e.Governor, e.Kernel, e.Go} {
			row = append(row, table.TextOrAbsent(w))
		}
		memory, cells := "", 0
		if e.MemoryB > 0 {
			memory = units.BytesSize(float64(e.MemoryB))
		}
		for _, ids := range s.Suites {
			cells += len(ids)
		}
		t.Rows = append(t.Rows, append(row, table.Count(e.Cores), table.TextOrAbsent(memory), table.Count(cells)))
	}
	return t
}
