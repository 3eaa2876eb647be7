package metric

import (
	"fmt"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// sensorsOnly is a run's telemetry without what the sensors said.
func sensorsOnly(t *record.Telemetry) *record.Telemetry {
	if t == nil {
		return nil
	}
	return &record.Telemetry{Source: t.Source, Driver: t.Driver, Prices: t.Prices}
}

// energyTables are the tables of energy, for the suites of which any run has
// telemetry.
func (s *Set) energyTables() (makers []func() table.Table) {
	for _, suite := range []string{record.SuiteMulti, record.SuiteSingle} {
		if slices.ContainsFunc(s.Rows, func(r *Row) bool { return r.Run.Form() == suite && r.Run.Telemetry != nil }) {
			makers = append(makers, func() table.Table { return s.Energy(suite) })
		}
	}
	return makers
}

// Energy is what a token costs in energy and money, by cell of a suite: one agent
// at a time beside all at once, or baseline beside tuned options. It shows medians,
// since one throttled run is far off. Joules of two devices compare only where both
// sensors see the same parts: a GPU's board is not a CPU's socket.
func (s *Set) Energy(suite string) table.Table {
	t := table.Table{
		ID: "energy", Title: "Energy, by configuration: one agent at a time and all at once", Section: table.SectionMulti,
		Definition: "J/tok: energy while at least one agent was decoding ÷ Σ tokens. Above idle: of what was drawn beyond the idle power before the run. Mean power: that energy ÷ that time. Idle is before the run; peaks are of the second of the two. Medians over runs; low, high: 95 % interval, n/a below 6 runs.",
		N:          nCell + nNoFails,
		Terms:      []table.Term{termEnergy, termIdle, termThrottled},
	}
	before, after := sides{record.PassSolo, "alone"}, sides{record.PassConcurrent, "together"}
	if suite == record.SuiteSingle {
		t.ID, t.Title, t.Section = "energy_single", "Energy, by configuration (single agent)", table.SectionSingle
		before, after = sides{record.PassBaseline, "baseline"}, sides{record.PassTuned, "tuned"}
	}
	prices := s.prices()
	t.Notes = prices
	if len(prices) > 0 {
		t.Terms = append(t.Terms, termMoney)
	}
	t = s.fill(t, s.withSensors(suite), modelCell(suite), []Column[Group]{colRuns, colSensor},
		energyColumns(before, after), moneyColumns(s.currency(), before, after))
	return present(t)
}

// sides is a kind of pass and its name in a table.
type sides struct{ pass, name string }

// withSensors are the cells of which any run has telemetry.
func (s *Set) withSensors(suite string) []Group {
	return slices.DeleteFunc(s.Groups(suite, ByCell), func(g Group) bool {
		return !slices.ContainsFunc(slices.Concat(g.Rows, g.Failed), func(r *Row) bool { return r.Run.Telemetry != nil })
	})
}

// colSensor names what read the energy. Several names in a row are several meters,
// whose figures were put together.
var colSensor = Column[Group]{table.Column{Name: "sensor", Text: true, Fold: true}, func(g Group) table.Value {
	var names []string
	for _, r := range slices.Concat(g.Rows, g.Failed) {
		if t := r.Run.Telemetry; t != nil && !slices.Contains(names, t.Source) {
			names = append(names, t.Source)
		}
	}
	return table.Text(join(names))
}}

// energyColumns are the two sides where they are to be compared, and one column for
// what is of the run (idle power) or is of interest as a limit (peaks, of the
// second side).
func energyColumns(before, after sides) []Column[Group] {
	last := func(name, metric string) Column[Group] { return medianOf("", name, metric, after.pass) }
	return slices.Concat(
		sided("energy", "j_per_tok", before, after),
		rank(1, statColumns("energy "+after.name, "J/tok", 3, ofPass(after.pass, jPerTok), statLo, statHi)...),
		rank(2, sided("energy above idle", "above_idle_j_per_tok", before, after)...),
		rank(3, sided("yield", "tok_per_j", before, after)...),
		sided("mean power", "mean_w", before, after),
		[]Column[Group]{last("idle power", "idle_w")},
		rank(2, last("peak power", "peak_w"), last("peak VRAM", "peak_vram_b")),
		rank(1, colThrottled),
	)
}

// sided makes the columns of the two sides.
func sided(group, metric string, before, after sides) []Column[Group] {
	return []Column[Group]{medianOf(group, before.name, metric, before.pass), medianOf(group, after.name, metric, after.pass)}
}

// moneyColumns are tokens per unit of currency; absent without prices.
func moneyColumns(currency string, before, after sides) []Column[Group] {
	return slices.Concat(
		sided("for 1 "+currency+" of energy", "tok_per_money_kwh", before, after),
		sided("for 1 "+currency+" of GPU hours", "tok_per_money_gpu_hour", before, after),
	)
}

// ofPass picks a quantity of a run's energy.
func ofPass(pass string, of func(*record.PassEnergy) *float64) pick {
	return func(r *Row) *float64 {
		for i := range r.D.Energy {
			if e := &r.D.Energy[i]; e.Pass == pass {
				return of(e)
			}
		}
		return nil
	}
}

// medianOf is a column with the median over a group's runs of a metric of a pass'
// energy.
func medianOf(group, name, metric, pass string) Column[Group] {
	m := &Metrics[slices.IndexFunc(Metrics, func(m Metric) bool { return m.Scope == OfEnergy && m.Name == metric })]
	unit, factor := shown(m.Unit)
	of := ofPass(pass, m.OfEnergy)
	return Column[Group]{table.Column{Group: group, Name: name, Unit: unit, Decimals: m.Decimals}, func(g Group) table.Value {
		s := g.Sample(func(r *Row) *float64 { return scaled(of(r), factor) })
		return table.Num(s.Percentile(50)).WithMissing(s.Absent)
	}}
}

// colThrottled counts the runs with a throttled pass; absent where no sensor says.
var colThrottled = Column[Group]{table.Column{Group: "runs", Name: "throttled"}, func(g Group) table.Value {
	known := func(e record.PassEnergy) bool { return e.Throttled != nil }
	throttled := func(e record.PassEnergy) bool { return known(e) && *e.Throttled }
	with := func(is func(record.PassEnergy) bool) int {
		return having(g.Rows, func(r *Row) bool { return slices.ContainsFunc(r.D.Energy, is) })
	}
	if with(known) == 0 {
		return table.Value{}
	}
	return table.Count(with(throttled))
}}

// prices says each price that any run was given.
func (s *Set) prices() (out []string) {
	say := func(amount *float64, currency, of string) {
		if amount == nil {
			return
		}
		if text := fmt.Sprintf("Price, as given: %g %s %s.", *amount, currency, of); !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	for _, r := range s.Rows {
		if t := r.Run.Telemetry; t != nil && t.Prices != nil {
			say(t.Prices.KWh, t.Prices.Currency, "per kWh")
			say(t.Prices.GPUHour, t.Prices.Currency, "per GPU hour")
		}
	}
	slices.Sort(out)
	return out
}

// currency is the one currency of all prices; several have no common name.
func (s *Set) currency() string {
	return strings.Join(s.words(func(r *Row) string {
		if t := r.Run.Telemetry; t != nil && t.Prices != nil {
			return t.Prices.Currency
		}
		return ""
	}), "|")
}

// present leaves out the columns that no row has a value for: no sensor here
// says so much, or nobody gave a price.
func present(t table.Table) table.Table {
	var keep []int
	for i := range t.Columns {
		if slices.ContainsFunc(t.Rows, func(row []table.Value) bool { return row[i].Kind != table.Absent }) {
			keep = append(keep, i)
		}
	}
	return table.Pick(t, keep)
}
