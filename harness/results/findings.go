package results

import (
	"time"

	"github.com/chimeraforge/duet/harness/record"
)

// Finding is what was found on the machine right before a command measured a
// suite, or a part of it, and may make its figures worth less.
type Finding struct {
	At    time.Time `json:"at"`
	Suite string    `json:"suite"`
	// Machine is set by whoever looks at a merged session's.
	Machine string `json:"machine,omitempty"`
	record.Finding
}

// Findings are those of the session in a folder, nothing where the folder is no
// session of duet's.
func Findings(dir string) ([]Finding, error) {
	f, err := readAny(dir)
	out := f.Findings
	for _, m := range f.Merged {
		for _, s := range m.Session.Findings {
			s.Machine = m.Machine
			out = append(out, s)
		}
	}
	return out, err
}

// SelfTest is what a session made of servers whose answers are known.
type SelfTest struct {
	Machine string // of a merged session
	Meter   []record.MeterReading
	Known   []record.KnownAnswer
}

// SelfTests are those of the session in a folder: one, or one for each machine of a
// merged session.
func SelfTests(dir string) ([]SelfTest, error) {
	f, err := readAny(dir)
	if len(f.Merged) == 0 {
		return []SelfTest{{Meter: f.Meter, Known: f.Known}}, err
	}
	var out []SelfTest
	for _, m := range f.Merged {
		out = append(out, SelfTest{m.Machine, m.Session.Meter, m.Session.Known})
	}
	return out, err
}
