// Package merge joins the sessions of several machines into one: the shards of a
// matrix, or, when asked, the same cells from several machines. What comes out is
// a session's folder like any other, for tables, reports, validation, comparisons
// and gates.
//
// # Shape
//
//	ParseSource   NAME=DIR, or DIR       -> Source
//	Merge         Sources and Options    -> Result, or Refused: every reason
//
// # What must not be mixed
//
// Sessions are joined when their plans are the same but for the shard, and so are
// backend, server version and the digest of every model. Each must be valid and
// complete, and all shards there. What may be waived has an option; nothing else
// is guessed or mended.
//
// # What a run keeps
//
// The text of a run's metrics.json stays as it is, byte for byte, but for the name
// of its session and the name of its machine, which is added to its backend (and,
// where machines are compared, to its cell). So a run says by itself who made it,
// and no table averages the runs of two machines. Everything else that a session
// knows of its machine is in session.json under "merged", as it was.
package merge

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/chimeraforge/duet/harness/plan"
)

// Source is a session's folder and the name of the machine that measured it.
type Source struct {
	Machine string // "" until it is numbered
	Dir     string
}

// Options are how to merge.
type Options struct {
	Out     string // the new session's folder; it must not exist
	Sources []Source
	// Machines allows the same cells from several machines, and makes the machine
	// a coordinate of every cell, so that they are compared and never averaged.
	Machines bool
	// Incomplete allows sessions that lack runs, and missing shards.
	Incomplete bool
	// Invalid allows sessions for which another check of package trust fails;
	// not those about which run is which.
	Invalid bool
}

// Refused are the reasons why sessions are not merged.
type Refused []string

func (r Refused) Error() string { return strings.Join(r, "\n") }

// label is what stands before a "=" that is meant as one: a path has a separator
// there, or a dot.
var label = regexp.MustCompile(`^([^=/\\.]*)=(.*)$`)

// ParseSource reads NAME=DIR, or DIR. A folder with an equals sign in its own name
// is written ./a=b. Names go into folders and benchmark names, and are what both
// can have: small letters, digits, "_" and "-".
func ParseSource(text string) (Source, error) {
	s := Source{Dir: text}
	if m := label.FindStringSubmatch(text); m != nil {
		s = Source{m[1], m[2]}
		if !plan.Plain(s.Machine) || len(s.Machine) > longestName {
			return Source{}, fmt.Errorf("%q is no name for a machine: up to %d small letters, digits, _ and -, no number after a - at its end (a folder of that name is ./%s)", s.Machine, longestName, text)
		}
	}
	if s.Dir == "" {
		return Source{}, fmt.Errorf("%q names no folder; a source is DIR or NAME=DIR", text)
	}
	return s, nil
}

const longestName = 32

// number names the machines that have no name m1, m2 and so on, by their place
// among all sources: the name of a host is nobody's business.
func number(sources []Source) ([]Source, error) {
	given := map[string]bool{}
	for _, s := range sources {
		given[s.Machine] = true
	}
	out := make([]Source, len(sources))
	for i, s := range sources {
		if s.Machine == "" {
			s.Machine = fmt.Sprintf("m%d", i+1)
			if given[s.Machine] {
				return nil, fmt.Errorf("%s would be machine %s by its place, and another is named so: name all, or none", s.Dir, s.Machine)
			}
		}
		out[i] = s
	}
	return out, nil
}
