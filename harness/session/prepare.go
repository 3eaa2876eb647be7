package session

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// warmTokens is how much the session's warm-up generates: enough for a rate
// that foretells the duration.
const warmTokens = 16

// speed is what the warm-up saw of a model.
type speed struct {
	load       time.Duration
	promptRate float64 // tokens per second
	decodeRate float64
	threads    map[string]int   // num_thread that is sent, by server; 0: none
	resident   map[string]int64 // load_duration of the loaded model, by server, nanoseconds
}

// prepare gets every model onto every server, makes a real request to each, and
// holds the servers to each other and to the session's earlier runs.
func (s *Session) prepare(ctx context.Context) error {
	models := s.Models()
	if err := s.provide(ctx, models); err != nil {
		return err
	}
	var servers []record.Server
	var found []record.Model
	for _, model := range models {
		s.progress.Note("warming up %s", model)
		described, err := s.warmModel(ctx, model)
		if err != nil && s.diagnose(err) != "" {
			// Its cells fail, each with its reason; the others are measured.
			s.progress.Note("%s does not load (%v); its runs will fail", model, err)
			continue
		}
		if err != nil {
			return fmt.Errorf("warm up %s: %w", model, err)
		}
		servers = servers[:0]
		for _, d := range described {
			found = append(found, *d.Model)
			d.Model = nil
			servers = append(servers, d)
		}
	}
	if err := s.distinct(ctx); err != nil {
		return err
	}
	return s.identify(servers, found)
}

// Models lists the models of the session's cells.
func (s *Session) Models() []string {
	var out []string
	for _, c := range s.config.Cells {
		if !slices.Contains(out, c.Model()) {
			out = append(out, c.Model())
		}
	}
	return out
}

// warmModel loads a model on every server, decides on threads, and keeps the
// speeds of the first.
func (s *Session) warmModel(ctx context.Context, model string) ([]record.Server, error) {
	var out []record.Server
	known := speed{threads: map[string]int{}, resident: map[string]int64{}}
	for i, ep := range s.endpoints() {
		opts := plan.TunedRust.Options()
		opts.NumPredict, opts.Seed = 1, 1
		if err := s.unloadOthers(ctx, model, s.siblings(ep.ID)); err != nil {
			return nil, err
		}
		opts.NumThread = s.config.Settings.Threads
		cold, err := s.load(ctx, ep.URL, model, "Hello.", opts)
		if err != nil {
			return nil, err
		}
		described, err := s.describe(ctx, ep, model, opts.NumGPU)
		if err != nil {
			return nil, err
		}
		threads := s.threadsFor(described)
		known.threads[ep.ID] = threads
		opts.NumPredict, opts.NumThread = warmTokens, threads
		warm, err := s.load(ctx, ep.URL, model, "Count slowly, and begin now.", opts)
		if err != nil {
			return nil, err
		}
		opts.NumPredict = 1 // once more, now that it is loaded: what the server calls loading is its bookkeeping
		again, err := s.load(ctx, ep.URL, model, "And again.", opts)
		if err != nil {
			return nil, err
		}
		known.resident[ep.ID] = again.Load.Nanoseconds()
		if i == 0 {
			known.load, known.promptRate, known.decodeRate = max(cold.Load, warm.Load), warm.PromptRate(), warm.DecodeRate()
		}
		out = append(out, described)
	}
	s.known.speeds[model] = known
	return out, nil
}

// threadsFor is num_thread for a server: what a setting says, or the back end's
// share of the cores for servers that work at once.
func (s *Session) threadsFor(d record.Server) int {
	b, ok := s.backend.(backend.Sharer)
	if set := s.config.Settings.Threads; set > 0 || !ok {
		return set
	}
	return b.Threads(d, len(s.siblings(d.ID)))
}

// distinct refuses two addresses of one server, as far as that can be seen now
// that models are loaded.
func (s *Session) distinct(ctx context.Context) error {
	if b, ok := s.backend.(backend.Distincter); ok && len(s.endpoints()) > 1 {
		ctx, cancel := s.loading(ctx)
		defer cancel()
		return cause(ctx, b.Distinct(ctx))
	}
	return nil
}

// identify records the servers and models, and refuses what must not be mixed:
// two servers with different weights under one name, or a resumed session whose
// server or weights have changed since.
func (s *Session) identify(servers []record.Server, models []record.Model) error {
	for i, m := range models {
		for _, n := range models[:i] {
			if m.Name == n.Name && m.Digest != n.Digest {
				return fmt.Errorf("model %s differs between the servers: digests %.12s and %.12s; pull it on both", m.Name, n.Digest, m.Digest)
			}
		}
	}
	f := &s.folder.File
	for _, m := range models {
		for _, old := range f.Models {
			if m.Name == old.Name && m.Digest != old.Digest {
				return fmt.Errorf("session %s was made with another %s (digest %.12s, now %.12s); begin another with -duet.session=NAME", f.Name, m.Name, old.Digest, m.Digest)
			}
		}
	}
	if len(f.Servers) > 0 && len(servers) > 0 && f.Servers[0].Version != servers[0].Version {
		return fmt.Errorf("session %s was made with version %s of the servers, now %s; begin another with -duet.session=NAME", f.Name, f.Servers[0].Version, servers[0].Version)
	}
	f.Backend, f.Environment, f.Why = s.place.label, s.place.env, s.config.Why
	if len(servers) >= len(f.Servers) {
		f.Servers = servers
	}
	for _, m := range models {
		if !slices.ContainsFunc(f.Models, func(o record.Model) bool { return o.Name == m.Name }) {
			m.Context, m.SizeB, m.VRAMB = nil, nil, nil // of the warm-up, not of any run
			f.Models = append(f.Models, m)
		}
	}
	f.Keep(s.config.Matrix...)
	f.Keep(s.config.Cells...)
	for _, c := range s.config.Cells {
		if !slices.Contains(f.Suites[s.config.Suite], c.ID) {
			f.Suites[s.config.Suite] = append(f.Suites[s.config.Suite], c.ID)
		}
	}
	return nil
}
