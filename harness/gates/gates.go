// Package gates brings a gate to a session's folder: it reads a gates.yaml, the
// session and the baseline, and has package analysis/gate judge them. The command
// benchfmt and the suites' TestGate stand on it, so both say the same.
package gates

import (
	"errors"
	"fmt"
	"os"

	"github.com/chimeraforge/duet/harness/analysis/compare"
	"github.com/chimeraforge/duet/harness/analysis/gate"
	"github.com/chimeraforge/duet/harness/measured"
)

// Config reads a gates.yaml; "default" or "" is the shipped gate.
func Config(path string) (gate.Config, error) {
	if path == "" || path == gate.DefaultName {
		return gate.Default(), nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return gate.Config{}, fmt.Errorf("gate: %w (the shipped one is called %q)", err, gate.DefaultName)
	}
	return gate.Parse(data, path)
}

// Side reads a session, or benchmark lines, whole: a verdict over what happens to
// be readable would be one over something else.
func Side(path string) (*compare.Side, error) {
	s, err := measured.Read(path)
	if err != nil {
		return nil, err
	}
	if len(s.Unread) > 0 {
		return nil, fmt.Errorf("%s could not be read whole: %w", path, errors.Join(s.Unread...))
	}
	return s.Side, nil
}

// Judge judges a session; baseline is "" where there is none.
func Judge(c gate.Config, session, baseline string) (*gate.Report, error) {
	var in gate.Input
	var err error
	if in.New, err = Side(session); err != nil {
		return nil, err
	}
	if baseline != "" {
		if in.Old, err = Side(baseline); err != nil {
			return nil, fmt.Errorf("baseline: %w", err)
		}
	}
	return gate.Evaluate(c, in)
}
