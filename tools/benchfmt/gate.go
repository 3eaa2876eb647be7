package main

import (
	"errors"
	"flag"
	"fmt"

	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/report"
)

// What a gate came to, when it did not pass. Its report has been written.
var (
	errGateFails        = errors.New("the gate fails")
	errGateInconclusive = errors.New("the gate is inconclusive")
)

func judge(e env, args []string) error {
	fs := flag.NewFlagSet("gate", flag.ContinueOnError)
	var o output
	o.register(fs)
	config := fs.String("config", gate.DefaultName, "a gates.yaml, or default for the shipped one")
	baseline := fs.String("baseline", "", "what rules with worse_than compare with: a session's folder or benchmark text")
	all := fs.Bool("all", false, "list every finding, also those that pass")
	paths, err := parse(e, "gate", fs, args)
	if err != nil {
		return err
	}
	if err := o.check("gate"); err != nil {
		return err
	}
	if len(paths) != 1 {
		return fmt.Errorf("gate: one path, the session, not %d", len(paths))
	}
	c, err := gate.Load(*config)
	if err != nil {
		return err
	}
	report, err := gate.Judge(c, paths[0], *baseline)
	if err != nil {
		return fmt.Errorf("gate: %w", err)
	}
	return errors.Join(o.write(e.out, verdict(report, *all)), map[gate.Verdict]error{gate.Fail: errGateFails, gate.Inconclusive: errGateInconclusive}[report.Verdict])
}

// verdict is a report in every form.
func verdict(r *gate.Report, all bool) saying {
	s := saying{banner: r.Banner(), tables: r.Tables(all), json: r}
	levels := map[gate.Verdict]string{gate.Fail: report.Error, gate.Inconclusive: report.Warning}
	for _, result := range r.Results {
		for _, f := range result.Findings {
			if level := levels[f.Verdict]; level != "" {
				s.remarks = append(s.remarks, report.Annotation{Level: level, Title: result.Rule, Message: f.String()})
			}
		}
	}
	return s
}
