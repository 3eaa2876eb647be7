package metric

import (
	"slices"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
)

// pooled is what the tables over several cells show: the headline first, then the
// study's two formulas. There are a range and an sd and no interval: what varies
// here is mostly the models, and repeating the session would not vary them.
func pooled() []Column[Group] {
	return slices.Concat(
		columns("efficiency_measured", statMedian, statMin, statMax, statMean, statSD),
		columns("speedup_measured", statMean, statSD),
		columns("efficiency_server", statMean, statSD),
		columns("efficiency_client", statMean, statSD),
	)
}

// named gives the one statistic of a quantity the quantity's name, so that
// several share a heading.
func named(group, name string, columns []Column[Group]) Column[Group] {
	c := columns[0]
	c.Long = c.Group + " " + c.Name
	c.Group, c.Name = group, name
	return c
}

// termsEfficiency are of both tables that pool.
var termsEfficiency = []table.Term{termMeasured, termLegacy, termStats}

// RuntimeSummary is efficiency by client runtime. It answers for the cells that
// were run: a runtime that was run with other models than the next differs by these
// too.
func (s *Set) RuntimeSummary() table.Table {
	t := table.Table{
		ID: "runtime", Title: "Runtime summary (multi-agent)", Section: table.SectionMulti,
		Definition: defEfficiency + " " + defSpread, Terms: termsEfficiency,
		N: "One value per run, averaged over models, scenarios and repetitions" + nPooled + nNoFails,
	}
	return s.fill(t, s.Groups(record.SuiteMulti, ByRuntime),
		[]Column[Group]{colRuntime[Group](), colRuns, colFailed}, pooled())
}

// ModelSummary is efficiency by model and runtime. Scenarios and options are
// averaged away, so a cell with more runs weighs more.
func (s *Set) ModelSummary() table.Table {
	t := table.Table{
		ID: "model_runtime", Title: "Model × runtime summary (multi-agent)", Section: table.SectionMulti,
		Definition: defEfficiency + " " + defSpread, Terms: termsEfficiency,
		N: "One value per run, averaged over scenarios and repetitions" + nPooled + nNoFails,
	}
	return s.fill(t, s.Groups(record.SuiteMulti, ByModel),
		[]Column[Group]{colModel[Group](), colRuntime[Group](), colRuns, colFailed}, pooled())
}

// ConfigSummary is the study's configuration table with the headline first. It is
// the one whose intervals are of repetitions alone.
func (s *Set) ConfigSummary() table.Table {
	differ := s.contrast()
	t := table.Table{
		ID: "config", Title: "Configuration summary (multi-agent)", Section: table.SectionMulti,
		Definition: defEfficiency + " " + defInterval + " " + differ.definition + " " + defContention,
		N:          nCell + nNoFails,
		Terms:      []table.Term{termMeasured, termLegacy, termStats, differ.term, termContention},
	}
	return s.fill(t, s.Groups(record.SuiteMulti, ByCell),
		modelCell(record.SuiteMulti), []Column[Group]{colRuns, colFailed},
		columns("efficiency_measured", statMedian, statLo, statHi, statMean, statSD, statMin, statMax),
		[]Column[Group]{
			named("mean eff.", "server", columns("efficiency_server", statMean)),
			named("mean eff.", "client", columns("efficiency_client", statMean)),
			named("mean "+differ.heading, "rate", columns(differ.rate, statMean)),
			named("mean "+differ.heading, "TTFT", columns(differ.ttft, statMean)),
			share("contention", "contention_measured"), share("contention", "contention_tr116"),
		})
}

// RateSummary is what the machine gave, and what each agent felt. A speedup above 1
// may hide an agent that was starved: η and the fairness columns are there for
// that.
func (s *Set) RateSummary() table.Table {
	var etas []Column[Group]
	for _, a := range s.etas() {
		etas = append(etas, named("median η", a.name, statColumns("η "+a.name, "", 3, a.of, statMedian)))
	}
	t := table.Table{
		ID: "rates", Title: "Rates: all agents at once against one at a time", Section: table.SectionMulti,
		Definition: defRates + " " + defInterval,
		N:          nCell,
		Terms:      []table.Term{termRates, termMeasured, termEta, termFair, termStats},
	}
	return s.fill(t, s.Groups(record.SuiteMulti, ByCell),
		modelCell(record.SuiteMulti), []Column[Group]{colRuns},
		columns("aggregate_rate", statMedian), rank(2, columns("aggregate_rate", statLo, statHi)...),
		columns("solo_rate", statMedian), rank(2, columns("solo_rate", statLo, statHi)...),
		columns("speedup_measured", statMedian, statLo, statHi),
		rank(1, etas...),
		rank(3,
			named("mean", "balance", columns("balance", statMean)),
			named("mean", "Jain", columns("jain", statMean))))
}

// SingleSummary is baseline against tuned options, by cell. The ratios come first,
// and are medians of ratios within a run: a machine that slows down over a session
// moves both sides of each. The ratio of the two means beside them need not be the
// same.
func (s *Set) SingleSummary() table.Table {
	t := table.Table{
		ID: "single", Title: "Baseline against tuned options (single agent)", Section: table.SectionSingle,
		Definition: defSingle + " " + defInterval,
		N:          nCell + nNoFails,
		Terms:      []table.Term{termDecode, termTTFT, termStats},
	}
	return s.fill(t, s.Groups(record.SuiteSingle, ByCell),
		modelCell(record.SuiteSingle), []Column[Group]{colRuns, colFailed},
		columns("tuned_over_baseline", statMedian, statLo, statHi),
		columns("base_decode_server", statMean, statSD),
		columns("decode_server", statMean, statSD),
		statColumns("TTFT ratio", "", 3, ttftRatio, statMedian, statLo, statHi),
		columns("base_ttft_ns", statMean, statSD),
		columns("ttft_ns", statMean, statSD))
}
