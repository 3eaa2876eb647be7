package trust

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

// serverDiffers looks for what must be one thing within a session and was not:
// the servers' version, their containers' image, a model's digest, the code that
// measured.
//
// A session may be interrupted and go on days later. In between a server updates
// itself, or a pull moves a model's tag to other weights, and rounds are averaged over
// the break. Two sessions may differ: they are never averaged together.
func serverDiffers(a *Auditor) record.Finding {
	seen := facts{}
	for _, r := range a.Set.Rows {
		seen.add(a.session(r.Run), r.Run)
	}
	if len(seen) == 0 {
		return Skip("No run records its servers: the study's files do not.")
	}
	var figures []record.Figure
	var runs []*record.Run
	var said []string
	for _, what := range slices.Sorted(maps.Keys(seen)) {
		values := seen[what]
		if len(values) < 2 {
			continue
		}
		var had []string // with how many runs of each: one at odds with fifty is another story than half and half
		for _, v := range slices.Sorted(maps.Keys(values)) {
			had = append(had, fmt.Sprintf("%s in %s", v, Things(len(values[v]), "run")))
			figures = append(figures, Count(what, v, "runs", len(values[v]), 0))
			runs = append(runs, values[v]...)
		}
		said = append(said, what+" is "+strings.Join(had, " and "))
	}
	if len(said) == 0 {
		return Nothing("All servers have one version, every model one digest, and all runs come from one commit.")
	}
	return a.Found("Runs that are averaged together were not made with the same things: "+strings.Join(said, "; ")+".", figures, runs)
}

// facts are the runs by what was found, and of what: by the name of a thing that must be
// one, then by the values that it had. One value is as it should be.
type facts map[string]map[string][]*record.Run

// add notes what a run records. Imported files record none of it. Versions and images
// are taken over all servers of a session: agents that ran together on two versions
// were not served alike.
func (f facts) add(session string, r *record.Run) {
	if r.Imported != nil {
		return
	}
	f.note(session+"the code's commit", r.Environment.Commit, r)
	for _, s := range r.Servers {
		f.note(session+"the servers' version", s.Version, r)
		if c := s.Container; c != nil {
			f.note(session+"the containers' image", c.ImageID, r)
		}
		if s.Model != nil {
			f.note(session+"the digest of "+s.Model.Name, s.Model.Digest, r)
		}
	}
}

// note remembers a value of a run once; what is unknown is no difference. Runs come
// one after the other, so a run that was noted already is the last one.
func (f facts) note(what, value string, r *record.Run) {
	if value == "" {
		return
	}
	if f[what] == nil {
		f[what] = map[string][]*record.Run{}
	}
	if had := f[what][value]; len(had) == 0 || had[len(had)-1] != r {
		f[what][value] = append(had, r)
	}
}

// simulated says which runs are no measurements of real models. It is a note: such a
// session is in order and does what it is for. The fault would be a number of it that
// is quoted without the word.
func simulated(a *Auditor) record.Finding {
	counts := map[string]int{}
	var runs []*record.Run
	for _, r := range a.Set.Rows {
		if kind := invented(r.Run.Backend); kind != "" {
			counts[kind]++
			runs = append(runs, r.Run)
		}
	}
	if len(runs) == 0 {
		return Nothing("All runs are of real models on real servers, as far as their files say.")
	}
	var figures []record.Figure
	var said []string
	for _, kind := range slices.Sorted(maps.Keys(counts)) {
		figures = append(figures, Count("", kind, "runs", counts[kind], len(a.Set.Rows)))
		said = append(said, fmt.Sprintf("%d of %d runs are of %s", counts[kind], len(a.Set.Rows), kind))
	}
	return a.Found(strings.Join(said, "; ")+". Their numbers check the suite and say nothing of a real model on this machine.", figures, runs)
}

// invented says what stands in for a real model, "" where nothing does. A simulated
// server is named first: where even the server is made up, the models hardly matter.
func invented(b record.Backend) string {
	switch {
	case b.Simulated:
		return "a simulated server"
	case b.Synthetic:
		return "synthetic models (random weights) on real servers"
	}
	return ""
}
