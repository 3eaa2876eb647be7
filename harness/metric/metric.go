package metric

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/stats"
)

// Metric is one row of the table of metrics (table_of_metrics.go). Whatever
// computes, stores, prints, gates, compares or documents a quantity of a run reads
// that row, so that a new metric is one entry there and its paragraph in
// docs/definitions.md.
type Metric struct {
	// Name is the metric's in metrics.json, docs/definitions.md and gates.
	Name string
	// Line is its unit in benchmark lines, which ends in a base unit that the
	// format's readers scale; "" where no line has it.
	Line string
	// Unit is the one in which Of gives it and everything computes with it: ns,
	// tok/s, tok, %, J/tok, B, yes/no; "" for a ratio. Tables scale, see shown.
	Unit   string
	Better int // +1 more is better, −1 less is, 0 neither
	Scope  Scope

	// One of these is the formula, by the scope. Absent is nil, never zero.
	Of       func(*Row) *float64
	OfAgent  func(record.AgentDerived) *float64
	OfEnergy func(*record.PassEnergy) *float64

	Label    string // what tables call it; "" where none shows it
	Decimals int    // that tables show

	Sentence string // what it is, in a line
	Needs    string // what must have been recorded; without it the value is n/a
}

// Scope is what a metric is of.
type Scope string

// Scopes of a metric. What is of a run and stored stands in the file's derived
// block itself, what is of an agent in one pass under derived.agents, and what is
// of the energy of a kind of pass under derived.energy. The rest is made of these,
// or of the calls, whenever it is asked for.
const (
	OfRun    Scope = "run"
	OfRunNow Scope = "run, not stored"
	OfCalls  Scope = "calls of the measured pass"
	OfAgent  Scope = "agent in a pass"
	OfEnergy Scope = "energy of a pass"
)

// By is the metric of a name, of a run or of its calls; it panics where there is
// none, since names are constants of the program.
func By(name string) *Metric {
	for i := range Metrics {
		if m := &Metrics[i]; m.Name == name && m.Of != nil {
			return m
		}
	}
	panic("no metric " + name)
}

// Improves is the word for the direction that is better, "" where neither is.
func (m *Metric) Improves() string {
	return map[int]string{1: "higher", -1: "lower"}[m.Better]
}

// Value is one value of a benchmark line.
type Value struct {
	Unit   string
	Amount float64
}

// Line is a run as the values of its benchmark line, absent ones left out, in the
// order of the table. A failed run has none.
func (r *Row) Line() []Value {
	if !r.Run.OK() {
		return nil
	}
	var out []Value
	for i := range Metrics {
		if m := &Metrics[i]; m.Line != "" {
			if v := r.Value(m); v != nil {
				out = append(out, Value{m.Line, *v})
			}
		}
	}
	return out
}

// LineOf is Line of a run as it is stored: from its derived block, which nothing
// derives again.
func LineOf(r *record.Run) []Value {
	if r.Derived == nil {
		return nil
	}
	return (&Row{Run: r, D: *r.Derived}).Line()
}

// Value is a metric of the run.
func (r *Row) Value(m *Metric) *float64 {
	if m.Scope == OfRun {
		return r.D.Get(m.Name)
	}
	return m.Of(r)
}

// Pick is a metric as tables and plots take it from a run.
func Pick(name string) func(*Row) *float64 { return By(name).pick }

// pick is Value as columns take it.
func (m *Metric) pick(r *Row) *float64 { return r.Value(m) }

// shown is the unit in which tables show a unit of the table of metrics, and what
// one of the latter is of it.
func shown(unit string) (name string, factor float64) {
	switch unit {
	case "ns":
		return "ms", 1e-6
	case "B":
		return "GiB", 1.0 / (1 << 30)
	}
	return unit, 1
}

// columns are statistics of a metric over a group's runs, under its label.
func columns(name string, which ...statistic) []Column[Group] {
	m := By(name)
	unit, factor := shown(m.Unit)
	return statColumns(m.Label, unit, m.Decimals, func(r *Row) *float64 { return scaled(m.pick(r), factor) }, which...)
}

// ofRun is a metric of a single run under a heading of the table's.
func ofRun(heading, title, name string) Column[Group] {
	m := By(name)
	if m.Unit == "yes/no" {
		return Flag(heading, title, func(g Group) *bool {
			if len(g.Rows) == 0 {
				return nil
			}
			return m.flag(g.Rows[0])
		})
	}
	unit, factor := shown(m.Unit)
	return Single(heading, title, unit, m.Decimals, func(r *Row) *float64 { return scaled(r.Value(m), factor) })
}

// flag is a metric that is yes or no.
func (m *Metric) flag(r *Row) *bool {
	v := r.Value(m)
	if v == nil {
		return nil
	}
	yes := *v != 0
	return &yes
}

// scaled leaves what needs no scaling as it is, to the last digit.
func scaled(v *float64, factor float64) *float64 {
	if factor == 1 {
		return v
	}
	return stats.Scaled(v, factor)
}

// List is the table of metrics as docs/definitions.md has it.
func List() string {
	var out strings.Builder
	out.WriteString("| name | benchmark line | of | unit | better | what it is | n/a without |\n|---|---|---|---|---|---|---|\n")
	for _, m := range Metrics {
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s | %s | %s |\n", m.Name, code(m.Line), m.Scope, m.Unit, m.Improves(), m.Sentence, m.Needs)
	}
	return out.String()
}

// code is a word in Markdown's code marks.
func code(s string) string {
	if s == "" {
		return ""
	}
	return "`" + s + "`"
}

// Lines are the metrics that benchmark lines have, in their order.
func Lines() []Metric {
	return slices.DeleteFunc(slices.Clone(Metrics), func(m Metric) bool { return m.Line == "" })
}

// Quantities that tables and plots show besides the table of metrics: ratios
// within a run, and one agent's numbers.

// etaOf picks an agent's rate together over its rate alone.
func etaOf(id string) pick {
	return func(r *Row) *float64 { return FindAgent(&r.D, record.PassConcurrent, id).Get("eta") }
}

// ttftRatio is tuned over baseline TTFT.
func ttftRatio(r *Row) *float64 {
	return stats.Over(meanIn(record.PassTuned, ttftNS)(r), meanIn(record.PassBaseline, ttftNS)(r))
}

// FirstTokens is the agents' mean TTFT together over that alone.
func FirstTokens(r *Row) *float64 {
	return stats.Over(meanIn(record.PassConcurrent, ttftNS)(r), meanIn(record.PassSolo, ttftNS)(r))
}
