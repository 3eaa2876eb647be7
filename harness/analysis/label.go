package analysis

import (
	"maps"
	"slices"
	"strings"
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
	return s.words(func(r *Row) string { return r.Run.Backend.Label() }, "; ")
}

func (s *Set) words(of func(*Row) string, sep string) string {
	found := map[string]bool{}
	for i := range s.Rows {
		if w := of(s.Rows[i]); w != "" {
			found[w] = true
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(found)), sep)
}

// Mark puts the set's labels on tables.
func (s *Set) Mark(tables []Table) []Table {
	label, backend, invalid := s.ShortLabel(), s.Backend(), s.saidInvalid() // once: a set may have many runs
	for i := range tables {
		tables[i].Label, tables[i].Backend = label, backend
		if invalid != "" && len(tables[i].Rows) > 0 {
			tables[i].Notes = append(slices.Clone(tables[i].Notes), invalid)
		}
	}
	return tables
}
