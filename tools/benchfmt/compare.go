package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/perf/benchunit"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/report"
	"github.com/chimeraforge/duet/harness/table"
)

// output is how a comparison or a verdict is written.
type output struct {
	format string
	width  int
}

// outputFormats are the values of -format of compare and gate.
var outputFormats = []string{"text", "md", "csv", "json", "github"}

func (o *output) register(fs *flag.FlagSet) {
	fs.StringVar(&o.format, "format", "text", strings.Join(outputFormats, ", ")+"; github writes annotations, and Markdown into $"+report.SummaryVariable)
	fs.IntVar(&o.width, "width", 160, "columns that a text table may take before it leaves some out; 0 for all")
}

func (o *output) check(command string) error {
	if !slices.Contains(outputFormats, o.format) {
		return fmt.Errorf("%s: unknown format %q; there are %s", command, o.format, strings.Join(outputFormats, ", "))
	}
	if o.width < 0 {
		return fmt.Errorf("%s: -width=%d: a number of columns, or 0 for no limit", command, o.width)
	}
	return nil
}

// saying is what an output can be made of.
type saying struct {
	banner  string
	tables  []table.Table
	remarks []report.Annotation
	json    any
}

func (o *output) write(w io.Writer, s saying) error {
	switch o.format {
	case "json":
		data, err := json.MarshalIndent(s.json, "", "  ")
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(w, "%s\n", data)
		return err
	case "github":
		return report.WriteAnnotations(w, s.remarks, markdown(s))
	case "csv":
		s.banner = "# " + s.banner
	}
	return write(w, s.banner, formats[o.format], s.tables, o.width)
}

func markdown(s saying) string {
	out := table.Escape(s.banner) + "\n\n"
	for _, t := range s.tables {
		out += table.Markdown(t) + "\n"
	}
	return out
}

func compareSides(e env, args []string) error {
	fs := flag.NewFlagSet("compare", flag.ContinueOnError)
	var o output
	o.register(fs)
	only := fs.String("metrics", "", "metrics to compare, such as agg-tok/s,ttft-ns/op (default: all that both sides have)")
	paths, err := parse(e, "compare", fs, args)
	if err != nil {
		return err
	}
	if err := o.check("compare"); err != nil {
		return err
	}
	if len(paths) != 2 {
		return fmt.Errorf("compare: two paths, OLD and NEW, not %d", len(paths))
	}
	before, errOld := side(e, paths[0])
	after, errNew := side(e, paths[1])
	if err := errors.Join(unusable(errOld), unusable(errNew)); err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	c := compare.New(before, after)
	if err := chooseMetrics(c, *only); err != nil {
		return fmt.Errorf("compare: %w", err)
	}
	return errors.Join(o.write(e.out, comparison(c)), errOld, errNew)
}

// side reads one side and logs what could not be read; the error is then
// errPartial.
func side(e env, path string) (*compare.Side, error) {
	s, err := compare.Read(path)
	if err != nil {
		return s, err
	}
	for _, err := range s.Unread {
		fmt.Fprintf(e.err, "benchfmt: not read: %v\n", err)
	}
	return s, partial(s.Unread)
}

// unusable is an error without errPartial.
func unusable(err error) error {
	if errors.Is(err, errPartial) {
		return nil
	}
	return err
}

// chooseMetrics keeps the metrics that are named, all where none is. A comparison of
// nothing is an error.
func chooseMetrics(c *compare.Comparison, only string) error {
	if len(c.Metrics) == 0 {
		return fmt.Errorf("%s and %s have no cell and metric in common", c.Old.Name, c.New.Name)
	}
	if only == "" {
		return nil
	}
	var kept []compare.Metric
	for name := range strings.SplitSeq(only, ",") {
		_, unit := benchunit.Tidy(1, name)
		i := slices.IndexFunc(c.Metrics, func(m compare.Metric) bool { return m.Name == unit })
		if i < 0 {
			return fmt.Errorf("no metric %q on both sides; there are %s", name, metricNames(c))
		}
		kept = append(kept, c.Metrics[i])
	}
	c.Metrics = kept
	return nil
}

func metricNames(c *compare.Comparison) string {
	var out []string
	for _, m := range c.Metrics {
		out = append(out, m.Name)
	}
	return strings.Join(out, ", ")
}

// comparison is a comparison in every form.
func comparison(c *compare.Comparison) saying {
	s := saying{banner: c.Banner(), tables: c.Tables(), json: c}
	for _, m := range c.Metrics {
		for _, p := range m.Shown(compare.Worse) {
			s.remarks = append(s.remarks, report.Annotation{Level: report.Warning, Title: m.Name + " is worse",
				Message: fmt.Sprintf("%s: %s (Holm p=%.4f, n=%d+%d)", p.Cell.Name, p.Said(), *p.Adjusted, p.Old.N(), p.New.N())})
		}
	}
	for _, d := range c.Differences {
		s.remarks = append(s.remarks, report.Annotation{Level: report.Notice, Title: d.Fact + " differs", Message: d.Old + " → " + d.New})
	}
	return s
}

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
