package session

import (
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/docker/go-units"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/selftest"
	"github.com/chimeraforge/duet/harness/workload"
	"github.com/chimeraforge/duet/internal/progress"
)

// Announce prints what a reader must know before the first number, in lines that
// are nothing to readers of the benchmark format; then configuration and units.
// Part is a line about which part of the matrix this is, "" for all of it.
func (s *Session) Announce(w io.Writer, part string) {
	if s.place.label.Synthetic {
		fmt.Fprintf(w, "# SYNTHETIC MODELS: random weights on a real Ollama; the machine is real, the models are not.\n")
	}
	fmt.Fprint(w, part)
	fmt.Fprintf(w, "# servers: %s (%s)\n", s.place.label.Kind, s.config.Why)
	for _, server := range s.folder.File.Servers {
		fmt.Fprintf(w, "#   %-9s %s, version %s%s\n", server.ID, server.URL, server.Version, contained(server.Container))
	}
	fmt.Fprintf(w, "# telemetry: %s\n", s.sensed())
	for _, model := range s.Models() {
		if n := s.known.speeds[model].threadsText(); n != "" {
			fmt.Fprintf(w, "# num_thread: %s for %s (not on a GPU; -duet.threads overrides)\n", n, model)
		}
	}
	if s.clients.realTime {
		fmt.Fprintf(w, "# time: real, since %s cannot follow the simulation into virtual time (-duet.timescale=10 is faster and less exact)\n", strings.Join(s.clients.programs(), ", "))
	}
	fmt.Fprint(w, selftest.ReadingLines(s.folder.File.Meter), selftest.AnswerLines(s.folder.File.Known))
	fmt.Fprint(w, preflight.Lines(s.place.findings))
	fmt.Fprint(w, s.LeftOut())
	for _, err := range s.folder.Unread {
		fmt.Fprintf(w, "# left alone: %s\n", strings.ReplaceAll(err.Error(), "\n", "; "))
	}
	fmt.Fprintf(w, "# session: %s\n", s.Dir())
	if s.folder.Resumed > 0 {
		fmt.Fprintf(w, "# resumed: %d runs of this suite are there already\n", s.folder.Resumed)
	}
	fmt.Fprintf(w, "# to make: %d runs of %d cells, expected to take about %s\n", s.Left(), len(s.config.Cells), progress.Round(s.ExpectedRest()))
	fmt.Fprint(w, results.Preamble(s.place.label))
}

// Seed is of the order of cells, and of all else that is drawn.
func (s *Session) Seed() uint64 { return s.config.Settings.Seed }

// Name is the session's.
func (s *Session) Name() string { return s.folder.File.Name }

// Label is what stands beside every number of the session.
func (s *Session) Label() record.Backend { return s.place.label }

// Digest is what identifies a model's weights, "" where that is not known.
func (s *Session) Digest(model string) string {
	for _, m := range s.folder.File.Models {
		if m.Name == model {
			return m.Digest
		}
	}
	return ""
}

// Budget is the number of tokens of each call with a set of prompts.
func (s *Session) Budget(set string) int { return s.work.Budget(set) }

// contained says what a server in a container was given; "" for others.
func contained(c *record.Container) string {
	if c == nil {
		return ""
	}
	parts := []string{fmt.Sprintf(", container %.12s of %s (%.19s)", c.ID, c.Image, c.ImageID), "GPUs: " + c.GPUs}
	if c.CPUs > 0 {
		parts = append(parts, fmt.Sprintf("at most %g processors", c.CPUs))
	}
	if c.MemoryB > 0 {
		parts = append(parts, "at most "+units.BytesSize(float64(c.MemoryB)))
	}
	return strings.Join(parts, ", ")
}

// threadsText is num_thread, by server where they differ; "" where none is sent.
func (v speed) threadsText() string {
	var each []string
	values := map[int]bool{}
	for _, id := range slices.Sorted(maps.Keys(v.threads)) {
		values[v.threads[id]] = true
		each = append(each, fmt.Sprintf("%d (%s)", v.threads[id], id))
	}
	one := slices.Collect(maps.Keys(values))
	switch {
	case len(one) == 1 && one[0] == 0:
		return ""
	case len(one) == 1:
		return fmt.Sprint(one[0])
	}
	return strings.Join(each, ", ")
}

// promptTokens is the length of a prompt for the purpose of foretelling: the
// prompts are about 90 tokens, and the second has an answer in it.
const promptTokens = 150

// Expected is how long one run of a cell should take, on the wall clock,
// from what the warm-up saw. Two agents at once are taken to need as long as
// one after the other, which is what they need on most machines.
func (s *Session) Expected(c plan.Cell) time.Duration { return s.real(s.expected(c)) }

func (s *Session) expected(c plan.Cell) time.Duration {
	v := s.known.speeds[c.Model()]
	pass := time.Duration(0)
	for _, r := range c.Roles {
		pass += workload.CallsPerAgent * v.call(s.work.Budget(r.Prompts()))
	}
	return s.watching() + 2*pass + 2*v.load
}

// call is the time of one call with a budget.
func (v speed) call(budget int) time.Duration {
	seconds := 0.0
	if v.promptRate > 0 {
		seconds += promptTokens / v.promptRate
	}
	if v.decodeRate > 0 {
		seconds += float64(budget) / v.decodeRate
	}
	return time.Duration(seconds * float64(time.Second))
}

// real converts a duration of the backend to one of the wall clock: a simulator
// runs faster.
func (s *Session) real(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.clock.Speed)
}

// ExpectedRest is how long the missing runs should take, on the wall clock.
func (s *Session) ExpectedRest() time.Duration {
	return s.real(time.Duration(s.Left()) * s.expectedMean())
}

func (s *Session) expectedMean() time.Duration {
	if len(s.config.Cells) == 0 {
		return 0
	}
	var sum time.Duration
	for _, c := range s.config.Cells {
		sum += s.expected(c)
	}
	return sum / time.Duration(len(s.config.Cells))
}

// Left counts the runs that are still to be made.
func (s *Session) Left() int {
	n := 0
	for _, c := range s.config.Cells {
		n += len(s.Missing(c))
	}
	return n
}

// Missing lists the rounds of a cell that have no good run yet and that this
// partial session is to make. A re-run that is due counts as one more round.
func (s *Session) Missing(c plan.Cell) []int {
	var out []int
	for round := 1; round <= s.Extra(); round++ {
		if s.Lacks(c, round) {
			out = append(out, round)
		}
	}
	return out
}

// relative is a path below the session's folder, as a run records it.
func (s *Session) relative(path string) string {
	if path == "" {
		return ""
	}
	if rel, err := filepath.Rel(s.folder.Dir, path); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return filepath.Base(path)
}

// A session may be made in visits of one round each (-duet.only-round), so that
// another session's can lie between them. To a reader of the session there is no
// difference: the plan has all rounds, and every round its own number and order.

// wants reports whether a round is one of this visit's.
func (s *Session) wants(round int) bool {
	return s.config.Settings.OnlyRound == 0 || round == s.config.Settings.OnlyRound
}

// Complete is what has been measured, once nothing is missing that this
// visit was to make.
func (s *Session) Complete() string {
	if n := s.unmeasured(); n > 0 {
		return fmt.Sprintf("# round %d of %d complete, %d runs of other rounds are missing: %s\n", s.config.Settings.OnlyRound, s.config.Settings.Rounds, n, s.Dir())
	}
	return fmt.Sprintf("# session complete: %s\n", s.Dir())
}

// unmeasured counts the runs of all rounds that have not been measured.
func (s *Session) unmeasured() int {
	n := 0
	for _, c := range s.config.Cells {
		for round := 1; round <= s.config.Settings.Rounds; round++ {
			if !s.folder.Measured(c.ID, round) {
				n++
			}
		}
	}
	return n
}

// Cells with outliers are run once more after all rounds: in one more round, in
// which nothing else is. A killed session finds what is due from its runs, so it
// makes what is missing and nothing twice.

// Due reports whether a cell is to be run once more and has not been.
func (s *Session) Due(c plan.Cell) bool {
	_, measured := s.folder.Rerun(c.ID)
	return !measured && s.folder.Due(c.ID) != nil
}

// Extra is the number of the round in which cells are run once more.
func (s *Session) Extra() int { return s.config.Settings.Rounds + 1 }

// Lacks reports whether a cell has something to be made in a round.
func (s *Session) Lacks(c plan.Cell, round int) bool {
	switch {
	case !s.wants(round):
		return false
	case round == s.Extra():
		return s.Due(c)
	}
	return !s.folder.Measured(c.ID, round)
}

// Cells are what the session measures: those whose client is on this machine.
func (s *Session) Cells() []plan.Cell { return s.config.Cells }

// MissingIn counts the runs of a round that are still to be made.
func (s *Session) MissingIn(round int) int {
	n := 0
	for _, c := range s.config.Cells {
		if s.Lacks(c, round) {
			n++
		}
	}
	return n
}

// Goes tells the progress of a number of runs more than were planned.
func (s *Session) Goes(runs int) { s.progress.Rest(runs) }
