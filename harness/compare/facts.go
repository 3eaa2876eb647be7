package compare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// Facts that decide whether two sides may be compared at all.
const (
	FactDigest = "digest of "       // and the model
	FactBudget = "token budget of " // and the agent
	// FactMachine, and the cell: which machine of a merged session measured it.
	FactMachine = "machine of "
)

// Fact is something of the environment: a commit, a driver, a model's digest.
// One side may have several values of it.
type Fact struct {
	Name   string
	Values []string // distinct, sorted
}

// Say is the values as one text, "" where the side does not know.
func (f *Fact) Say() string {
	if f == nil {
		return ""
	}
	return strings.Join(f.Values, "; ")
}

// Know adds a value of a fact; facts keep the order in which they are named, and
// an empty value is none.
func (s *Side) Know(name, value string) {
	f := s.Fact(name)
	if f == nil {
		f = &Fact{Name: name}
		s.facts = append(s.facts, f)
	}
	at, found := slices.BinarySearch(f.Values, value)
	if value != "" && !found {
		f.Values = slices.Insert(f.Values, at, value)
	}
}

// Fact is the fact of that name, nil where there is none.
func (s *Side) Fact(name string) *Fact {
	for _, f := range s.facts {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Facts are all facts that have a value.
func (s *Side) Facts() []*Fact {
	return slices.DeleteFunc(slices.Clone(s.facts), func(f *Fact) bool { return len(f.Values) == 0 })
}

// Difference is a fact that is not the same on both sides. A side that does not
// know says so with "".
type Difference struct {
	Fact string `json:"fact"`
	Old  string `json:"old"`
	New  string `json:"new"`
}

// Unknown reports whether one side does not know, so that nothing is shown.
func (d Difference) Unknown() bool { return d.Old == "" || d.New == "" }

// differences are the facts that differ, in the order of the new side's; those
// that one side does not know come last.
func differences(before, after *Side) []Difference {
	var known, unknown []Difference
	for _, f := range slices.Concat(after.Facts(), before.Facts()) {
		d := Difference{f.Name, before.Fact(f.Name).Say(), after.Fact(f.Name).Say()}
		switch {
		case d.Old == d.New || slices.Contains(known, d):
		case !d.Unknown():
			known = append(known, d)
		case !strings.HasPrefix(d.Fact, FactMachine): // where one side is of one machine, the other's facts say which there were
			unknown = append(unknown, d)
		}
	}
	return append(known, unknown...)
}

// SayDifferences counts them: those that are known to differ, and those that one
// side does not know.
func SayDifferences(all []Difference) string {
	unknown := 0
	for _, d := range all {
		if d.Unknown() {
			unknown++
		}
	}
	s := "1 fact differs"
	if n := len(all) - unknown; n != 1 {
		s = fmt.Sprintf("%d facts differ", n)
	}
	if unknown > 0 {
		s += fmt.Sprintf(", %d known of one side alone", unknown)
	}
	return s
}

// common are the facts that are one for all machines of a merged session: what
// decides whether two sides may be compared, and what is the same or not merged.
var (
	common = []string{"commit", "server version", "backend", "time", "seed"}
	ofAll  = []string{FactDigest, FactBudget, quantization} // and a name
)

const quantization = "quantization of "

// perMachine names the machine of a merged session in the facts that are its own,
// and says which machine a cell was measured on.
func perMachine(r *record.Run, facts []Key) []Key {
	m := r.Backend.Machine
	if m == "" {
		return facts
	}
	for i, f := range facts {
		if !slices.Contains(common, f.Name) && !slices.ContainsFunc(ofAll, func(of string) bool { return strings.HasPrefix(f.Name, of) }) {
			facts[i].Name += " on " + m
		}
	}
	if r.Cell.Machine() != "" { // it is in the cell's name
		return facts
	}
	return append(facts, Key{FactMachine + results.CellName(r), m})
}

// facts are what a run says of its environment, those first that most often
// explain a difference. What differs from run to run (the load, the time) is
// none.
func facts(r *record.Run) []Key {
	e := r.Environment
	out := []Key{{"commit", e.Commit}}
	for _, g := range e.GPUs {
		name, driver := gpu(g)
		out = append(out, Key{"gpu driver", driver}, Key{"gpu", name})
	}
	for _, s := range r.Servers {
		out = append(out, Key{"server version", s.Version})
		if s.Model != nil {
			out = append(out, Key{FactDigest + r.Cell.Model(), s.Model.Digest}, Key{quantization + r.Cell.Model(), s.Model.Quantization})
		}
	}
	out = append(out, Key{"governor", e.Governor}, Key{"backend", label(r.Backend)}, Key{"time", clock(r.Backend)})
	for _, a := range r.Agents {
		if a.Options.NumPredict > 0 {
			out = append(out, Key{FactBudget + a.ID, fmt.Sprint(a.Options.NumPredict)})
		}
		if a.Options.NumThread > 0 {
			out = append(out, Key{"threads for " + a.Model, fmt.Sprint(a.Options.NumThread)})
		}
	}
	for _, p := range r.Passes {
		if p.Client != nil {
			out = append(out, Key{"client " + r.Cell.Runtime(), p.Client.Runtime})
		}
	}
	if r.Telemetry != nil { // they do not measure the same power
		out = append(out, Key{"sensors", r.Telemetry.Source})
	}
	return append(out, Key{"seed", number(int64(r.Seed))}, Key{"go", e.Go}, Key{"goos", e.OS}, Key{"goarch", e.Arch}, Key{"kernel", e.Kernel},
		Key{"cpu", e.CPU}, Key{"cores", number(int64(e.Cores))}, Key{"memory", number(e.MemoryB)})
}

// gpu splits a line of nvidia-smi: name, memory, driver.
func gpu(line string) (name, driver string) {
	at := strings.LastIndex(line, ",")
	if at < 0 {
		return line, ""
	}
	return strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+1:])
}

func number(n int64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

// clock says what a second is on a simulated backend.
func clock(b record.Backend) string {
	switch {
	case b.Virtual:
		return "virtual"
	case b.Simulated:
		return fmt.Sprintf("simulated, %g s per second", b.Timescale)
	}
	return "real"
}
