package validate

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/table"
)

// shown is how many offenders a reader is shown at once; JSON has all.
const shown = 3

// Table is the verdict for a report's checklist.
func (v Verdict) Table() table.Table {
	t := table.Table{
		ID: "validation_session", Title: "Validation of the session", Section: table.AppendixValidation,
		Label: v.Label, Backend: v.Backend,
		Definition: "Whether the session's folder can be believed, checked before this report was written (benchfmt validate names every file); docs/validation.md says what each check holds. Where one does not hold, the figures of the files it names are not to be quoted.",
		N:          "n of so many files, cells, calls' runs or servers, as the check says. A check that cannot be applied is not counted as passed.",
		Columns: []table.Column{{Name: "check", Text: true}, {Name: "answer", Text: true}, {Name: "n"}, {Name: "of"},
			{Name: "holds that", Text: true, Prose: true}, {Name: "but", Text: true, Prose: true}},
	}
	for _, r := range v.Results {
		n, of := table.Count(r.N), table.Count(r.Of)
		if r.Answer == NotApplicable {
			n, of = table.Value{}, table.Value{}
		}
		t.Rows = append(t.Rows, []table.Value{
			table.Text(r.Check), table.Text(Word(r.Answer)), n, of, table.Text(r.Holds), table.Text(r.But()),
		})
	}
	return t
}

// Word is an answer for readers.
func Word(answer string) string {
	return map[string]string{Holds: "holds", Fails: "DOES NOT HOLD", NotApplicable: "not applicable"}[answer]
}

// But is what is to be said beside an answer: why it cannot be given, or the
// first offenders.
func (r Result) But() string {
	said := []string{}
	if r.Why != "" {
		said = append(said, r.Why)
	}
	for _, o := range r.Offenders[:min(shown, len(r.Offenders))] {
		said = append(said, o.String())
	}
	if more := len(r.Offenders) - shown; more > 0 {
		said = append(said, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(said, " · ")
}

func (o Offender) String() string { return o.File + ": " + o.Reason }

// Short is the verdict in a line.
func (v Verdict) Short() string {
	if said := v.Said(); said != "" {
		return said
	}
	holds := 0
	for _, r := range v.Results {
		if r.Answer == Holds {
			holds++
		}
	}
	return fmt.Sprintf("valid: %d checks hold, %d cannot be applied", holds, len(v.Results)-holds)
}

// Said is the sentence that stands at the top of a report of a session that is
// not valid; "" of a valid one.
func (v Verdict) Said() string {
	failed := v.Failed()
	if len(failed) == 0 {
		return ""
	}
	var names []string
	for _, r := range failed {
		names = append(names, r.Check)
	}
	checks := "check does"
	if len(failed) > 1 {
		checks = "checks do"
	}
	return fmt.Sprintf("This session is NOT VALID: %d %s not hold (%s). The first: %s. See appendix I before quoting a figure.",
		len(failed), checks, strings.Join(names, ", "), failed[0].Offenders[0])
}
