package trust

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

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
	foreign   string // why there is nothing to ask it of in another tool's runs
}

// What to do, where several checks say the same. Where a run is at odds with itself
// nothing can mend it; where only a copy of its numbers is, the run is right.
const (
	makeAgain    = "quote nothing of the run; remove its folder, and the command that began the session makes it again"
	finish       = "finish the session by the command that began it (-duet.session=NAME); benchfmt report says what it was"
	noStamps     = "their files have no stamps of passes and calls"
	writeRepeats = "believe the runs, and not what repeats them: it was changed or cut off, and going on with the session (-duet.session=NAME) writes it again"
)

// checks, in the order in which they build on each other: the files, what was to
// be measured, what was, and what repeats it. The first that does not hold is the one
// that a report names, and often the cause of those after it.
var checks = []check{
	{"files-read", "Every metrics.json can be read.", readable,
		"restore the file, or remove its folder: the command that began the session makes the run again", ""},
	{"schema-known", "Every metrics.json names a schema this version knows.", knownSchema,
		"read it with the duet that wrote it: the commit is in session.json", ""},
	{"schema-valid", "Every file is valid under harness/record/schema.json.", validSchema, makeAgain, "their files are in layouts of that tool's own"},
	{"session-file", "session.json is valid under its schema, its plan as it was written.", sessionFile,
		"restore session.json from a copy: all else is held to its plan", "no session of duet's made them"},
	{"in-place", "Every run lies where its session, cell, number and machine say.", inPlace,
		"move the folder to where its run says that it is, or out of the session where that is another's", "their files lie where that tool put them"},
	{"planned-runs", "Every planned cell has a measured run of every round.", plannedRuns, finish, "no plan says how many there should be; the audit compares cells with each other"},
	{"reruns", "Every cell with outliers was run once more, and once.", reruns, finish, "no session of duet's made them"},
	{"digests", "A model's digest is the same everywhere.", digests,
		"give every server the same weights (ollama pull NAME on each; ollama list shows the digest) and begin another session", ""},
	{"labels", "Options in labels were asked for and in effect.", labels,
		"quote the options in effect (servers, in metrics.json) in place of the label; ask for what the server can give (make preflight says what)", ""},
	{"stamps", "Stamps of calls are in order, no duration is negative.", stamps, makeAgain, noStamps},
	{"gaps", "Gaps between chunks add up to the last token.", gaps, makeAgain, noStamps},
	{"passes", "Passes of a run follow each other without overlap.", passes, makeAgain, noStamps},
	{"server-times", "No server's time of a call exceeds its client's.", serverTimes,
		"quote no decode rate of the server of these calls; see whether its clock was set meanwhile (journalctl -u systemd-timesyncd), then make the run again", noStamps},
	{"starts", "Runs began in order and within their session.", starts,
		"quote nothing of drift or of first runs: the wall clock was set in between (journalctl -u systemd-timesyncd says when)", ""},
	{"summaries", "Every cell's summaries are there and of its runs.", summaries, writeRepeats, "nothing is written beside them"},
	{"bench-lines", "bench.txt has every measured run and its values.", benchLines, writeRepeats, "no bench.txt is written of them"},
	{"failures", "failures.jsonl has every failed run and no other.", failures, writeRepeats, "nothing lists their failures"},
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
		f := c.answer(x)
		v.Valid = v.Valid && f.Verdict != record.Found
		v.Findings = append(v.Findings, f)
	}
	return v
}

// Failed are the checks that do not hold.
func (v Verdict) Failed() []record.Finding { return record.OnlyFound(v.Findings) }

// imported reports whether another tool measured a run.
func imported(r *record.Run) bool { return r.Imported != nil }

// outcome collects what a check of a session finds: of how many things it was
// asked, and for which it does not hold.
type outcome struct {
	of      int
	places  []record.Place // for which it does not hold
	wrong   int            // for how many things; 0: one for each file among the places
	why     string         // it cannot be applied, or what else is to know
	skipped bool
}

// skipped is a check that cannot be applied, which is another answer than one that holds.
func skipped(why string) outcome { return outcome{skipped: true, why: why} }

// against adds a place.
func (o *outcome) against(file, reason string) {
	o.places = append(o.places, record.Place{File: file, Reason: reason})
}

// answer asks a check, and says why where there was nothing to ask it of: what nobody could
// look at is never counted as passed.
func (c check) answer(s *session) record.Finding {
	a := c.ask(s)
	if a.of == 0 && len(a.places) == 0 && a.why == "" {
		a = skipped("There is no run.")
		if s.imported && c.foreign != "" {
			a = skipped("Another tool's runs: " + c.foreign + ".")
		}
	}
	return a.finding(c)
}

// finding puts an outcome into words. Whatever does not hold is an error: there are no
// lesser degrees, since a session can be believed or it cannot. Places are sorted, since
// some checks walk through a map and a verdict must not change between two readings.
func (o outcome) finding(c check) record.Finding {
	slices.SortStableFunc(o.places, func(x, y record.Place) int { return cmp.Compare(x.File, y.File) })
	f := record.Finding{Code: c.id, Verdict: record.NothingFound, Title: c.holds, Evidence: o.why, Of: o.of, Places: o.places}
	switch {
	case o.skipped:
		f.Verdict = record.NotApplicable
	case len(o.places) > 0:
		f.Verdict, f.Severity, f.Do = record.Found, record.SeverityError, c.do
	}
	f.Affected = min(o.of, o.affected())
	return f
}

// affected counts the files, or whatever was asked, for which it does not hold.
func (o outcome) affected() int {
	if o.wrong > 0 {
		return o.wrong
	}
	files := map[string]bool{}
	for _, p := range o.places {
		files[p.File] = true
	}
	return len(files)
}

// lowered begins a sentence in the middle of another.
func lowered(s string) string { return strings.ToLower(s[:1]) + s[1:] }

// Short is the verdict in a line.
func (v Verdict) Short() string {
	if said := v.Said(); said != "" {
		return said
	}
	holds := 0
	for _, f := range v.Findings {
		if f.Verdict == record.NothingFound {
			holds++
		}
	}
	return fmt.Sprintf("valid: %d checks hold, %d cannot be applied", holds, len(v.Findings)-holds)
}

// Said is the sentence that stands at the top of a report of a session that is
// not valid; "" of a valid one. It stands there because figures are read from the top,
// and most readers never come to an appendix.
func (v Verdict) Said() string {
	failed := v.Failed()
	if len(failed) == 0 {
		return ""
	}
	var names []string
	for _, f := range failed {
		names = append(names, f.Code)
	}
	checks := "check does"
	if len(failed) > 1 {
		checks = "checks do"
	}
	return fmt.Sprintf("This session is NOT VALID: %d %s not hold (%s). The first: %s. See the appendix Validation before quoting a figure.",
		len(failed), checks, strings.Join(names, ", "), failed[0].Places[0])
}
