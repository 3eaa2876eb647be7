package report

import (
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/table"
)

// Tables is every table there is about a set: duet's own, what a study that runs
// come from has by its own formulas, and the audit's. Each has a Section and an ID
// of its own.
func Tables(set *metric.Set, found []record.Finding) []table.Table {
	return slices.Concat(set.Tables(), metric.MatrixTables(set), studyTables(set), set.Mark(findings.AuditTables(found)))
}

// Main are those of all tables that a terminal has room for: duet's own without
// every run of it, and the study's where asked for; where nothing was measured,
// the body of the report. Appendices are left out.
func Main(set *metric.Set, all []table.Table) []table.Table {
	own := func(t table.Table) bool {
		asked := set.Study && strings.HasPrefix(t.ID, study.Prefix)
		return !Appendix(t.Section) && (asked || slices.Contains(Core, t.ID))
	}
	if set.Imported() {
		own = func(t table.Table) bool { return slices.Contains(body, t.Section) }
	}
	return slices.DeleteFunc(slices.Clone(all), func(t table.Table) bool { return !own(t) || len(t.Rows) == 0 && t.ID != "failed" })
}

// Core are duet's own tables that a terminal has room for: those of Set.Tables but
// for the ones with a row per run. body are the sections that answer.
var (
	Core = []string{"runtime", "model_runtime", "config", "rates", "single", "energy", "energy_single", "ttft", "warnings", "failed"}
	body = []string{table.SectionSummary, table.SectionScope, table.SectionMulti, table.SectionSingle}
)

// Appendix reports whether a section is one: appendices have letters.
func Appendix(section string) bool {
	return len(section) == 1 && section >= "A" && section <= "Z"
}
