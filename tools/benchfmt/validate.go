package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/trust"
)

// errInvalid says that a session is not valid; the output says why.
var errInvalid = errors.New("not valid")

func writeValidity(e env, args []string) error {
	set := flag.NewFlagSet("validate", flag.ContinueOnError)
	name := set.String("format", "text", "text, md or json; json names every file")
	paths, err := parse(e, "validate", set, args)
	if err != nil {
		return err
	}
	format, err := findings.Format(*name)
	if err != nil {
		return fmt.Errorf("validate: %w", err)
	}
	dirs, err := sessionsOf(paths)
	if err != nil {
		return fmt.Errorf("validate: %w", err)
	}
	var verdicts []trust.Verdict
	for _, dir := range dirs {
		v, err := trust.Validate(dir)
		if err != nil {
			return fmt.Errorf("validate: %w", err)
		}
		verdicts = append(verdicts, v)
	}
	d := findings.NewValidation(verdicts)
	text, err := format(d)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(e.out, text); err != nil {
		return err
	}
	if !d.Valid {
		return errInvalid
	}
	return nil
}

// sessionsOf lists the sessions that paths lead to, each once. A path that leads
// to none is nothing when another leads to one.
func sessionsOf(paths []string) ([]string, error) {
	var dirs []string
	for _, path := range paths {
		found, err := trust.Sessions(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, fmt.Errorf("%s: no such file or folder", path)
		case err != nil && !errors.Is(err, trust.ErrNoSession):
			return nil, err
		}
		for _, dir := range found {
			if !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	if len(dirs) == 0 {
		return nil, fmt.Errorf("%w in %s", trust.ErrNoSession, strings.Join(paths, ", "))
	}
	return dirs, nil
}
