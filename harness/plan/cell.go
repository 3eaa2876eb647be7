package plan

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
)

// Labels of an agent.
const (
	LabelBaseline = "baseline"
	LabelChimera  = "chimera" // the study's word for tuned
)

// ErrSameOptions is returned for a cell that would compare a configuration with
// itself. The study measured three such cells.
var ErrSameOptions = errors.New("baseline and tuned options are the same")

// Cell is one configuration: what one benchmark name measures. It is data: a
// session keeps its cells in session.json, and readers take them from there.
type Cell struct {
	record.Cell        // its folder and coordinates, as its runs record them
	Suite       string `json:"suite"`
	Roles       []Role `json:"agents"` // one per agent; in the single suite the one agent, tuned
	// Shard is the part of the matrix that it belongs to, "" where nothing was split.
	Shard string `json:"shard,omitempty"`
}

// Role is one agent's part in a cell.
type Role struct {
	Agent  string `json:"agent"`
	Label  string `json:"label"` // LabelBaseline or LabelChimera
	Tuning Tuning `json:"options"`
	// Workload is the set of prompts it asks; "": the one called as the agent.
	Workload string `json:"workload,omitempty"`
}

// Prompts is the set of prompts that the agent asks.
func (r Role) Prompts() string { return cmp.Or(r.Workload, r.Agent) }

// Prompts is the set of prompts that an agent of the cell asks.
func (c Cell) Prompts(agent string) string {
	for _, r := range c.Roles {
		if r.Agent == agent {
			return r.Prompts()
		}
	}
	return agent
}

// NewCell is a cell of a suite, with coordinates as record.NewCell takes them.
func NewCell(suite string, roles []Role, pairs ...string) Cell {
	c := Cell{Cell: record.NewCell("", pairs...), Suite: suite, Roles: roles}
	c.ID = Folder(suite, c.Cell)
	return c
}

// tuned are the coordinates of a tuning.
func (t Tuning) tuned() []string {
	return []string{record.CoordGPU, record.Whole(t.GPU), record.CoordCtx, record.Whole(t.Ctx), record.CoordTemp, record.Decimal(t.Temp)}
}

// With is the cell with a coordinate set, and with the folder that it has then.
func (c Cell) With(name, value string) Cell {
	c.Cell = c.Cell.With(name, value)
	c.ID = Folder(c.Suite, c.Cell)
	return c
}

// Folder is a cell's folder below the session's: unique, slash-separated, made of
// safe elements only. It ends as the study named a configuration,
// {scenario}_gpu{g}_ctx{c}_temp{t}, and then says what the study did not vary.
func Folder(suite string, c record.Cell) string {
	var studied, others []string
	for _, p := range shown(c) {
		switch p.Name {
		case record.CoordModel, record.CoordRuntime:
		case record.CoordScenario:
			studied = append(studied, spelled(p))
		case record.CoordGPU, record.CoordCtx:
			studied = append(studied, p.Name+spelled(p))
		case record.CoordTemp:
			studied = append(studied, p.Name+tenths(c.Temp()))
		case record.CoordTopology: // the study had two servers always
			others = append(others, spelled(p)+"-server")
		case record.CoordMachine:
			others = append(others, strings.TrimPrefix(OnMachine(p.Value), "_"))
		default:
			others = append(others, Slug(p.Name)+"-"+strings.ReplaceAll(spelled(p), ".", "p"))
		}
	}
	return path.Join(suite, c.Runtime(), Slug(c.Model()), strings.Join(slices.Concat(studied, others), "_"))
}

// tenths is a temperature as the study's folders spell it: 10 is 1.0.
func tenths(t float64) string {
	s := strconv.FormatFloat(math.Round(t*1e7)/1e6, 'f', -1, 64)
	return strings.ReplaceAll(fmt.Sprintf("%02s", s), ".", "p")
}

// OnMachine is what the folder of a cell ends with where machines are compared.
func OnMachine(machine string) string { return "_on-" + machine }

// Title is what a suite's benchmark is called, without Benchmark.
func Title(suite string) string {
	if suite == "" {
		return ""
	}
	return strings.ToUpper(suite[:1]) + suite[1:]
}

// Name is a cell's benchmark name below its suite's: every coordinate in its order.
func (c Cell) Name() string { return names(c.Cell) }

// FullName is a cell's benchmark name with its suite's, without Benchmark.
func FullName(suite string, c record.Cell) string { return Title(suite) + "/" + names(c) }

func names(c record.Cell) string {
	var parts []string
	for _, p := range shown(c) {
		parts = append(parts, p.Name+"="+spelled(p))
	}
	return strings.Join(parts, "/")
}

// Spelled are the coordinates of a cell as benchmark names spell them, those too
// that no name has to say.
func Spelled(c record.Cell) []record.Coordinate {
	out := slices.Clone(c.Coordinates)
	for i := range out {
		out[i].Value = spelled(out[i])
	}
	return out
}

// shown are the coordinates that names say: all but the one scenario of the single
// suite.
func shown(c record.Cell) []record.Coordinate {
	return slices.DeleteFunc(slices.Clone(c.Coordinates), func(p record.Coordinate) bool {
		return p == record.Coordinate{Name: record.CoordScenario, Value: TunedVsBaseline}
	})
}

var number = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)

// spelled is a coordinate's value inside a path or a name: as it is where that is
// safe.
func spelled(p record.Coordinate) string {
	if p.Name != record.CoordModel && (number.MatchString(p.Value) || Plain(p.Value)) {
		return p.Value
	}
	return Slug(p.Value)
}

// Validate refuses a cell that cannot say anything.
func (c Cell) Validate() error {
	if c.Suite == record.SuiteSingle && len(c.Roles) == 1 && c.Roles[0].Tuning == Baseline {
		return fmt.Errorf("cell %s: %w", c.ID, ErrSameOptions)
	}
	if c.Scenario() == BaselineVsChimera && len(c.Roles) == 2 && c.Roles[0].Tuning == c.Roles[1].Tuning {
		return fmt.Errorf("cell %s: %w", c.ID, ErrSameOptions)
	}
	return nil
}

// Names of the scenarios.
const (
	TunedVsBaseline   = "tuned-vs-baseline" // the single suite's only one
	BaselineVsChimera = "baseline-vs-chimera"
	ChimeraHomo       = "chimera-homo"
	ChimeraHetero     = "chimera-hetero"
)

// Scenario says who plays which part in a dual-agent cell.
type Scenario struct {
	Name  string
	Tuned Tuning // the label
	Roles []Role
}

// Scenarios is the table of dual-agent scenarios, in the order of the reports.
// The last chimera-homo row of the study's Python runs, whose context was 2048
// under a label of 512, is ChimeraHomo with TunedPython: see Multi.
func Scenarios() []Scenario {
	return []Scenario{
		pair(BaselineVsChimera, LabelBaseline, Baseline, TunedRust),
		pair(ChimeraHomo, LabelChimera, TunedRust, TunedRust),
		pair(ChimeraHetero, LabelChimera, TunedSecond, TunedRust),
	}
}

// pair makes a scenario whose insight agent is tuned and gives the label.
func pair(name, collectorLabel string, collector, insight Tuning) Scenario {
	return Scenario{Name: name, Tuned: insight, Roles: []Role{
		{Agent: workload.Collector, Label: collectorLabel, Tuning: collector},
		{Agent: workload.Insight, Label: LabelChimera, Tuning: insight},
	}}
}

// Slug turns any model name into one path element that is also safe inside a
// benchmark name: lower-case letters, digits, '_' and '-' only, never starting
// with a hyphen, never ending in hyphen-digits (which readers of benchmark
// lines take for GOMAXPROCS), never a device name of Windows, at most 64 bytes.
//
// An ordinary name stays readable, after the study's own folders:
//
//	qwen2.5:7b                 qwen2p5_7b
//	llama3.1:8b-instruct-q4_0  llama3p1_8b-instruct-q4_0
//
// Any other name gets a hash of the whole of it behind what can be kept, so two
// different models never share a folder.
func Slug(model string) string {
	s := strings.Map(keep, model)
	if readable(model) && len(s) <= 64 && !procs.MatchString(s) && !device.MatchString(s) {
		return s
	}
	sum := sha256.Sum256([]byte(model))
	return strings.Trim(s[:min(len(s), 48)], "-") + "_x" + hex.EncodeToString(sum[:4]) + "x"
}

// Plain reports whether a name is safe as it stands, in a path and inside a
// benchmark name.
func Plain(name string) bool {
	return name != "" && len(name) <= 64 && strings.Map(keep, name) == name &&
		name[0] != '-' && !procs.MatchString(name) && !device.MatchString(name)
}

// keep maps one rune of a name to one of a slug.
func keep(r rune) rune {
	switch {
	case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '-', r == '_':
		return r
	case r == '.':
		return 'p'
	}
	return '_' // upper case too: macOS and Windows would fold two names into one folder
}

var (
	// ordinary is name or name:tag, where only the tag may have an underscore,
	// so that the first one in the slug is the colon.
	ordinary = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]*(:[a-z0-9][a-z0-9._-]*)?$`)
	// looseDot is a dot that is not between two digits, versionP a p that is:
	// without both, 'p' between digits reads back as a dot.
	looseDot = regexp.MustCompile(`(^|[^0-9])\.|\.([^0-9]|$)`)
	versionP = regexp.MustCompile(`[0-9]p[0-9]`)
	procs    = regexp.MustCompile(`-[0-9]+$`)
	device   = regexp.MustCompile(`^(con|prn|aux|nul|com[0-9]|lpt[0-9])$`)
)

// readable reports whether a name can be read back from its slug.
func readable(model string) bool {
	return ordinary.MatchString(model) && !looseDot.MatchString(model) && !versionP.MatchString(model)
}
