package validate

import (
	"fmt"
	"path"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

func readable(x *examiner) answer {
	a := answer{of: len(x.Files) + len(x.Unread), offenders: x.Unread}
	if a.of == 0 {
		return skip("There is no metrics.json.")
	}
	return a
}

func knownSchema(x *examiner) answer {
	a := answer{of: len(x.Files) + len(x.Unknown), offenders: x.Unknown}
	if a.of == 0 {
		return skip("There is no metrics.json that can be read.")
	}
	return a
}

func validSchema(x *examiner) answer {
	a := answer{}
	foreign := 0
	for _, f := range x.Files {
		if f.Foreign {
			foreign++
			continue
		}
		a.of++
		if f.Invalid != "" {
			a.against(f.Path, f.Invalid)
		}
	}
	switch {
	case a.of == 0 && foreign > 0:
		return theirs("their files are in layouts of that tool's own")
	case a.of == 0:
		return skip("There is no run.")
	case foreign > 0:
		a.why = fmt.Sprintf("%d runs are in another tool's own files and have no part in this.", foreign)
	}
	return a
}

func sessionFile(x *examiner) answer {
	a := answer{of: 1}
	switch {
	case x.RecordErr != "":
		a.against(results.FileName, x.RecordErr)
	case x.Record == nil && x.imported:
		return theirs("no session of duet's made them")
	case x.Record == nil:
		a.against(results.FileName, "is not there")
	case x.PlanHash != x.Record.PlanHash:
		a.against(results.FileName, fmt.Sprintf("the plan was changed: its hash is %s, and was %s", x.PlanHash, x.Record.PlanHash))
	}
	return a
}

// noRecord is why a check of the plan cannot be applied.
const noRecord = "There is no session.json that can be read."

// elsewhere says that a run names a machine of which the session has no such cell.
func (x *examiner) elsewhere(r *record.Run) string {
	m := r.Backend.Machine
	switch {
	case x.Record == nil:
		return ""
	case m == "" && len(x.Record.Merged) > 0:
		return "names no machine, and its session is merged"
	case m != "" && x.Record.Source(r) == nil:
		return fmt.Sprintf("says that machine %q made it, which no session that was merged says", m)
	}
	return ""
}

// inPlace holds a run to its path: where the runs of a cell are looked for.
func inPlace(x *examiner) answer {
	a := answer{}
	for _, f := range x.Files {
		if f.Foreign {
			continue
		}
		a.of++
		want := path.Join(f.Run.Cell.ID, fmt.Sprintf("run_%d", f.Run.RunNumber), "metrics.json")
		if f.Path != want {
			a.against(f.Path, "says that it is "+want)
		}
		if x.Record != nil && f.Run.Session != x.Record.Name {
			a.against(f.Path, fmt.Sprintf("says that it is of session %q", f.Run.Session))
		}
		if why := x.elsewhere(f.Run); why != "" {
			a.against(f.Path, why)
		}
	}
	if a.of == 0 {
		return theirs("their files lie where that tool put them")
	}
	return a
}
