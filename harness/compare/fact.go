package compare

import (
	"fmt"
	"slices"
	"strings"
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
	var out []Difference
	for _, name := range names(after, before) {
		a, b := before.Fact(name).Say(), after.Fact(name).Say()
		d := Difference{name, a, b}
		if a == b || d.Unknown() && strings.HasPrefix(name, FactMachine) {
			continue // where one side is of one machine, the other's facts say which there were
		}
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b Difference) int { return boolCompare(a.Unknown(), b.Unknown()) })
	return out
}

// boolCompare puts false before true.
func boolCompare(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
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

func names(sides ...*Side) []string {
	var out []string
	for _, s := range sides {
		for _, f := range s.Facts() {
			if !slices.Contains(out, f.Name) {
				out = append(out, f.Name)
			}
		}
	}
	return out
}
