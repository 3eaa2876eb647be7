// Package preflight says, before a measurement, what would spoil it and what to
// do about each: another process on the GPU, a battery, a governor that slows
// the processor down, memory that is swapped out.
//
// # Shape
//
//	Read   the machine and the code, for the record  -> record.Environment
//	Look   this machine                              -> []record.Finding, one per check
//	Lines  what was found, for a session's first lines
//
// Nothing here keeps a session from being measured: what was found is printed in
// the session's first lines and kept in session.json, so that whoever reads the
// figures later knows of it.
//
// A check always answers: it found nothing, it found something, or it could not
// look and says why. What a system does not have, such as a battery or a GPU, is
// nothing found; what it does not tell is not applicable, and never taken for
// nothing.
package preflight

import (
	"fmt"

	"github.com/chimeraforge/duet/harness/record"
)

// Lines are what was found as comments of the benchmark format.
func Lines(findings []record.Finding) string {
	out := ""
	for _, f := range findings {
		out += fmt.Sprintf("# may spoil this: %s\n#   %s\n", f, f.Do)
	}
	return out
}
