// Package merge joins the sessions of several machines into one: the shards of a
// matrix, or, when asked, the same cells from several machines. What comes out is
// a session's folder like any other, for tables, reports, validation, comparisons
// and gates.
//
// # Shape
//
//	ParseSource   NAME=DIR, or DIR       -> Source
//	Merge         Sources and Options    -> Result, or Refused: every reason
//
// # What must not be mixed
//
// Sessions are joined when their plans are the same but for the shard, and so are
// backend, server version and the digest of every model. Each must be valid and
// complete, and all shards there. What may be waived has an option; nothing else
// is guessed or mended.
//
// # What a run keeps
//
// The text of a run's metrics.json stays as it is, byte for byte, but for the name
// of its session and the name of its machine, which is added to its backend (and,
// where machines are compared, to its cell). So a run says by itself who made it,
// and no table averages the runs of two machines. Everything else that a session
// knows of its machine is in session.json under "merged", as it was.
package merge

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
)

// Source is a session's folder and the name of the machine that measured it.
type Source struct {
	Machine string // "" until it is numbered
	Dir     string
}

// Options are how to merge.
type Options struct {
	Out     string // the new session's folder; it must not exist
	Sources []Source
	// Machines allows the same cells from several machines, and makes the machine
	// a coordinate of every cell, so that they are compared and never averaged.
	Machines bool
	// Incomplete allows sessions that lack runs, and missing shards.
	Incomplete bool
	// Invalid allows sessions for which another check of package trust fails;
	// not those about which run is which.
	Invalid bool
}

// Refused are the reasons why sessions are not merged.
type Refused []string

func (r Refused) Error() string { return strings.Join(r, "\n") }

// label is what stands before a "=" that is meant as one: a path has a separator
// there, or a dot.
var label = regexp.MustCompile(`^([^=/\\.]*)=(.*)$`)

// ParseSource reads NAME=DIR, or DIR. A folder with an equals sign in its own name
// is written ./a=b. Names go into folders and benchmark names, and are what both
// can have: small letters, digits, "_" and "-".
func ParseSource(text string) (Source, error) {
	s := Source{Dir: text}
	if m := label.FindStringSubmatch(text); m != nil {
		s = Source{m[1], m[2]}
		if !plan.Plain(s.Machine) || len(s.Machine) > longestName {
			return Source{}, fmt.Errorf("%q is no name for a machine: up to %d small letters, digits, _ and -, no number after a - at its end (a folder of that name is ./%s)", s.Machine, longestName, text)
		}
	}
	if s.Dir == "" {
		return Source{}, fmt.Errorf("%q names no folder; a source is DIR or NAME=DIR", text)
	}
	return s, nil
}

const longestName = 32

// number names the machines that have no name m1, m2 and so on, by their place
// among all sources: the name of a host is nobody's business.
func number(sources []Source) ([]Source, error) {
	given := map[string]bool{}
	for _, s := range sources {
		given[s.Machine] = true
	}
	out := make([]Source, len(sources))
	for i, s := range sources {
		if s.Machine == "" {
			s.Machine = fmt.Sprintf("m%d", i+1)
			if given[s.Machine] {
				return nil, fmt.Errorf("%s would be machine %s by its place, and another is named so: name all, or none", s.Dir, s.Machine)
			}
		}
		out[i] = s
	}
	return out, nil
}

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
