// Package preflight says, before a measurement, what would spoil it and what to
// do about each: another process on the GPU, a battery, a governor that slows
// the processor down, memory that is swapped out.
//
// # Shape
//
//	Read           the machine and the code, for the record  -> record.Environment
//	Look           this machine            -> []Answer, one per check
//	servers.Look   the servers to measure  -> servers.Found
//	Spoiling       answers                 -> []Spoiler, what was found
//
// Nothing here keeps a session from being measured: a spoiler is a doubt with a
// name, printed in the session's first lines and kept in session.json, so that
// whoever reads the figures later knows of it.
//
// A check always answers: clear, spoiling, or unknown with the reason. What a
// system does not have, such as a battery or a GPU, is clear; what it does not
// tell is unknown, and never taken for clear.
package preflight

import "fmt"

// Verdicts of an Answer.
const (
	Clear   = "clear"
	Spoils  = "spoils"
	Unknown = "unknown"
)

// Answer is what one check found.
type Answer struct {
	Code    string `json:"code"` // stable, for machines
	Verdict string `json:"verdict"`
	Found   string `json:"found"`        // with the figures; of an unknown one, why
	Do      string `json:"do,omitempty"` // about a spoiler
}

// Spoiler is something that may make a measurement worth less.
type Spoiler struct {
	Code  string `json:"code"`
	Found string `json:"found"` // with the figures
	Do    string `json:"do"`    // about it
}

// ClearOf is the answer of a check that found nothing, with what it saw.
func ClearOf(code, format string, args ...any) Answer {
	return Answer{Code: code, Verdict: Clear, Found: fmt.Sprintf(format, args...)}
}

// SpoiledBy is the answer of a check that found something, and what to do.
func SpoiledBy(code, do, format string, args ...any) Answer {
	return Answer{Code: code, Verdict: Spoils, Do: do, Found: fmt.Sprintf(format, args...)}
}

// UnknownFor is the answer of a check that could not look.
func UnknownFor(code, why string) Answer {
	return Answer{Code: code, Verdict: Unknown, Found: why}
}

// Spoiling keeps what was found.
func Spoiling(answers []Answer) []Spoiler {
	var out []Spoiler
	for _, a := range answers {
		if a.Verdict == Spoils {
			out = append(out, Spoiler{a.Code, a.Found, a.Do})
		}
	}
	return out
}

// Lines are spoilers as comments of the benchmark format.
func Lines(spoilers []Spoiler) string {
	out := ""
	for _, s := range spoilers {
		out += fmt.Sprintf("# may spoil this: %s\n#   %s\n", s.Found, s.Do)
	}
	return out
}
