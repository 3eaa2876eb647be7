package ab

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/trust"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// readRules reads the gate, and holds its names to what is going to be measured.
func (x *comparison) readRules() (err error) {
	if x.rules, err = gate.Load(x.options.gate); err != nil {
		return err
	}
	var cells []plan.Cell
	for _, suite := range x.options.Suites {
		more, err := x.sides[compare.NewArm].settings.Cells(suite)
		if err != nil {
			return err
		}
		cells = append(cells, more...)
	}
	side := compare.Planned("the new side", record.Backend{}, cells)
	return gate.Check(x.rules, gate.Input{New: side, Old: side})
}

// announce says first what answers the requests, then what is compared.
func (x *comparison) announce(w io.Writer) {
	simulated, synthetic := false, false
	for _, s := range x.sides {
		if s.settings.Simulated(x.options.Tags) {
			simulated = true
			continue
		}
		for _, m := range s.settings.Models {
			synthetic = synthetic || plan.IsSynthetic(m)
		}
	}
	if simulated {
		fmt.Fprint(w, suites.Simulation("ab"))
	}
	if synthetic {
		fmt.Fprintln(w, "# SYNTHETIC MODELS: random weights on a real Ollama; the machine is real, the models are not.")
	}
	for _, s := range x.sides {
		fmt.Fprintf(w, "# %s  %s  %s%s\n", s, s.rev.label, s.rev.subject, s.served())
	}
	rounds := x.sides[compare.OldArm].settings.Rounds
	fmt.Fprintf(w, "# %d rounds of each side, in turn: old first in odd rounds, new first in even ones\n", rounds)
	if rounds%2 == 1 {
		fmt.Fprintln(w, "# an even number of rounds would let each side be first as often as the other")
	}
	fmt.Fprintf(w, "# results: %s\n", x.dir)
}

func (s *side) served() string {
	if s.program == "" {
		return ""
	}
	return fmt.Sprintf(", on %s (sha256 %s)", s.settings.Ollama, s.program)
}

// judge compares the sessions, judges the new one, and says both.
func (x *comparison) judge(stdout io.Writer) error {
	var read [2]*compare.Side
	var runs [2][]*record.Run
	for i, s := range x.sides {
		var err error
		if runs[i], err = s.runs(); err != nil {
			return err
		}
		if read[i], err = gate.LoadSide(s.dir); err != nil {
			return err
		}
		s.know(read[i])
	}
	c := compare.New(read[compare.OldArm], read[compare.NewArm])
	report, err := gate.Evaluate(x.rules, gate.Input{Old: read[compare.OldArm], New: read[compare.NewArm]})
	if err != nil {
		return fmt.Errorf("gate: %w", err)
	}
	longest, round := apart(runs)
	fmt.Fprintf(stdout, "# the sides of a round began at most %s apart (round %d)\n", longest.Round(100*time.Millisecond), round)
	if err := x.validate(stdout); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "\n%s\n\n", c.Banner())
	err = errors.Join(printTables(stdout, c.Tables()), printTables(stdout, report.Tables(false)[1:]))
	fmt.Fprintln(stdout, report.Banner())
	return errors.Join(err, map[gate.Verdict]error{gate.Fail: errFails, gate.Inconclusive: errInconclusive}[report.Verdict])
}

// validate says whether the files of the sides can be believed at all.
func (x *comparison) validate(stdout io.Writer) error {
	for _, s := range x.sides {
		v, err := trust.Validate(s.dir)
		if err != nil {
			return fmt.Errorf("validate the %s side: %w", s, err)
		}
		fmt.Fprintf(stdout, "# the %s side is %s\n", s, v.Short())
	}
	return nil
}

// know adds what the runs do not say of themselves. Two programs may call themselves
// by the same version, and two commits may have the same clients.
func (s *side) know(of *compare.Side) {
	of.Name = filepath.Base(s.dir)
	of.Know("sources of the harness", s.rev.harness)
	of.Know("sources of the clients", s.rev.clients)
	of.Know("server program", strings.TrimSpace(s.settings.Ollama+" "+s.program))
}

// width is what a text table may take.
const width = 160

func printTables(w io.Writer, tables []table.Table) error {
	for _, t := range tables {
		if _, err := fmt.Fprintln(w, table.Plain(t, width)); err != nil {
			return err
		}
	}
	if terms := metric.Glossary(tables); len(terms) > 0 {
		fmt.Fprintf(w, "Definitions\n%s\n", table.Terms(terms))
	}
	return nil
}
