package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/trust"
)

// errFound says that -fail was given and the audit found something.
var errFound = errors.New("the audit found something")

func writeAudit(e env, args []string) error {
	fs := flag.NewFlagSet("audit", flag.ContinueOnError)
	name := fs.String("format", "md", "md, json or text; json names every file")
	fail := fs.Bool("fail", false, "exit with status 1 when there are errors or warnings; notes never fail")
	study := studyFlag(fs)
	paths, err := parse(e, "audit", fs, args)
	if err != nil {
		return err
	}
	format, err := findings.Format(*name)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	in, err := load(e, paths)
	if err != nil {
		return err
	}
	set := metric.NewSet(in.runs())
	set.Study = *study
	d := findings.NewAudit(set, trust.Audit(set, in.path()))
	text, err := format(d)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	_, err = io.WriteString(e.out, text)
	if err == nil && *fail && d.Found[record.SeverityError]+d.Found[record.SeverityWarning] > 0 {
		err = errFound
	}
	return errors.Join(err, in.err())
}

// path says where a run was read from, with slashes.
func (in input) path() func(*record.Run) string {
	paths := make(map[*record.Run]string, len(in.files))
	for _, f := range in.files {
		paths[f.Run] = filepath.ToSlash(f.Path)
	}
	return func(r *record.Run) string { return paths[r] }
}

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
