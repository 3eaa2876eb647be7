package trust

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/record"
)

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
