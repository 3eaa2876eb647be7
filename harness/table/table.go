package table

import "github.com/chimeraforge/duet/harness/stats"

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
func (v Value) WithMissing(n int) Value { return v.missing(n) }

// missing attaches the number of values a statistic left out.
func (v Value) missing(n int) Value {
	v.Missing = int32(n)
	return v
}
