package results

import (
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/table"
)

// Spoiler is what may have spoiled one sitting: a command that measured a suite,
// or a part of it.
type Spoiler struct {
	At    time.Time `json:"at"`
	Suite string    `json:"suite"`
	// Machine is set by whoever looks at a merged session's.
	Machine string `json:"machine,omitempty"`
	preflight.Spoiler
}

// Spoilers are those of the session in a folder, nothing where the folder is no
// session of duet's.
func Spoilers(dir string) ([]Spoiler, error) {
	f, err := readAny(dir)
	out := f.Spoilers
	for _, m := range f.Merged {
		for _, s := range m.Session.Spoilers {
			s.Machine = m.Machine
			out = append(out, s)
		}
	}
	return out, err
}

// SpoilerTable is spoilers for a report.
func SpoilerTable(spoilers []Spoiler) table.Table {
	t := table.Table{
		ID: "spoilers", Title: "What may have spoiled the measurement", Section: table.SectionStability,
		Definition: "Found on the machine right before a sitting of the session: other programs on the GPU, a battery, a governor that saves power, swap in use, others that compute, little memory or disk, other Ollama servers. Nothing was left out for it.",
		N:          "One row per thing found and sitting.",
		Columns: []table.Column{{Name: "sitting", Text: true}, {Name: "suite", Text: true}, {Name: "code", Text: true},
			{Name: "found", Text: true, Prose: true}, {Name: "to do about it", Text: true, Prose: true}},
	}
	several := slices.ContainsFunc(spoilers, func(s Spoiler) bool { return s.Machine != "" })
	if several {
		t.Columns = slices.Insert(t.Columns, 0, table.Column{Name: "machine", Text: true})
	}
	for _, s := range spoilers {
		row := []table.Value{}
		if several {
			row = append(row, table.Text(s.Machine))
		}
		for _, w := range []string{s.At.UTC().Format("2006-01-02 15:04"), s.Suite, s.Code, s.Found, s.Do} {
			row = append(row, table.Text(w))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
