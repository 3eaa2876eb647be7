// Package validate says whether a session's folder can be believed, before
// anything is said about its numbers: whether every file is what it claims to
// be, no run is missing, no clock runs backwards, and the files that repeat each
// other agree.
//
// # Shape
//
//	evidence.Read   a folder                -> Session, facts as they were read
//	Validate        Session                 -> Verdict: one Result per check
//	Verdict.Table   for a report            -> analysis.Table
//	Verdict.Said    the sentence at its top
//
// A check always answers: it holds, it does not, or it cannot be applied and
// says why. What cannot be checked is never counted as passed. Each check is one
// function; those of one kind share a file.
//
// # Validity and doubt
//
// Package audit asks what makes true figures mean less than they seem to. A
// valid session may have many such findings. This package asks whether the
// figures are those of the session at all; an invalid one has nothing to audit.
//
// Nothing here reads a file or a clock.
package validate

import (
	"github.com/chimeraforge/duet/harness/record"
)

// Answers of a check.
const (
	Holds         = "holds"
	Fails         = "does-not-hold"
	NotApplicable = "not-applicable" // Result.Why says why
)

// Offender is something for which a check does not hold.
type Offender struct {
	File   string `json:"file"` // below the session's folder
	Reason string `json:"reason"`
}

// Result is what one check says about a session.
type Result struct {
	Check     string     `json:"check"` // stable, for machines
	Holds     string     `json:"holds"` // what it holds, as a sentence
	Answer    string     `json:"answer"`
	N         int        `json:"n"` // of how many it holds
	Of        int        `json:"of"`
	Why       string     `json:"why,omitempty"`       // it cannot be applied, or what else is to know
	Offenders []Offender `json:"offenders,omitempty"` // by file
}

// Verdict is a session's validity.
type Verdict struct {
	Session  string   `json:"session"` // its folder, as it was named
	Valid    bool     `json:"valid"`
	Backend  string   `json:"backend"`
	Label    string   `json:"label,omitempty"` // SIMULATED, SYNTHETIC MODELS
	Runs     int      `json:"runs"`            // that can be read
	Cells    int      `json:"cells"`
	Imported bool     `json:"imported"` // another tool's: much cannot be checked
	Results  []Result `json:"results"`
}

// check is one question. Its sentence says what it holds when it holds.
type check struct {
	id, holds string
	ask       func(*examiner) answer
}

// checks, in the order in which they build on each other: the files, what was to
// be measured, what was, and what repeats it.
var checks = []check{
	{"files-read", "Every metrics.json can be read.", readable},
	{"schema-known", "Every metrics.json names a schema this version knows.", knownSchema},
	{"schema-valid", "Every file is valid under harness/record/schema.json.", validSchema},
	{"session-file", "session.json can be read, its plan as it was written.", sessionFile},
	{"in-place", "Every run lies where its session, cell, number and machine say.", inPlace},
	{"planned-runs", "Every planned cell has a measured run of every round.", plannedRuns},
	{"reruns", "Every cell with outliers was run once more, and once.", reruns},
	{"digests", "A model's digest is the same everywhere.", digests},
	{"labels", "Options in labels were asked for and in effect.", labels},
	{"stamps", "Stamps of calls are in order, no duration is negative.", stamps},
	{"gaps", "Gaps between chunks add up to the last token.", gaps},
	{"passes", "Passes of a run follow each other without overlap.", passes},
	{"server-times", "No server's time of a call exceeds its client's.", serverTimes},
	{"starts", "Runs began in order and within their session.", starts},
	{"summaries", "Every cell's summaries are there and of its runs.", summaries},
	{"bench-lines", "bench.txt has every measured run and its values.", benchLines},
	{"failures", "failures.jsonl has every failed run and no other.", failures},
}

// Validate asks every check of a session: one Result per check, always in the
// same order.
func Validate(s Session) Verdict {
	x := newExaminer(s)
	v := Verdict{
		Session: s.Dir, Valid: true, Runs: len(s.Files), Cells: len(x.cells), Imported: x.imported,
		Backend: x.set.Backend(), Label: x.set.ShortLabel(),
	}
	for _, c := range checks {
		r := c.ask(x).result(c)
		v.Valid = v.Valid && r.Answer != Fails
		v.Results = append(v.Results, r)
	}
	return v
}

// Failed are the checks that do not hold.
func (v Verdict) Failed() []Result {
	var out []Result
	for _, r := range v.Results {
		if r.Answer == Fails {
			out = append(out, r)
		}
	}
	return out
}

// imported reports whether another tool measured a run.
func imported(r *record.Run) bool { return r.Imported != nil }
