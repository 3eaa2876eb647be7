package metric

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/table"
)

// Label is the loud word for numbers that are not of real models on a real
// machine; "" when all are.
func (s *Set) Label() string {
	return s.words(func(r *Row) string {
		switch b := r.Run.Backend; {
		case b.Simulated:
			return "SIMULATED – not a measurement of this machine"
		case b.Synthetic:
			return "SYNTHETIC MODELS – real servers, random weights"
		}
		return ""
	}, " · ")
}

// ShortLabel is Label in a word or two.
func (s *Set) ShortLabel() string {
	return s.words(func(r *Row) string {
		switch b := r.Run.Backend; {
		case b.Simulated:
			return "SIMULATED"
		case b.Synthetic:
			return "SYNTHETIC MODELS"
		}
		return ""
	}, ", ")
}

// Backend names what answered the requests.
func (s *Set) Backend() string {
	return s.words(func(r *Row) string { return r.Run.Label() }, "; ")
}

// words are what the runs say, each once and sorted: a set of several back ends has
// all of their labels, and a simulated run among real ones is never without its
// word.
func (s *Set) words(of func(*Row) string, sep string) string {
	found := map[string]bool{}
	for i := range s.Rows {
		if w := of(s.Rows[i]); w != "" {
			found[w] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), sep)
}

// Mark puts the set's labels on tables, and the sentences that hold for all of
// them: a table gets quoted alone.
func (s *Set) Mark(tables []table.Table) []table.Table {
	label, backend, again := s.ShortLabel(), s.Backend(), s.saidReruns() // once: a set may have many runs
	said := slices.DeleteFunc([]string{s.saidInvalid(), s.saidMachines()}, func(s string) bool { return s == "" })
	for i := range tables {
		tables[i].Label, tables[i].Backend = label, backend
		if again != "" && len(tables[i].Rows) > 0 {
			tables[i].N += " " + again
		}
		if len(said) > 0 && len(tables[i].Rows) > 0 {
			tables[i].Notes = append(slices.Clone(tables[i].Notes), said...)
		}
	}
	return tables
}

// saidReruns is how the n of a table comes to differ from cell to cell; "" where
// every run is one of the rounds that were planned.
func (s *Set) saidReruns() string {
	n := 0
	for _, r := range s.Rows {
		if r.Run.Rerun != nil {
			n++
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%d of all %d runs are re-runs of cells with outliers, which have one run more; they count like any other.", n, len(s.Rows))
}
