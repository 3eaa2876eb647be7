package metric

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/chimeraforge/duet/harness/stats"
)

// sentence is one sentence as rules return them.
func sentence(format string, args ...any) []string { return []string{fmt.Sprintf(format, args...)} }

// fixed is a number for a sentence; n/a when it is absent. What rounds to zero has
// no sign: "−0.00" reads as a loss.
func fixed(f *float64, decimals int) string {
	if f == nil {
		return "n/a"
	}
	s := strconv.FormatFloat(*f, 'f', decimals, 64)
	if strings.Trim(s, "-0.") == "" {
		return strings.TrimPrefix(s, "-")
	}
	return s
}

// spread is mean ± sd and n.
func spread(s stats.Sample, decimals int) string {
	return fmt.Sprintf("%s ± %s (n = %d)", fixed(s.Mean(), decimals), fixed(s.SD(), decimals), s.N())
}

// numbered is "1 cell", "2 cells".
func numbered(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// list joins with commas and an "and".
func list(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	return strings.Join(items[:len(items)-1], ", ") + " and " + items[len(items)-1]
}

// headline is the definition that sees contention: measured where there is a
// solo pass, else the estimate; ok is false where there is neither.
func (v *view) headline() (d definition, ok bool) {
	for _, d := range []definition{measured, togetherOverSolo} {
		if v.any(d.of) {
			return d, true
		}
	}
	return definition{}, false
}
