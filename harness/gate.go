package harness

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/session"
	"github.com/chimeraforge/duet/harness/settings"
)

// judge is the gate that a session was asked to pass (-duet.gate).
type judge struct {
	config   gate.Config
	baseline *compare.Side // nil where there is none
	cells    []plan.Cell
	names    map[string]bool // of their benchmarks
	judging  bool            // the last round is over
	report   *gate.Report    // nil where it could not be judged after all
}

// newJudge reads the gate and the baseline before anything is measured, and
// refuses what could not be judged afterwards. It is nil where no gate is asked
// for.
func newJudge(s settings.Settings, cells []plan.Cell) (*judge, error) {
	if s.Gate == "" {
		return nil, nil
	}
	config, err := gate.Load(s.Gate)
	if err != nil {
		return nil, err
	}
	j := &judge{config: config, cells: cells, names: map[string]bool{}}
	for _, c := range cells {
		j.names[plan.FullName(c.Suite, c.Cell)] = true
	}
	if s.Baseline != "" {
		if j.baseline, err = gate.LoadSide(s.Baseline); err != nil {
			return nil, fmt.Errorf("-duet.baseline: %w", err)
		}
		j.baseline.Only(j.mine)
		if len(j.baseline.Cells) == 0 {
			return nil, fmt.Errorf("-duet.baseline: %s has none of the cells that are to be measured", s.Baseline)
		}
	}
	in := j.input(compare.Planned("the session", record.Backend{}, cells))
	if j.baseline != nil {
		in.New.Backend = j.baseline.Backend // which one it will be is not known yet
	}
	return j, gate.Check(config, in)
}

func (j *judge) input(side *compare.Side) gate.Input {
	return gate.Input{New: side, Old: j.baseline}
}

// mine reports whether a cell is one of the session's: a folder may hold the other
// suite too, and a baseline more models.
func (j *judge) mine(c *compare.Cell) bool { return j.names[c.Name] }

// suits refuses a baseline that measured something else, once it is known what
// this session measures: before the first run, not after the last.
func (j *judge) suits(x *session.Session) error {
	if j == nil || j.baseline == nil {
		return nil
	}
	side := compare.Planned("the session", x.Label(), j.cells)
	for _, model := range x.Models() {
		if digest := x.Digest(model); digest != "" {
			side.Know(compare.FactDigest+model, digest)
		}
	}
	for _, c := range j.cells {
		for _, role := range c.Roles {
			side.Know(compare.FactBudget+role.Agent, fmt.Sprint(x.Budget(role.Prompts())))
		}
	}
	if err := gate.Check(j.config, j.input(side)); err != nil {
		return fmt.Errorf("%w: %s", errUnsuited, oneLine(err))
	}
	return nil
}

// errUnsuited says that a baseline is of something else.
var errUnsuited = errors.New("-duet.baseline")

// judge judges what lies in a session's folder.
func (j *judge) judge(dir string) error {
	side, err := gate.LoadSide(dir)
	if err != nil {
		return err
	}
	side.Only(j.mine)
	side.Missing = slices.DeleteFunc(side.Missing, func(m compare.Missing) bool {
		return !slices.ContainsFunc(j.cells, func(c plan.Cell) bool { return c.ID == m.ID })
	})
	j.report, err = gate.Evaluate(j.config, j.input(side))
	return err
}

// gated runs TestGate over the session, where a gate was asked for and the session
// is not cut short, and returns the exit status that it comes to.
func (u *Suite) gated(run func() int, w io.Writer) int {
	if u.judge == nil {
		return 0
	}
	if why := u.stop.reason(); why != "" {
		fmt.Fprintf(w, "# gate: not judged, since the session is not complete\n")
		return 0
	}
	for name, value := range map[string]string{"test.bench": "", "test.run": "^TestGate$", "test.skip": ""} {
		_ = flag.Set(name, value) // they exist, and take any text
	}
	u.judge.judging = true
	code := run()
	if u.judge.report == nil {
		fmt.Fprintf(w, "# gate %s: UNUSABLE\n", u.judge.config.Name)
		return max(code, exitUsage)
	}
	fmt.Fprintf(w, "# gate %s: %s\n", u.judge.config.Name, strings.ToUpper(string(u.judge.report.Verdict)))
	for _, line := range u.judge.report.Lines() {
		fmt.Fprintf(w, "#   %s\n", line)
	}
	return code
}

// Gate is a suite's TestGate: it judges the session that -bench has measured by
// the rules of -duet.gate. A rule that fails, or is inconclusive, fails the test
// with its word. Without a session it holds the shipped gate to the suite: every
// name in it must be one that the suite's lines have.
func (u *Suite) Gate(t *testing.T) {
	if u.session == nil {
		u.shipped(t)
		return
	}
	if u.judge == nil || !u.judge.judging {
		t.Skip("a session is judged after its last round, where a gate was asked for (-duet.gate)")
	}
	if err := u.judge.judge(u.session.Dir()); err != nil {
		t.Fatalf("gate %s: UNUSABLE: %v", u.judge.config.Name, err)
	}
	if v := u.judge.report.Verdict; v != gate.Pass {
		t.Errorf("gate %s: %s", u.judge.config.Name, strings.ToUpper(string(v)))
	}
}

// shipped checks the shipped gate against everything the suite can measure.
func (u *Suite) shipped(t *testing.T) {
	s, cells, err := u.load()
	if err != nil {
		t.Fatal(err)
	}
	if s.Gate != "" {
		t.Fatal(errNothingMeasured)
	}
	side := compare.Planned("the suite", record.Backend{}, cells)
	if err := gate.Check(gate.Default(), gate.Input{New: side, Old: side}); err != nil {
		t.Fatal(err)
	}
}

var errNothingMeasured = errors.New("-duet.gate judges what -bench measures, and there is no -bench")
