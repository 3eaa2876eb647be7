package table

import (
	"strings"

	"github.com/chimeraforge/duet/harness/stats"
)

// Table is a table as data: what it says, what it is computed from, and typed
// cells. How it looks is the renderers' business: tabular.go, package report.
type Table struct {
	ID         string // file name without extension: runtime, model_runtime, …
	Title      string
	Section    string   // where a report puts it: one of the Section constants
	Label      string   // the word that must stand beside simulated or synthetic numbers
	Backend    string   // what answered the requests, for machines
	Definition string   // what the columns are, in a line or two
	N          string   // what was counted and what was averaged away
	Notes      []string // further remarks, each a sentence
	Terms      []Term   // the words of Definition in full, for a glossary
	Columns    []Column
	Rows       [][]Value // one Value per column
}

// Sections of a report, after the study's own. Appendices have letters.
const (
	SectionSummary         = "summary"
	SectionScope           = "scope"
	SectionMulti           = "multi"
	SectionSingle          = "single"
	SectionImbalance       = "imbalance"
	SectionStability       = "stability"
	SectionRecommendations = "recommendations"
	SectionReproducibility = "reproducibility"

	AppendixFlat       = "A" // every dual-agent run in one table
	AppendixRuns       = "B" // per-run tables with their statistics; multi-level statistics
	AppendixSingle     = "C" // single-agent configurations
	AppendixCards      = "D" // configuration cards
	AppendixManifest   = "E" // metrics files
	AppendixNotes      = "F" // dual-agent run notes
	AppendixRaw        = "G" // single-agent run notes
	AppendixPlan       = "H" // views of the study's plan
	AppendixValidation = "I" // validation checklist, computed; doubts
	AppendixRunbook    = "J" // how to run it again
	AppendixSamples    = "K" // efficiency samples, sorted
)

// Term is a definition in full. It stands once beside many tables.
type Term struct{ Name, Text string }

// Column is one column. Group joins neighbouring columns under one heading.
type Column struct {
	Group    string
	Name     string
	Long     string // name for machines, where Group and Name say too little
	Unit     string
	Decimals int
	Text     bool // cells are words, aligned left
	Prose    bool // cells are sentences, which may be broken into lines
	Fold     bool // may be said once above the table when equal in all rows
	Rank     int  // 0 is needed; where there is no room, the highest go first
}

// Kinds of Value.
const (
	Absent = iota // printed n/a
	Word
	Number
	Bool
)

// Value is one cell. The zero Value is absent. It is small, since a table may
// have millions.
type Value struct {
	Text    string
	Num     float64
	Missing int32 // absent values left out of the statistic
	Kind    uint8
	Yes     bool
}

// Text is a word.
func Text(s string) Value { return Value{Kind: Word, Text: s} }

// TextOrAbsent is a word, absent where it is empty.
func TextOrAbsent(s string) Value {
	if s == "" {
		return Value{}
	}
	return Text(s)
}

// Num is an optional number; what is nil, NaN or infinite is absent.
func Num(f *float64) Value {
	if f == nil || stats.Finite(*f) == nil {
		return Value{}
	}
	return Value{Kind: Number, Num: *f}
}

// Count is a number of things.
func Count(n int) Value { return Value{Kind: Number, Num: float64(n)} }

// Flag is an optional yes or no.
func Flag(b *bool) Value {
	if b == nil {
		return Value{}
	}
	return Value{Kind: Bool, Yes: *b}
}

// WithMissing says how many absent values a statistic left out.
func (v Value) WithMissing(n int) Value {
	v.Missing = int32(n)
	return v
}

// Group is a run of neighbouring columns under one heading, From up to To.
type Group struct {
	Name     string
	Unit     string // of all its columns; "" where they differ or one stands alone
	From, To int
}

func (g Group) heading() string {
	if g.Unit == "" {
		return g.Name
	}
	return g.Name + ", " + g.Unit
}

// Groups splits columns by heading; a column without one stands alone.
func Groups(columns []Column) []Group {
	var out []Group
	for i, c := range columns {
		if n := len(out); n > 0 && c.Group != "" && out[n-1].Name == c.Group {
			out[n-1].To = i + 1
			continue
		}
		out = append(out, Group{Name: c.Group, From: i, To: i + 1})
	}
	for i := range out {
		out[i].Unit = unit(columns[out[i].From:out[i].To])
	}
	return out
}

// unit is what all columns of a group are in.
func unit(columns []Column) string {
	if len(columns) < 2 {
		return ""
	}
	for _, c := range columns {
		if c.Unit != columns[0].Unit {
			return ""
		}
	}
	return columns[0].Unit
}

// subUnits are the columns' units without those that their group's heading says.
func subUnits(columns []Column) []string {
	out := make([]string, len(columns))
	for _, g := range Groups(columns) {
		for i := g.From; i < g.To && g.Unit == ""; i++ {
			out[i] = columns[i].Unit
		}
	}
	return out
}

// SubUnit is the unit that the heading of column i itself must say.
func SubUnit(t Table, i int) string { return subUnits(t.Columns)[i] }

// Fold takes coordinates and counts that are the same in all rows out of a
// table and says them once, so that what differs can be seen. A table of one
// row is left alone.
func Fold(t Table) (Table, string) {
	if len(t.Rows) < 2 {
		return t, ""
	}
	var said []string
	var kept []int
	for i, c := range t.Columns {
		if c.Fold && constant(t, i) {
			said = append(said, phrase(c, Cell(c, t.Rows[0][i])))
		} else {
			kept = append(kept, i)
		}
	}
	if len(said) == 0 {
		return t, ""
	}
	return Pick(t, kept), "Every row: " + strings.Join(said, " · ") + "."
}

func phrase(c Column, value string) string {
	if value == "" {
		value = "none"
	}
	return strings.TrimSpace(strings.TrimSpace(c.Group+" "+c.Name) + " " + value + " " + c.Unit)
}

func constant(t Table, i int) bool {
	for _, row := range t.Rows {
		if row[i] != t.Rows[0][i] {
			return false
		}
	}
	return true
}

// Pick is the table with some of its columns alone. Its rows are copies.
func Pick(t Table, columns []int) Table {
	out := t
	out.Columns, out.Rows = make([]Column, len(columns)), make([][]Value, len(t.Rows))
	for k, i := range columns {
		out.Columns[k] = t.Columns[i]
	}
	for r, row := range t.Rows {
		out.Rows[r] = make([]Value, len(columns))
		for k, i := range columns {
			out.Rows[r][k] = row[i]
		}
	}
	return out
}
