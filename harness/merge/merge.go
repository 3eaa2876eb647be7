package merge

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
)

// Result is what was merged.
type Result struct {
	Machines []Machine
	Runs     int
	Cells    int
	Alike    []string // machines of several numbers that may be one
}

// Machine is one source as it went in.
type Machine struct {
	Source
	Shard       string
	Description string
	Runs, Cells int
}

// Merge joins sessions. The error is Refused where they must not be joined; then
// nothing is written.
func Merge(o Options) (*Result, error) {
	name, err := free(o)
	if err != nil {
		return nil, err
	}
	sources, err := number(o.Sources)
	if err != nil {
		return nil, Refused{err.Error()}
	}
	var why Refused
	var sessions []session
	for _, s := range sources {
		read, doubts := read(s, o)
		why = append(why, doubts...)
		if read.file.Name != "" {
			sessions = append(sessions, read)
		}
	}
	if len(sessions) == 0 {
		return nil, why
	}
	why = append(why, unlike(sessions, o)...)
	file := joined(name, sessions, o)
	if len(why) == 0 && !o.Incomplete {
		for _, lack := range file.Lacks() {
			why = append(why, "there is no session of "+lack+"; -incomplete merges what there is")
		}
	}
	if len(why) > 0 {
		return nil, why
	}
	if err := write(o, file, sessions); err != nil {
		return nil, fmt.Errorf("write %s: %w", o.Out, err)
	}
	return result(sessions, o), nil
}

// free refuses a folder that is there, and returns the session's name.
func free(o Options) (string, error) {
	if len(o.Sources) < 2 {
		return "", Refused{fmt.Sprintf("%d sessions given; at least two can be merged", len(o.Sources))}
	}
	out, err := filepath.Abs(o.Out)
	if err != nil {
		return "", err
	}
	name := filepath.Base(out)
	if err := settings.CheckSession(name); err != nil {
		return "", Refused{o.Out + ": " + err.Error()}
	}
	if _, err := os.Lstat(out); !errors.Is(err, os.ErrNotExist) {
		return "", Refused{o.Out + " is there already; choose a new folder"}
	}
	return name, nil
}

// joined is the session.json of a merge: what is the same everywhere above, what is
// one machine's below.
func joined(name string, sessions []session, o Options) results.File {
	first := sessions[0].file
	f := results.File{
		Schema: results.FileSchema, Name: name, Created: first.Created, Updated: first.Updated,
		Plan: first.Plan, Backend: first.Backend, Servers: []record.Server{}, Models: []record.Model{},
		Why: fmt.Sprintf("merged of %d sessions", len(sessions)), Suites: map[string][]string{},
	}
	f.Plan.Shard = ""
	f.PlanHash = f.Plan.Hash()
	for _, s := range sessions {
		if s.file.Created.Before(f.Created) {
			f.Created = s.file.Created
		}
		if s.file.Updated.After(f.Updated) {
			f.Updated = s.file.Updated
		}
		for _, m := range s.file.Models {
			if !slices.ContainsFunc(f.Models, func(o record.Model) bool { return o.Name == m.Name }) {
				f.Models = append(f.Models, m)
			}
		}
		l := relabelling{name, s.Machine, o.Machines}
		for suite, ids := range s.file.Suites {
			for _, id := range ids {
				f.Suites[suite] = append(f.Suites[suite], l.cell(id))
			}
		}
		m := results.Merged{Machine: s.Machine, Session: s.file}
		f.Merged = append(f.Merged, m)
		f.Keep(m.CellsIn(o.Machines)...)
	}
	return f
}

func result(sessions []session, o Options) *Result {
	r := &Result{}
	for _, s := range sessions {
		m := Machine{s.Source, s.file.Plan.Shard, results.Describe(s.file.Environment), len(s.runs), len(s.cells())}
		r.Machines = append(r.Machines, m)
		r.Runs += m.Runs
		r.Cells += m.Cells
	}
	var unnamed []session
	for i, s := range sessions {
		if o.Sources[i].Machine == "" {
			unnamed = append(unnamed, s)
		}
	}
	r.Alike = alike(unnamed)
	return r
}

// alike names the machines that were numbered and may be one, each group once.
func alike(sessions []session) (out []string) {
	told := map[string]bool{}
	for i, s := range sessions {
		names := []string{s.Machine}
		for _, other := range sessions[i+1:] {
			if same(s, other) && !slices.Contains(names, other.Machine) {
				names = append(names, other.Machine)
			}
		}
		if len(names) > 1 && !told[s.Machine] {
			out = append(out, fmt.Sprintf("%s look alike (%s): give one machine's sessions one name (NAME=DIR)", strings.Join(names, ", "), results.Describe(s.file.Environment)))
		}
		for _, n := range names {
			told[n] = true
		}
	}
	return out
}

// same reports whether two sessions may be of one machine.
func same(a, b session) bool {
	x, y := a.file.Environment, b.file.Environment
	return machine(a) == machine(b) && x.Kernel == y.Kernel && x.MemoryB == y.MemoryB
}
