package record

import (
	"slices"
	"strconv"
	"strings"
)

// Cell is the label of a run: the coordinates of its cell in the matrix, in the
// order in which names, folders, columns and gates have them. A coordinate that
// nobody has heard of yet appears in all of these by being in the list.
type Cell struct {
	ID          string       `json:"id"` // unique within the suite; also the folder
	Coordinates []Coordinate `json:"coordinates"`
}

// Coordinate is one name and value of a cell.
type Coordinate struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// Names of the coordinates that duet's own suites have. GPU, Ctx and Temp are the
// tuned options, as they were in effect.
const (
	CoordModel    = "model"
	CoordRuntime  = "runtime"
	CoordScenario = "scenario" // "tuned-vs-baseline" in the single suite
	CoordTopology = "topology" // TopologyOne; absent where each agent has its own server
	CoordMachine  = "machine"  // where machines are compared; which one made a run is Backend.Machine
	CoordGPU      = "gpu"      // num_gpu, layers
	CoordCtx      = "ctx"      // num_ctx, tokens
	CoordTemp     = "temp"     // temperature
)

// options are the coordinates that come last in every name.
var options = []string{CoordGPU, CoordCtx, CoordTemp}

// TopologyOne is one server for all agents.
const TopologyOne = "one"

// NewCell is a cell with coordinates given as names and values in turn. Those
// without a value are left out.
func NewCell(id string, pairs ...string) Cell {
	c := Cell{ID: id}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			c.Coordinates = append(c.Coordinates, Coordinate{pairs[i], pairs[i+1]})
		}
	}
	return c
}

// Whole and Decimal spell the value of a coordinate that is a number.
func Whole(n int) string { return strconv.Itoa(n) }

// Decimal has one place at least: 1.0, 0.85.
func Decimal(x float64) string {
	s := strconv.FormatFloat(x, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// Get is a coordinate's value, "" where the cell has none of that name.
func (c Cell) Get(name string) string {
	for _, p := range c.Coordinates {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// The coordinates that duet itself speaks of.
func (c Cell) Model() string    { return c.Get(CoordModel) }
func (c Cell) Runtime() string  { return c.Get(CoordRuntime) }
func (c Cell) Scenario() string { return c.Get(CoordScenario) }
func (c Cell) Topology() string { return c.Get(CoordTopology) }
func (c Cell) Machine() string  { return c.Get(CoordMachine) }
func (c Cell) GPU() int         { return int(c.number(CoordGPU)) }
func (c Cell) Ctx() int         { return int(c.number(CoordCtx)) }
func (c Cell) Temp() float64    { return c.number(CoordTemp) }

func (c Cell) number(name string) float64 {
	x, err := strconv.ParseFloat(c.Get(name), 64)
	if err != nil {
		return 0
	}
	return x
}

// With is the cell with a coordinate set: in its place where it has it, else
// before the options. The id stays.
func (c Cell) With(name, value string) Cell {
	c.Coordinates = slices.Clone(c.Coordinates)
	at := slices.IndexFunc(c.Coordinates, func(p Coordinate) bool { return p.Name == name })
	if at >= 0 {
		c.Coordinates[at].Value = value
		return c
	}
	at = slices.IndexFunc(c.Coordinates, func(p Coordinate) bool { return slices.Contains(options, p.Name) })
	if at < 0 {
		at = len(c.Coordinates)
	}
	c.Coordinates = slices.Insert(c.Coordinates, at, Coordinate{name, value})
	return c
}

// Without is the cell without some of its coordinates.
func (c Cell) Without(names ...string) Cell {
	c.Coordinates = slices.DeleteFunc(slices.Clone(c.Coordinates), func(p Coordinate) bool { return slices.Contains(names, p.Name) })
	return c
}

// Key is the coordinates as one text: two cells are the same where it is, however
// their folders are spelled. Coordinates named in pooled are left out.
func (c Cell) Key(pooled ...string) string {
	var out []byte
	for _, p := range c.Coordinates {
		if !slices.Contains(pooled, p.Name) {
			out = append(append(append(append(out, p.Name...), '='), p.Value...), 0)
		}
	}
	return string(out)
}

// Is reports whether two cells are the same one.
func (c Cell) Is(other Cell) bool { return c.Key() == other.Key() }

// Studied are the coordinates over which a table may average when it says so: the
// study's own. No other coordinate is ever averaged away.
var Studied = []string{CoordModel, CoordRuntime, CoordScenario, CoordGPU, CoordCtx, CoordTemp}

// Pool is what runs must have in common to share a mean: their origin, the suite,
// and every coordinate but those that are averaged over. It is the one place that
// says so.
func (r *Run) Pool(over ...string) string {
	return r.Origin() + "\x00" + r.Suite + "\x00" + r.Cell.Key(over...)
}

// Origin is where a run comes from: its session, what answered in it, and every
// coordinate that is not the study's. Runs of two origins never share a mean, a
// test or a sentence.
func (r *Run) Origin() string {
	return r.Session + "\x00" + r.Label() + "\x00" + r.Cell.Key(Studied...)
}

// Label is the word that must stand beside every number of a run: its backend's,
// with "one server" where the agents shared it.
func (r *Run) Label() string {
	if r.Cell.Topology() == TopologyOne {
		return r.Backend.label(", one server")
	}
	return r.Backend.Label()
}
