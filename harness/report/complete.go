package report

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/trust"
)

// Complete adds all that can be read. What cannot is in unknown, a sentence each,
// and the verdict is nil where that is one of them.
func Complete(r *Report, folder string) (verdict *trust.Verdict, unknown []error) {
	return complete(r, folder, func() (trust.Verdict, error) { return trust.Validate(folder) })
}

// CompleteTree is Complete of a report that was made of all runs of the folder, so
// that validation neither reads nor derives them again.
func CompleteTree(r *Report, folder string, tree results.Tree) (verdict *trust.Verdict, unknown []error) {
	return complete(r, folder, func() (trust.Verdict, error) { return trust.ValidateTree(folder, tree, r.set) })
}

// complete reads each file of the folder by itself: one that cannot be read leaves
// its table out and says so, and the report is written all the same.
func complete(r *Report, folder string, validate func() (trust.Verdict, error)) (verdict *trust.Verdict, unknown []error) {
	doubt := func(what string, err error) bool {
		if err != nil {
			unknown = append(unknown, fmt.Errorf("%s: %w", what, err))
		}
		return err == nil
	}
	commands, err := results.Commands(folder)
	doubt("the commands come from the runs alone", err)
	if len(commands) > 0 {
		r.Commands = commands
	}
	tests, err := results.SelfTests(folder)
	doubt("what the meters read is not known", err)
	machines, err := results.Machines(folder)
	doubt("which machines there were is not known", err)
	found, err := results.Findings(folder)
	doubt("what may have spoiled the session is not known", err)
	for _, t := range append(SelfTestTables(tests), machines, FindingsTable(found)) {
		r.Add(t)
	}
	v, err := validate()
	if doubt("whether the session is valid is not known", err) {
		r.Add(findings.ValidationTable(v))
		r.Doubt(v.Said())
		verdict = &v
	}
	return verdict, unknown
}
