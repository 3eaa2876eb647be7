package merge

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// unlike are the reasons why sessions cannot stand side by side. Each is compared
// with the first.
func unlike(sessions []session, o Options) (out []string) {
	first := sessions[0]
	for _, s := range sessions[1:] {
		pair := first.Dir + " and " + s.Dir
		if d := results.Differences(first.file.Plan, s.file.Plan); d != "" {
			out = append(out, pair+" have different plans: "+strings.ReplaceAll(d, ", now ", " and "))
		}
		if a, b := parts(first), parts(s); a != b && a != "" && b != "" {
			out = append(out, fmt.Sprintf("%s are of different splits: shards %s and %s", pair, first.file.Plan.Shard, s.file.Plan.Shard))
		} else {
			out = append(out, otherCells(pair, first.file, s.file)...)
		}
		out = append(out, backends(pair, first.file.Backend, s.file.Backend)...)
		if a, b := versions(first), versions(s); a != b {
			out = append(out, fmt.Sprintf("%s have servers of different versions: %s and %s", pair, known(a), known(b)))
		}
	}
	out = append(out, digests(sessions)...)
	out = append(out, machines(sessions)...)
	return append(out, twice(sessions, o)...)
}

// otherCells are the cells that two sessions of one plan do not understand alike. What a
// cell is and which shard it belongs to is made by the code, and two changed copies of one
// commit have one plan: where their splits differ, cells are measured twice, or by nobody
// although every shard is there.
func otherCells(pair string, a, b results.File) []string {
	sharded := a.Plan.Shard != "" && b.Plan.Shard != ""
	mine := map[string]plan.Cell{}
	for _, c := range a.Cells {
		mine[c.ID] = c
	}
	n, example := 0, ""
	for _, c := range b.Cells {
		m, both := mine[c.ID]
		delete(mine, c.ID)
		if !sharded {
			m.Shard = c.Shard
		}
		if both && !reflect.DeepEqual(m, c) || !both && sharded && opened(a, c) {
			n, example = n+1, c.ID
		}
	}
	for id, c := range mine { // b has none of these
		if sharded && opened(b, c) {
			n, example = n+1, max(example, id)
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s have %d cells that are not the same in both, or of different shards, such as %s", pair, n, example)}
}

// opened reports whether a session has the suite of a cell.
func opened(f results.File, c plan.Cell) bool { return len(f.Suites[c.Suite]) > 0 }

// parts is n of a shard i/n.
func parts(s session) string {
	_, n, _ := strings.Cut(s.file.Plan.Shard, "/")
	return n
}

func backends(pair string, a, b record.Backend) []string {
	switch {
	case a == b:
		return nil
	case a.Simulated != b.Simulated:
		return []string{pair + " are simulated and real"}
	case a.Kind != b.Kind:
		return []string{fmt.Sprintf("%s have different servers: %s and %s", pair, known(a.Kind), known(b.Kind))}
	case a.Synthetic != b.Synthetic:
		return []string{pair + " have synthetic and real models"}
	}
	return []string{pair + " have different times: virtual, or at another scale"}
}

// versions are those of a session's servers, in its file and its runs.
func versions(s session) string {
	found := map[string]bool{}
	for _, server := range s.file.Servers {
		found[server.Version] = true
	}
	for _, f := range s.runs {
		for _, server := range f.Run.Servers {
			found[server.Version] = true
		}
	}
	delete(found, "")
	return strings.Join(slices.Sorted(maps.Keys(found)), ", ")
}

func known(s string) string {
	if s == "" {
		return "none that is named"
	}
	return s
}

// digests holds every model to one digest. That a session has but one by itself is
// validation's to say.
func digests(sessions []session) (out []string) {
	type seen struct{ digest, dir string }
	first := map[string]seen{}
	for _, s := range sessions {
		mine := map[string]string{}
		for _, m := range s.file.Models {
			mine[m.Name] = m.Digest
		}
		for _, f := range s.runs {
			for _, server := range f.Run.Servers {
				if m := server.Model; m != nil && mine[m.Name] == "" {
					mine[m.Name] = m.Digest
				}
			}
		}
		for _, name := range slices.Sorted(maps.Keys(mine)) {
			before, again := first[name]
			if !again {
				first[name] = seen{mine[name], s.Dir}
			} else if before.digest != mine[name] {
				out = append(out, fmt.Sprintf("%s and %s have different models under the name %s: digests %s and %s", before.dir, s.Dir, name, known(before.digest), known(mine[name])))
			}
		}
	}
	return out
}

// machines holds sessions under one name to one machine.
func machines(sessions []session) (out []string) {
	first := map[string]session{}
	for _, s := range sessions {
		before, again := first[s.Machine]
		if !again {
			first[s.Machine] = s
			continue
		}
		if a, b := machine(before), machine(s); a != b {
			out = append(out, fmt.Sprintf("%s and %s are both machine %s, and are two: %s and %s", before.Dir, s.Dir, s.Machine, a, b))
		}
	}
	return out
}

// machine is what does not change on one machine between two sessions.
func machine(s session) string {
	e := s.file.Environment
	return fmt.Sprintf("%s, %s/%s", results.Describe(e), e.OS, e.Arch)
}

// twice are the cells that more than one session has: of one machine never, of
// several only where machines are compared.
func twice(sessions []session, o Options) (out []string) {
	first := map[string]string{}
	for _, s := range sessions {
		n, example, where := 0, "", ""
		for _, id := range s.cells() {
			key := id
			if o.Machines {
				key += plan.OnMachine(s.Machine)
			}
			if dir, again := first[key]; !again {
				first[key] = s.Dir
			} else if n++; n == 1 {
				example, where = id, dir
			}
		}
		if n == 0 {
			continue
		}
		why := fmt.Sprintf("%s and %s both have %s", where, s.Dir, example)
		if n > 1 {
			why += fmt.Sprintf(" and %d more cells", n-1)
		}
		if !o.Machines {
			why += "; -machines compares machines"
		}
		out = append(out, why)
	}
	return out
}

// cells are the ids of a session's cells: those it was asked for, and those it has.
func (s session) cells() []string {
	found := map[string]bool{}
	for _, ids := range s.file.Suites {
		for _, id := range ids {
			found[id] = true
		}
	}
	for _, f := range s.runs {
		found[f.Run.Cell.ID] = true
	}
	return slices.Sorted(maps.Keys(found))
}
