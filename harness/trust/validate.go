package trust

import (
	"github.com/chimeraforge/duet/harness/record"
)

// Verdict is a session's validity.
type Verdict struct {
	Session  string           `json:"session"` // its folder, as it was named
	Valid    bool             `json:"valid"`
	Backend  string           `json:"backend"`
	Label    string           `json:"label,omitempty"` // SIMULATED, SYNTHETIC MODELS
	Runs     int              `json:"runs"`            // that can be read
	Cells    int              `json:"cells"`
	Imported bool             `json:"imported"` // another tool's: much cannot be checked
	Findings []record.Finding `json:"findings"` // one per check
}

// check is one question. Its sentence says what it holds when it holds: a list of these
// reads as what can be believed of a session, and what cannot is marked in it.
type check struct {
	id, holds string
	ask       func(*session) outcome
	do        string // where it does not hold
}

// What to do, where several checks say the same. Where a run is at odds with itself
// nothing can mend it; where only a copy of its numbers is, the run is right.
const (
	measureAgain = "do not quote the run, and measure it again"
	believeRuns  = "believe the runs: what repeats them was changed or cut off"
)

// checks, in the order in which they build on each other: the files, what was to
// be measured, what was, and what repeats it. The first that does not hold is the one
// that a report names, and often the cause of those after it.
var checks = []check{
	{"files-read", "Every metrics.json can be read.", readable,
		"restore the file, or remove its folder and let the session make the run again"},
	{"schema-known", "Every metrics.json names a schema this version knows.", knownSchema,
		"read it with the duet that wrote it"},
	{"schema-valid", "Every file is valid under harness/record/schema.json.", validSchema, measureAgain},
	{"session-file", "session.json is valid under its schema, its plan as it was written.", sessionFile,
		"restore session.json: all else is held to its plan"},
	{"in-place", "Every run lies where its session, cell, number and machine say.", inPlace,
		"put the folder back where its session wrote it"},
	{"planned-runs", "Every planned cell has a measured run of every round.", plannedRuns,
		"finish the session with the command that began it"},
	{"reruns", "Every cell with outliers was run once more, and once.", reruns,
		"finish the session with the command that began it"},
	{"digests", "A model's digest is the same everywhere.", digests,
		"measure again with one model everywhere"},
	{"labels", "Options in labels were asked for and in effect.", labels,
		"quote the options in effect, and not the label"},
	{"stamps", "Stamps of calls are in order, no duration is negative.", stamps, measureAgain},
	{"gaps", "Gaps between chunks add up to the last token.", gaps, measureAgain},
	{"passes", "Passes of a run follow each other without overlap.", passes, measureAgain},
	{"server-times", "No server's time of a call exceeds its client's.", serverTimes, measureAgain},
	{"starts", "Runs began in order and within their session.", starts,
		"see whether the clock was set meanwhile; quote nothing that hangs on the order"},
	{"summaries", "Every cell's summaries are there and of its runs.", summaries, believeRuns},
	{"bench-lines", "bench.txt has every measured run and its values.", benchLines, believeRuns},
	{"failures", "failures.jsonl has every failed run and no other.", failures, believeRuns},
}

// Validate asks every check of a session: one Finding per check, always in the
// same order.
func (s Session) Validate() Verdict {
	x := newSession(s)
	v := Verdict{
		Session: s.Dir, Valid: true, Runs: len(s.Files), Cells: len(x.cells), Imported: x.imported,
		Backend: x.set.Backend(), Label: x.set.ShortLabel(),
	}
	for _, c := range checks {
		f := c.ask(x).finding(c)
		v.Valid = v.Valid && f.Verdict != record.Found
		v.Findings = append(v.Findings, f)
	}
	return v
}

// Failed are the checks that do not hold.
func (v Verdict) Failed() []record.Finding { return record.OnlyFound(v.Findings) }

// imported reports whether another tool measured a run.
func imported(r *record.Run) bool { return r.Imported != nil }
