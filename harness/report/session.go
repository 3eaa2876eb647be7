package report

import (
	"slices"

	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/selftest"
	"github.com/chimeraforge/duet/harness/table"
)

// SelfTestTables are the tables of what a session read of known answers, without
// rows where it did not.
func SelfTestTables(tests []results.SelfTest) []table.Table {
	return []table.Table{
		byMachine(tests, func(t results.SelfTest) table.Table { return selftest.ReadingTable(t.Meter) }),
		byMachine(tests, func(t results.SelfTest) table.Table { return selftest.AnswerTable(t.Known) }),
	}
}

// byMachine is a table over all machines, with their names first where a session
// was merged. One machine's may have a column more, at the end; the rows of the
// others are filled up with absent values. Readings are never averaged over
// machines: a client's error is of the machine it ran on.
func byMachine(tests []results.SelfTest, of func(results.SelfTest) table.Table) table.Table {
	if len(tests) == 1 && tests[0].Machine == "" {
		return of(tests[0])
	}
	var out table.Table
	for _, test := range tests {
		t := of(test)
		for _, row := range t.Rows {
			out.Rows = append(out.Rows, slices.Insert(row, 0, table.Text(test.Machine)))
		}
		if len(t.Columns) >= len(out.Columns) {
			t.Rows = out.Rows
			t.Columns = slices.Insert(t.Columns, 0, table.Column{Name: "machine", Text: true})
			out = t
		}
	}
	for i, row := range out.Rows {
		for len(row) < len(out.Columns) {
			row = append(row, table.Value{})
		}
		out.Rows[i] = row
	}
	return out
}

// FindingsTable is what was found on the machines of a session before it measured.
// It is looked for once, right before: what began later is not in it. The figures
// stay, since what disturbs a machine need not disturb a measurement, and the
// reader is told.
func FindingsTable(findings []results.Finding) table.Table {
	t := table.Table{
		ID: "spoilers", Title: "What may have spoiled the measurement", Section: table.SectionStability,
		Definition: "Found on the machine right before a sitting of the session: other programs on the GPU, a battery, a governor that saves power, swap in use, others that compute, little memory or disk, other Ollama servers. Nothing was left out for it.",
		N:          "One row per thing found and sitting.",
		Columns: []table.Column{{Name: "sitting", Text: true}, {Name: "suite", Text: true}, {Name: "code", Text: true},
			{Name: "found", Text: true, Prose: true}, {Name: "to do about it", Text: true, Prose: true}},
	}
	several := slices.ContainsFunc(findings, func(f results.Finding) bool { return f.Machine != "" })
	if several {
		t.Columns = slices.Insert(t.Columns, 0, table.Column{Name: "machine", Text: true})
	}
	for _, f := range findings {
		row := []table.Value{}
		if several {
			row = append(row, table.Text(f.Machine))
		}
		for _, w := range []string{f.At.UTC().Format("2006-01-02 15:04"), f.Suite, f.Code, f.Evidence, f.Do} {
			row = append(row, table.Text(w))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
