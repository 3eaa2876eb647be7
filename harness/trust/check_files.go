package trust

import (
	"fmt"
	"path"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// readable comes first: all other checks are asked of what could be read, and hold easily
// where little was.
func readable(s *session) outcome { return outcome{of: len(s.Files) + len(s.Unread), places: s.Unread} }

// knownSchema names files of a schema that this version does not know. They may be whole,
// so what to do is another thing than for damaged ones.
func knownSchema(s *session) outcome {
	return outcome{of: len(s.Files) + len(s.Unknown), places: s.Unknown}
}

// validSchema holds each file to the published schema by a validator that knows nothing
// of duet. Go's decoder is not enough: it ignores a field with a misspelt name and reads
// a missing number as zero, which goes into a mean like any other.
func validSchema(s *session) outcome {
	a := outcome{}
	foreign := 0
	for _, f := range s.Files {
		if f.Foreign {
			foreign++
			continue
		}
		a.of++
		if f.Invalid != "" {
			a.against(f.Path, f.Invalid)
		}
	}
	if a.of > 0 && foreign > 0 {
		a.why = fmt.Sprintf("%d runs are in another tool's own files and have no part in this.", foreign)
	}
	return a
}

// sessionFile asks whether the plan is the one that the session was measured by: fewer
// rounds in it would make a short session complete. The hash beside it guards against
// edits by mistake, and not against fraud.
func sessionFile(s *session) outcome {
	a := outcome{of: 1}
	switch {
	case s.RecordErr != "":
		a.against(results.FileName, s.RecordErr)
	case s.Record == nil && s.imported:
		return outcome{}
	case s.Record == nil:
		a.against(results.FileName, "is not there")
	case s.PlanHash != s.Record.PlanHash:
		a.against(results.FileName, fmt.Sprintf("the plan was changed: its hash is %s, and was %s", s.PlanHash, s.Record.PlanHash))
	}
	return a
}

// noRecord is why a check of the plan cannot be applied.
const noRecord = "There is no session.json that can be read."

// elsewhere says that a run names a machine of which the session has no such cell: runs
// that were copied into a merged session by hand are found so.
func (s *session) elsewhere(r *record.Run) string {
	m := r.Backend.Machine
	switch {
	case s.Record == nil:
		return ""
	case m == "" && len(s.Record.Merged) > 0:
		return "names no machine, and its session is merged"
	case m != "" && s.Record.Source(r) == nil:
		return fmt.Sprintf("says that machine %q made it, which no session that was merged says", m)
	}
	return ""
}

// inPlace holds a run to its path. A folder that was copied, to keep it or to fill a gap,
// is read like any other run: it raises n and narrows the interval without anything
// having been measured, but it still says inside which run it is.
func inPlace(s *session) outcome {
	a := outcome{}
	for _, f := range s.Files {
		if f.Foreign {
			continue
		}
		a.of++
		want := path.Join(f.Run.Cell.ID, fmt.Sprintf("run_%d", f.Run.RunNumber), "metrics.json")
		if f.Path != want {
			a.against(f.Path, "says that it is "+want)
		}
		if s.Record != nil && f.Run.Session != s.Record.Name {
			a.against(f.Path, fmt.Sprintf("says that it is of session %q", f.Run.Session))
		}
		if why := s.elsewhere(f.Run); why != "" {
			a.against(f.Path, why)
		}
	}
	return a
}
