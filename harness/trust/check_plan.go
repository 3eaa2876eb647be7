package trust

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// plannedRuns names the cells that lack a round. The audit's missing-runs compares cells
// with each other and sees nothing where all are equally short; this compares them with
// what was asked for. A cell that no command asked for yet is not missed: a session may
// be measured in parts, and the file says which were begun.
func plannedRuns(s *session) outcome {
	if s.Record == nil {
		return s.unplanned()
	}
	a := outcome{}
	runs := map[string][]File{}
	for _, c := range s.cells {
		runs[c.id] = c.files
	}
	for _, suite := range slices.Sorted(maps.Keys(s.Record.Suites)) {
		for _, id := range s.Record.Suites[suite] {
			a.of++
			if lacks := lacking(runs[id], s.Record.Plan.Rounds); lacks != "" {
				a.against(id, lacks)
			}
		}
	}
	if a.of == 0 {
		a.of = 1
		a.against(results.FileName, "asks for no cell")
	}
	s.shards(&a)
	return a
}

// unplanned is why a check of the plan cannot be applied where there is none to be read.
func (s *session) unplanned() outcome {
	if s.imported {
		return outcome{}
	}
	return skipped(noRecord)
}

// shards holds a session to the part of the matrix that it says it is, and a merged
// one to all parts: a cell of another shard would be measured twice in the merge, and a
// shard that is not there takes its cells out of every table unseen.
func (s *session) shards(a *outcome) {
	for _, lack := range s.Record.Lacks() {
		a.of++
		a.against(results.FileName, lack+": is in no session that was merged")
	}
	if s.Record.Plan.Shard == "" {
		return
	}
	if _, err := plan.ParseShard(s.Record.Plan.Shard); err != nil {
		a.against(results.FileName, err.Error())
	}
	a.why = "Shard " + s.Record.Plan.Shard + " of the matrix; the other cells are other machines'."
	for _, suite := range slices.Sorted(maps.Keys(s.Record.Suites)) {
		cells := s.Record.Own(suite)
		for _, id := range s.Record.Suites[suite] {
			if !slices.ContainsFunc(cells, func(c plan.Cell) bool { return c.ID == id }) {
				a.against(id, "is not of shard "+s.Record.Plan.Shard)
			}
		}
	}
}

// lacking says which rounds of a cell have no measured run, and why; "" when all
// have one. It counts rounds and not runs: a run that failed and was made again has two
// numbers and one round, and two runs of one round do not make up for another.
func lacking(files []File, rounds int) string {
	var short []string
	for round := 1; round <= rounds; round++ {
		if why := unmeasured(files, round); why != "" {
			short = append(short, fmt.Sprintf("round %d %s", round, why))
		}
	}
	if len(short) == 0 {
		return ""
	}
	return fmt.Sprintf("%d of %d rounds measured: %s", rounds-len(short), rounds, strings.Join(short, "; "))
}

// unmeasured says why a round has no measured run, "" where it has one. Re-runs are not of
// a round that was planned.
func unmeasured(files []File, round int) string {
	why := "is missing"
	for _, f := range files {
		switch r := f.Run; {
		case r.Round != round || r.Rerun != nil:
		case r.OK():
			return ""
		default:
			why = "failed: " + r.Error
		}
	}
	return why
}

// reruns holds the session to its outlier rule, over the planned runs alone. Applied to
// some cells and not to others, or until the values please, it would be a choice of
// results; so it is asked again here, and what was done must be what it says.
func reruns(s *session) outcome {
	switch {
	case s.Record == nil:
		return s.unplanned()
	case !s.Record.Plan.Rerun:
		return skipped("The session was asked for no re-runs (-duet.rerun=false).")
	}
	a := outcome{}
	for _, c := range s.cells {
		if imported(c.files[0].Run) {
			continue
		}
		a.of++
		if why := rerunWrong(c, s.Record.Plan.Rounds); why != "" {
			a.against(c.id, why)
		}
	}
	return a
}

// rerunWrong says that a cell lacks its re-run, or has too many. While rounds are missing
// none is due: the rule is asked once, after the last of them.
func rerunWrong(c cell, rounds int) string {
	again := 0
	for _, f := range c.files {
		if f.Run.Rerun != nil && f.Run.OK() {
			again++
		}
	}
	due := metric.Rerun(c.rows)
	switch {
	case again > 1:
		return fmt.Sprintf("has %d re-runs", again)
	case again == 0 && due != nil && lacking(c.files, rounds) == "":
		return "was not run once more for " + due.Reason
	}
	return ""
}

// digests compares what every server said of its weights. A model's name is a tag, and a
// pull may move it to other weights between two rounds, or on one of the servers.
// Statements are counted and not files: a run has one for each of its servers. Others are
// held to the first, so a place says that two differ, and not which of them is right.
func digests(s *session) outcome {
	a := outcome{}
	first := map[string]string{}
	hold := func(file, where string, m record.Model) {
		if m.Digest == "" {
			return
		}
		a.of++
		if known, ok := first[m.Name]; ok && known != m.Digest {
			a.against(file, fmt.Sprintf("%s has %s as %.19s, elsewhere it is %.19s", where, m.Name, m.Digest, known))
			a.wrong++
			return
		}
		first[m.Name] = m.Digest
	}
	if s.Record != nil {
		for _, m := range s.Record.Models {
			hold(results.FileName, "it", m)
		}
	}
	for _, f := range s.Files {
		for _, server := range f.Run.Servers {
			if server.Model != nil {
				hold(f.Path, server.ID, *server.Model)
			}
		}
	}
	if a.of == 0 {
		return skipped("No file says a digest.")
	}
	return a
}

// labels is the warning label-mismatch over all runs; of another tool's, what
// the audit says. On a machine without a GPU the layers in every label are not
// in effect: every table says so, and no session on one could ever be valid if that
// were a fault. A file of another tool's may hold several runs, and a run may have
// several reasons, so the runs for which it does not hold are counted here.
func labels(s *session) outcome {
	a := outcome{of: len(s.Files)}
	limits, offGPU := DefaultLimits(), 0
	for _, f := range s.Files {
		before := len(a.places)
		_, wrong := limits.mislabelled(f.Run)
		for _, d := range wrong {
			a.against(f.Path, d)
		}
		for _, w := range metric.Findings(f.Run) {
			switch w.Code {
			case metric.LabelMismatch:
				a.against(f.Path, strings.TrimSpace(w.Subject+" "+w.Evidence))
			case metric.NotOnGPU:
				offGPU++
			}
		}
		if len(a.places) > before {
			a.wrong++
		}
	}
	if offGPU > 0 {
		a.why = fmt.Sprintf("Nothing was in VRAM in %d runs: the GPU layers in their labels were asked for and are not in effect, as every table says (not-on-gpu).", offGPU)
	}
	return a
}
