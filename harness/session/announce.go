package session

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/docker/go-units"

	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/selftest"
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
