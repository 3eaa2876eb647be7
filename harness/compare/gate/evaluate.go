package gate

import (
	"errors"
	"fmt"
	"os"

	"github.com/chimeraforge/duet/harness/compare"
)

// Input is what is judged.
type Input struct {
	New *compare.Side
	Old *compare.Side // the baseline; nil where there is none
}

// Evaluate judges a session. An error says that some rule cannot be judged at all;
// there is no report then, since the other rules' verdicts would look like the
// gate's.
func Evaluate(c Config, in Input) (*Report, error) {
	report := newReport(c, in)
	err := c.each(in, func(r *Rule) error {
		result, err := r.evaluate(in)
		switch {
		case err == nil:
			report.Results = append(report.Results, result)
		case r.absent(err):
			report.Notes = append(report.Notes, fmt.Sprintf("Rule %q does not apply: %v.", r.title(), err))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	report.conclude(c, in)
	return report, nil
}

// Check says before anything is measured what Evaluate would refuse: names that
// nothing has, patterns of no cell, no baseline, or one that is of something else.
// The new side has the cells that are to be measured and the metrics that they
// will have.
func Check(c Config, in Input) error {
	return c.each(in, func(r *Rule) error {
		_, _, err := r.aim(r.asks(in))
		return err
	})
}

// each is the errors of all rules; an optional one need not apply, but one must.
func (c *Config) each(in Input, judge func(*Rule) error) error {
	if in.Old == nil && c.Relative() {
		return fmt.Errorf("%s has rules that compare with a baseline, and none is given", c.Name)
	}
	var errs []error
	apply := 0
	for i := range c.Rules {
		r := &c.Rules[i]
		switch err := judge(r); {
		case err == nil:
			apply++
		case !r.absent(err):
			errs = append(errs, fmt.Errorf("rule %q: %w", r.title(), err))
		}
	}
	if len(errs) == 0 && apply == 0 {
		errs = append(errs, fmt.Errorf("%s: no rule applies to %s", c.Name, in.New.Name))
	}
	return errors.Join(errs...)
}

// absent reports whether an error says no more than that an optional rule does not
// apply.
func (r *Rule) absent(err error) bool { return r.Optional && errors.Is(err, errNone) }

// asks is what a rule asks about: a floor has no use for the baseline's cells.
func (r *Rule) asks(in Input) Input {
	if r.WorseThan == nil {
		in.Old = nil
	}
	return in
}

func (r *Rule) aim(in Input) (names []string, metrics []measure, err error) {
	if names, err = r.choose(in); err != nil {
		return nil, nil, err
	}
	if metrics, err = r.metricsOf(in); err == nil && in.Old != nil {
		err = in.comparable(names)
	}
	return names, metrics, err
}

func (r *Rule) evaluate(in Input) (Result, error) {
	in = r.asks(in)
	names, metrics, err := r.aim(in)
	if err != nil {
		return Result{}, err
	}
	result := Result{Rule: r.title(), Verdict: Pass, Findings: []Finding{}}
	for _, m := range metrics {
		findings, err := r.judge(in, m, names)
		if err != nil {
			return Result{}, err
		}
		for _, f := range findings {
			result.Verdict = result.Verdict.and(f.Verdict)
		}
		result.Findings = append(result.Findings, findings...)
	}
	return result, nil
}

func (r *Rule) judge(in Input, m measure, names []string) ([]Finding, error) {
	switch {
	case in.has(m, names):
	case r.WorseThan != nil && Input{New: in.Old}.has(m, names):
		return []Finding{{Cell: cells(len(names)), Metric: m.name, Verdict: Inconclusive,
			Seen: "the baseline has it, and the session has measured none of it", Takes: "a session with the suites and sensors of the baseline"}}, nil
	default:
		return nil, fmt.Errorf("no run of %s has %s", cells(len(names)), m.name)
	}
	names = r.having(in, names, m)
	switch {
	case m.kind == failures:
		return []Finding{r.failures(in, m, names)}, nil
	case r.WorseThan != nil:
		return r.relative(in, m, names)
	}
	var out []Finding
	for _, name := range names {
		out = append(out, r.absolute(in.New.Cell(name), m)...)
	}
	return out, nil
}

// has reports whether there is anything to judge: a value, or a run that failed.
func (in Input) has(m measure, names []string) bool {
	for _, name := range names {
		c := in.New.Cell(name)
		switch {
		case c == nil:
		case c.Failed > 0 && c.Runs == 0, m.kind == failures && c.Failed+c.Runs > 0,
			m.kind == percentile && len(c.FirstTokens) > 0, m.kind == perRun && c.Sample(m.unit).N() > 0:
			return true
		}
	}
	return false
}

func cells(n int) string {
	if n == 1 {
		return "the cell"
	}
	return fmt.Sprintf("the %d cells", n)
}

// Load reads a gates.yaml; "default" or "" is the shipped gate.
func Load(path string) (Config, error) {
	if path == "" || path == DefaultName {
		return Default(), nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("gate: %w (the shipped one is called %q)", err, DefaultName)
	}
	return Parse(data, path)
}

// LoadSide reads a session, or benchmark lines, whole: a verdict over what happens to
// be readable would be one over something else.
func LoadSide(path string) (*compare.Side, error) {
	s, err := compare.Read(path)
	if err != nil {
		return nil, err
	}
	if len(s.Unread) > 0 {
		return nil, fmt.Errorf("%s could not be read whole: %w", path, errors.Join(s.Unread...))
	}
	return s, nil
}

// Judge judges a session; baseline is "" where there is none.
func Judge(c Config, session, baseline string) (*Report, error) {
	var in Input
	var err error
	if in.New, err = LoadSide(session); err != nil {
		return nil, err
	}
	if baseline != "" {
		if in.Old, err = LoadSide(baseline); err != nil {
			return nil, fmt.Errorf("baseline: %w", err)
		}
	}
	return Evaluate(c, in)
}
