package gate

import (
	"errors"
	"fmt"
	"os"

	"github.com/chimeraforge/duet/harness/compare"
)

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
	return s.Side, nil
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
