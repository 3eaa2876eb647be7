package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"path/filepath"

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
