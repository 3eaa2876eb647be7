package validate

import (
	"cmp"
	"slices"
	"strings"
)

// answer is a check's: of how many it was asked, and for which it does not hold.
type answer struct {
	of        int // 0 with a reason: it cannot be applied
	offenders []Offender
	wrong     int    // how many of of the offenders are; 0: as many as there are files among them
	why       string // it cannot be applied, or what else is to know
	skipped   bool
}

// skip is a check that cannot be applied.
func skip(why string) answer { return answer{skipped: true, why: why} }

// against adds an offender.
func (a *answer) against(file, reason string) {
	a.offenders = append(a.offenders, Offender{file, reason})
}

func (a answer) result(c check) Result {
	slices.SortStableFunc(a.offenders, func(x, y Offender) int { return cmp.Compare(x.File, y.File) })
	r := Result{Check: c.id, Holds: c.holds, Answer: Holds, Of: a.of, Why: a.why, Offenders: a.offenders}
	switch {
	case a.skipped:
		r.Answer = NotApplicable
	case len(a.offenders) > 0:
		r.Answer = Fails
	}
	r.N = max(0, a.of-a.offending())
	return r
}

// offending counts the files, or whatever was asked, that offend.
func (a answer) offending() int {
	if a.wrong > 0 {
		return a.wrong
	}
	files := map[string]bool{}
	for _, o := range a.offenders {
		files[o.File] = true
	}
	return len(files)
}

// theirs is why a check cannot be applied to what another tool measured.
func theirs(lacks string) answer { return skip("Another tool's runs: " + lacks + ".") }

// lowered begins a sentence in the middle of another.
func lowered(s string) string { return strings.ToLower(s[:1]) + s[1:] }
