package compare

import (
	"fmt"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/stats"
)

// Side is what was measured on one of the two sides.
type Side struct {
	Name    string // as the user gave it
	Label   string // SIMULATED, SYNTHETIC MODELS, or ""
	Backend string // what answered the requests; "" where it is not known
	Text    bool   // made of benchmark lines, which have no failed or invalid runs and no calls
	Cells   []*Cell
	Missing []Missing // cells that its session was asked for, and that have not every round
	Unread  []error   // files or lines that could not be read; the rest is there

	units []Unit
	facts []*Fact
	index map[string]*Cell
}

// Unit is a metric: its name as x/perf's readers of benchmark lines tidy it, which
// is what tables show, and in which direction it improves.
type Unit struct {
	Name   string // sec/op
	Memory string // the unit in which sides hold its values, ns/op
	Better int    // +1 higher, −1 lower, 0 not known
}

// InMemory is a value as sides hold it: times in nanoseconds, as the table of metrics
// has them, and anything else as x/perf tidies it.
func InMemory(amount float64, unit string) (float64, string) {
	tidied, name := benchunit.Tidy(amount, unit)
	numerator, _, _ := strings.Cut(name, "/")
	head, isTime := strings.CutSuffix(numerator, "sec")
	if !isTime || head != "" && !strings.HasSuffix(head, "-") {
		return tidied, name
	}
	if ns := head + "ns" + name[len(numerator):]; ns != unit {
		return tidied * 1e9, ns
	}
	return amount, unit
}

// IsTime reports whether its values are times.
func (u Unit) IsTime() bool { return u.Memory != u.Name }

// shown is a sample in the unit that tables show.
func (u Unit) shown(s stats.Sample) stats.Sample {
	factor, _ := benchunit.Tidy(1, u.Memory)
	return s.Scaled(factor)
}

// Missing is a cell that lacks rounds.
type Missing struct {
	ID       string // the cell's folder in its session
	Made, Of int    // rounds
}

func (m Missing) String() string { return fmt.Sprintf("%s (%d of %d rounds)", m.ID, m.Made, m.Of) }

// Cell is the repetitions of one cell, or the lines of one benchmark.
type Cell struct {
	Name    string // of the benchmark, without Benchmark and the processors
	ID      string // its folder in a session; "" from text
	Keys    []Key  // the parts of the name
	Model   string // as Ollama knows it; "" from text
	Runs    int    // measured to their end
	Failed  int
	Invalid int // of Runs: claims within the reach of the client's error
	Why     string
	// FirstTokens are the times to first text of every call of the pass that is
	// measured, nanoseconds, ascending; from text there are none.
	FirstTokens []float64

	values map[string][]float64 // by the unit in memory
}

// Key is a coordinate of a cell.
type Key struct{ Name, Value string }

// Value is one metric of one run, in any unit of the benchmark format.
type Value = metric.Value

// Observation is one run, or one line.
type Observation struct {
	Cell        string // Cell.Name
	ID          string
	Keys        []Key
	Model       string
	Failed      bool
	Invalid     string // why, "" where the run is valid
	Values      []Value
	FirstTokens []float64 // nanoseconds
}

// Add puts one run into its cell. A failed run is counted and has no values.
func (s *Side) Add(o Observation) {
	c := s.cell(o)
	if o.Failed {
		c.Failed++
		return
	}
	c.Runs++
	if o.Invalid != "" {
		if c.Invalid++; c.Why == "" {
			c.Why = o.Invalid
		}
	}
	for _, v := range o.Values {
		amount, unit := InMemory(v.Amount, v.Unit)
		if stats.Finite(amount) != nil {
			c.values[unit] = append(c.values[unit], amount)
		}
	}
	c.FirstTokens = append(c.FirstTokens, o.FirstTokens...)
}

// cell is an observation's; a new one is of nothing that has been measured yet.
func (s *Side) cell(o Observation) *Cell {
	if c := s.Cell(o.Cell); c != nil {
		return c
	}
	c := &Cell{Name: o.Cell, ID: o.ID, Keys: o.Keys, Model: o.Model, values: map[string][]float64{}}
	if s.index == nil {
		s.index = map[string]*Cell{}
	}
	s.index[c.Name] = c
	s.Cells = append(s.Cells, c)
	return c
}

// Cell is the cell of that name, nil where there is none.
func (s *Side) Cell(name string) *Cell { return s.index[name] }

// Metric says in which direction a unit improves. Units keep the order in which
// they are named.
func (s *Side) Metric(unit string, better int) {
	_, name := benchunit.Tidy(1, unit)
	if _, known := find(s.units, name); !known {
		_, memory := InMemory(1, unit)
		s.units = append(s.units, Unit{name, memory, better})
	}
}

func find(units []Unit, name string) (Unit, bool) {
	i := slices.IndexFunc(units, func(u Unit) bool { return u.Name == name })
	if i < 0 {
		return Unit{}, false
	}
	return units[i], true
}

// Directed takes the direction from this side where a unit of the other has none:
// text without Unit lines, compared with a session.
func (s *Side) Directed(u Unit) Unit {
	if s == nil || u.Better != 0 {
		return u
	}
	known, _ := find(s.units, u.Name)
	u.Better = known.Better
	return u
}

// Units are the metrics that some cell has, in their order.
func (s *Side) Units() []Unit {
	return slices.DeleteFunc(slices.Clone(s.units), func(u Unit) bool {
		return !slices.ContainsFunc(s.Cells, func(c *Cell) bool { return c.Sample(u).N() > 0 })
	})
}

// Known are all metrics that were named, also those that no cell has.
func (s *Side) Known() []Unit { return s.units }

// Sort puts cells and values into an order of their own, so that the order of
// reading changes nothing. Call it once everything is added.
func (s *Side) Sort() {
	slices.SortFunc(s.Cells, func(a, b *Cell) int { return strings.Compare(a.Name, b.Name) })
	for _, c := range s.Cells {
		slices.Sort(c.FirstTokens)
		for _, v := range c.values {
			slices.Sort(v)
		}
	}
}

// Only keeps the cells that keep says.
func (s *Side) Only(keep func(*Cell) bool) {
	s.Cells = slices.DeleteFunc(s.Cells, func(c *Cell) bool { return !keep(c) })
	clear(s.index)
	for _, c := range s.Cells {
		s.index[c.Name] = c
	}
}

// Sample is one metric over a cell's runs, in its unit in memory. Absent counts the
// runs without it.
func (c *Cell) Sample(u Unit) stats.Sample {
	if c == nil {
		return stats.Sample{}
	}
	v := c.values[u.Memory]
	return stats.Sample{Values: v, Absent: max(0, c.Runs-len(v))}
}

// Key is a coordinate of the cell, "" where its name has none of it.
func (c *Cell) Key(name string) string { return valueOf(c.Keys, name) }

// Folder is the short name of a cell: its folder in a session, or the benchmark's
// name where it comes from text.
func (c *Cell) Folder() string {
	if c.ID == "" {
		return c.Name
	}
	return c.ID
}

// String is how the cell's runs went.
func (c *Cell) String() string {
	s := fmt.Sprintf("%d runs", c.Runs)
	if c.Failed > 0 {
		s += fmt.Sprintf(", %d failed", c.Failed)
	}
	if c.Invalid > 0 {
		s += fmt.Sprintf(", %d invalid", c.Invalid)
	}
	return s
}
