package findings

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/harness/trust"
)

// AuditTables are findings as tables of a report: what every rule says, then every
// figure in long form. The caller marks them as it does the others (Set.Mark).
func AuditTables(findings []record.Finding) []table.Table {
	if len(findings) == 0 {
		return nil
	}
	return []table.Table{rulesTable(findings), figuresTable(findings)}
}

// defAudit says what the severities mean for who wants to quote a figure.
const defAudit = "Each rule looks for one thing that makes figures mean less than they seem to; docs/audit.md says how. Error: the figures concerned cannot be quoted as they stand. Warning: something else moved them. Note: nothing is wrong, but a reader must know."

// rulesTable has every rule, those that found nothing too: a rule that was not
// applied must not look like one that was passed.
func rulesTable(findings []record.Finding) table.Table {
	t := table.Table{
		ID: "audit", Title: "Audit", Section: table.AppendixValidation, Definition: defAudit,
		N: "One row per rule, whatever it found; files are those of the runs concerned.",
		Columns: []table.Column{{Name: "rule", Text: true}, {Name: "verdict", Text: true}, {Name: "severity", Text: true},
			{Name: "files"}, {Name: "finding", Text: true}, {Name: "says", Text: true, Prose: true}},
	}
	for _, f := range findings {
		t.Rows = append(t.Rows, []table.Value{
			table.Text(f.Code), table.Text(strings.ReplaceAll(f.Verdict, "-", " ")), table.Text(f.Severity),
			table.Count(len(f.Places)), table.Text(f.Title), table.Text(f.Evidence),
		})
	}
	return t
}

// figuresTable is in long form, a row per figure, for who wants to compute with
// them.
func figuresTable(findings []record.Finding) table.Table {
	t := table.Table{
		ID: "audit_figures", Title: "Audit: figures", Section: table.AppendixValidation,
		Definition: "Every figure behind the audit. Where there is an sd, the value is the mean of n runs; where the unit is a thing, the value counts it among n.",
		N:          "One row per figure.",
		Columns: []table.Column{{Name: "rule", Text: true}, {Name: "of", Text: true}, {Name: "figure", Text: true},
			{Name: "value", Decimals: 3}, {Name: "sd", Decimals: 3}, {Name: "unit", Text: true}, {Name: "n"}},
	}
	for _, f := range findings {
		for _, x := range f.Figures {
			t.Rows = append(t.Rows, []table.Value{
				table.Text(f.Code), table.Text(x.Of), table.Text(x.Name), table.Num(x.Value), table.Num(x.SD), table.Text(x.Unit), n(x.N),
			})
		}
	}
	return t
}

// n is absent where there is nothing to count.
func n(k int) table.Value {
	if k == 0 {
		return table.Value{}
	}
	return table.Count(k)
}

// ValidationTable is a verdict for a report's checklist. It counts what holds, of
// how much: a check of nothing would hold too.
func ValidationTable(v trust.Verdict) table.Table {
	t := table.Table{
		ID: "validation_session", Title: "Validation of the session", Section: table.AppendixValidation,
		Label: v.Label, Backend: v.Backend,
		Definition: "Whether the session's folder can be believed, checked before this report was written (benchfmt validate names every file); docs/validation.md says what each check holds. Where one does not hold, the figures of the files it names are not to be quoted.",
		N:          "n of so many files, cells, calls' runs or servers, as the check says. A check that cannot be applied is not counted as passed.",
		Columns: []table.Column{{Name: "check", Text: true}, {Name: "answer", Text: true}, {Name: "n"}, {Name: "of"},
			{Name: "holds that", Text: true, Prose: true}, {Name: "but", Text: true, Prose: true}},
	}
	for _, f := range v.Findings {
		n, of := table.Count(f.Of-f.Affected), table.Count(f.Of)
		if f.Verdict == record.NotApplicable {
			n, of = table.Value{}, table.Value{}
		}
		t.Rows = append(t.Rows, []table.Value{
			table.Text(f.Code), table.Text(holds[f.Verdict]), n, of, table.Text(f.Title), table.Text(But(f)),
		})
	}
	return t
}

// holds are verdicts where the title is what holds when nothing is found.
var holds = map[string]string{record.NothingFound: "holds", record.Found: "DOES NOT HOLD", record.NotApplicable: "not applicable"}

// But is what is to be said beside a verdict: why there is none, or the first places.
// One fault of a program's is often in every file, and a thousand lines of it would
// bury the others; JSON has all.
func But(f record.Finding) string {
	const shown = 3
	var said []string
	if f.Evidence != "" {
		said = append(said, f.Evidence)
	}
	for _, p := range f.Places[:min(shown, len(f.Places))] {
		said = append(said, p.String())
	}
	if more := len(f.Places) - shown; more > 0 {
		said = append(said, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(said, " · ")
}
