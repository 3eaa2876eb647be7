package trust

import (
	"cmp"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// outcome collects what a check of a session finds: of how many things it was
// asked, and for which it does not hold.
type outcome struct {
	of      int
	places  []record.Place // for which it does not hold
	wrong   int            // for how many things; 0: one for each file among the places
	why     string         // it cannot be applied, or what else is to know
	skipped bool
}

// skipped is a check that cannot be applied. It is another answer than a check that
// holds: what nobody could look at is never counted as passed.
func skipped(why string) outcome { return outcome{skipped: true, why: why} }

// against adds a place.
func (o *outcome) against(file, reason string) {
	o.places = append(o.places, record.Place{File: file, Reason: reason})
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

// foreignRuns is why a check cannot be applied to what another tool measured.
func foreignRuns(lacks string) outcome { return skipped("Another tool's runs: " + lacks + ".") }

// lowered begins a sentence in the middle of another.
func lowered(s string) string { return strings.ToLower(s[:1]) + s[1:] }
