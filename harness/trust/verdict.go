package trust

import (
	"fmt"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// shown is how many places a reader is shown at once; JSON has all. One fault of a
// program's is often in every file, and a thousand lines of it would bury the others.
const shown = 3

// Holds is the verdict of a check of sessions for readers: these are worded as what
// holds when nothing is found.
func Holds(verdict string) string {
	return map[string]string{record.NothingFound: "holds", record.Found: "DOES NOT HOLD", record.NotApplicable: "not applicable"}[verdict]
}

// But is what is to be said beside it: why there is none, or the first places.
func But(f record.Finding) string {
	said := []string{}
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
