package analysis

// Table is a table as data: what it says, what it is computed from, and typed
// cells. How it looks is package tabular's business.
type Table struct {
	ID         string // file name without extension: runtime, model_runtime, …
	Title      string
	Definition string   // what the columns are, with the formula
	N          string   // what was counted and what was averaged away
	Notes      []string // further remarks, each a sentence
	Columns    []Column
	Rows       [][]Value // one Value per column
}

// Column is one column. Group joins neighbouring columns under one heading.
type Column struct {
	Group    string
	Name     string
	Unit     string
	Decimals int
	Text     bool // cells are words, aligned left
}

// Kinds of Value.
const (
	Absent = iota // printed n/a
	Word
	Number
	Bool
)

// Value is one cell. The zero Value is absent.
type Value struct {
	Kind    int
	Text    string
	Num     float64
	Yes     bool
	Missing int // absent values left out of the statistic
}

// Text is a word.
func Text(s string) Value { return Value{Kind: Word, Text: s} }

// Num is an optional number; what is nil, NaN or infinite is absent.
func Num(f *float64) Value {
	if f == nil || number(*f) == nil {
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

// missing attaches the number of values a statistic left out.
func (v Value) missing(n int) Value {
	v.Missing = n
	return v
}
