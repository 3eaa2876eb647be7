// Package audit finds, by rule, what makes a results folder's figures mean less
// than they seem to.
package audit

import (
	"github.com/chimeraforge/duet/harness/analysis"
	"github.com/chimeraforge/duet/harness/metrics"
)

// Finding is one thing a rule found.
type Finding struct {
	Rule    string   `json:"rule"`  // stable, for machines
	Title   string   `json:"title"` // one line
	Text    string   `json:"text"`  // what it means, with the figures
	Figures []Figure `json:"figures,omitempty"`
	Files   []string `json:"files,omitempty"`
}

// Figure is a number with its name.
type Figure struct {
	Name  string   `json:"name"`
	Value *float64 `json:"value"` // absent is null
	Unit  string   `json:"unit,omitempty"`
	N     int      `json:"n,omitempty"` // runs behind it
}

// Audit applies every rule. path says where a run was read from.
func Audit(s *analysis.Set, path func(*metrics.Run) string) []Finding { return nil }
