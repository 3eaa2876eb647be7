package gate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/metric"
)

// kind is how a metric comes about.
type kind int

const (
	perRun     kind = iota // one value per run: a unit of the benchmark lines
	percentile             // over all calls of a cell
	failures               // share of runs
)

type measure struct {
	name   string // as the rule has it
	kind   kind
	unit   compare.Unit // perRun
	factor float64      // from the rule's unit to the one in memory; 0 where a limit must be a duration
	q      float64      // percentile: 0.99
}

// aliases are other names of the benchmark lines' units: those of metrics.json
// and docs/definitions.md.
var aliases = func() map[string]string {
	out := map[string]string{}
	for _, m := range metric.Lines() {
		if m.Name != m.Line {
			out[m.Name] = m.Line
		}
	}
	return out
}()

// FailureRate is the share of runs that failed, in percent, over all cells of the
// rule.
const FailureRate = "failure_rate"

// percentiles are of the times to first text of all calls of a cell in the pass
// that is measured.
var percentiles = map[string]float64{"ttft_p50": 0.5, "ttft_p90": 0.9, "ttft_p95": 0.95, "ttft_p99": 0.99}

func (r *Rule) metricsOf(in Input) ([]measure, error) {
	var out []measure
	for _, name := range r.Metrics {
		found := in.metric(name)
		if strings.ContainsAny(name, "*?") {
			found = in.glob(name)
		}
		if len(found) == 0 {
			return nil, fmt.Errorf("no metric %q; there are %s", name, strings.Join(in.vocabulary(), ", "))
		}
		for _, m := range found {
			if err := r.fits(m, in); err != nil {
				return nil, err
			}
			if !slices.ContainsFunc(out, func(o measure) bool { return o.unit == m.unit && o.kind == m.kind && o.q == m.q }) {
				out = append(out, m)
			}
		}
	}
	return out, nil
}

// metric is the one of that name, none where nothing has it.
func (in Input) metric(name string) []measure {
	if q, ok := percentiles[name]; ok {
		return []measure{{name: name, kind: percentile, q: q}}
	}
	if name == FailureRate {
		return []measure{{name: name, kind: failures, factor: 1}}
	}
	unit := name
	if alias, ok := aliases[name]; ok {
		unit = alias
	}
	factor, memory := compare.InMemory(1, unit)
	for _, u := range in.New.Known() {
		if u.Memory == memory {
			return []measure{{name: name, unit: in.Old.Directed(u), factor: factor}}
		}
	}
	return nil
}

// glob are the units with values and a direction whose name matches.
func (in Input) glob(pattern string) (out []measure) {
	units := in.New.Units()
	if in.Old != nil { // what the session lost is asked for, too
		for _, u := range in.Old.Units() {
			if !slices.ContainsFunc(units, func(o compare.Unit) bool { return o.Memory == u.Memory }) {
				units = append(units, u)
			}
		}
	}
	for _, u := range units {
		if u = in.Old.Directed(u); u.Better != 0 && (matches(pattern, u.Name) || matches(pattern, u.Memory)) {
			out = append(out, measure{name: u.Name, unit: u, factor: 1})
		}
	}
	return out
}

func (in Input) vocabulary() []string {
	var out []string
	for _, u := range in.New.Known() {
		out = append(out, u.Memory)
	}
	for _, alias := range slices.Sorted(maps.Keys(aliases)) {
		if len(in.metric(alias)) > 0 {
			out = append(out, alias)
		}
	}
	return append(append(out, FailureRate), slices.Sorted(maps.Keys(percentiles))...)
}

// fits refuses a metric that the rule's kind of limit says nothing about.
func (r *Rule) fits(m measure, in Input) error {
	switch {
	case m.kind != perRun && in.New.Text:
		return fmt.Errorf("%s: benchmark lines have neither failed runs nor calls; gate the session's folder", m.name)
	case m.kind != perRun && r.WorseThan != nil:
		return fmt.Errorf("%s is not compared with a baseline; give it a max", m.name)
	case m.kind == failures && r.Min != nil:
		return fmt.Errorf("%s: a floor under failures; say max", m.name)
	case r.WorseThan != nil && m.unit.Better == 0:
		return fmt.Errorf("%s: no Unit line says which direction is better", m.name)
	case r.WorseThan != nil && r.WorseThan.Share >= 1 && m.unit.Better > 0:
		return fmt.Errorf("%s: worse_than %s can never fail, since what is higher the better it is cannot lose more than all of it", m.name, r.WorseThan.Text)
	case r.Min != nil && r.Max == nil && m.better() < 0:
		return fmt.Errorf("%s: a floor (min %s) under what is better lower never fails for being bad; say max", m.name, r.Min.Text)
	case r.Max != nil && r.Min == nil && m.better() > 0:
		return fmt.Errorf("%s: a ceiling (max %s) over what is better higher never fails for being bad; say min", m.name, r.Max.Text)
	case r.Min != nil && r.Min.Amount < 0 && m.better() > 0:
		return fmt.Errorf("%s: a floor of %s can never fail, since it is never below 0", m.name, r.Min.Text)
	}
	for _, l := range []*Limit{r.Min, r.Max} {
		if l == nil {
			continue
		}
		if l.Duration && !m.isTime() {
			return fmt.Errorf("%s is no time, and %s is one", m.name, l.Text)
		}
		if l.Percent && !m.isPercent() {
			return fmt.Errorf("%s is no percentage, and %s is one", m.name, l.Text)
		}
		if !l.Percent && m.isPercent() && m.kind == perRun && l.Amount > 0 && l.Amount <= 1 {
			return fmt.Errorf("%s is in percent: %s is below all that was ever meant by it; write %g, or %g %% where that is meant", m.name, l.Text, l.Amount*100, l.Amount)
		}
		if !l.Duration && m.factor == 0 {
			return fmt.Errorf("%s: say the unit of %s, such as %sms", m.name, l.Text, l.Text)
		}
	}
	return nil
}

func (m measure) isPercent() bool { return m.kind == failures || strings.HasSuffix(m.unit.Name, "%") }

// better is the direction of any kind of metric.
func (m measure) better() int {
	if m.kind == perRun {
		return m.unit.Better
	}
	return -1
}

func (m measure) isTime() bool { return m.kind == percentile || m.unit.IsTime() }

func (m measure) amount(l *Limit) float64 {
	if l.Duration {
		return l.Amount
	}
	return l.Amount * m.factor
}

// say is a value for reading: times in milliseconds or so, with the unit.
func (m measure) say(v float64) string {
	switch {
	case m.isTime():
		return duration(v)
	case m.isPercent():
		return fmt.Sprintf("%.1f %%", v)
	}
	return fmt.Sprintf("%.4g %s", v, m.unit.Name)
}

// duration is a time in nanoseconds with four figures.
func duration(ns float64) string {
	for _, u := range []struct {
		name string
		size float64
	}{{"s", 1e9}, {"ms", 1e6}, {"µs", 1e3}} {
		if ns >= u.size || ns <= -u.size {
			return fmt.Sprintf("%.4g %s", ns/u.size, u.name)
		}
	}
	return fmt.Sprintf("%.4g ns", ns)
}
