package harness

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

// distinct refuses two addresses of one server, as far as that can be seen now
// that models are loaded.
func (x *Session) distinct(ctx context.Context) error {
	if b, ok := x.backend.(interface{ Distinct(context.Context) error }); ok && x.suite == record.SuiteMulti {
		ctx, cancel := x.loading(ctx)
		defer cancel()
		return because(ctx, b.Distinct(ctx))
	}
	return nil
}

// describe is what a run records of a server that holds a model with some GPU
// layers asked for.
func (x *Session) describe(ctx context.Context, ep backend.Endpoint, model string, layers int) (record.Server, error) {
	ctx, cancel := x.loading(ctx)
	defer cancel()
	s, err := x.admin(ep.URL).Describe(ctx, ep.ID, model)
	if err != nil {
		return s, fmt.Errorf("pre-flight of %s: %w", ep.URL, because(ctx, err))
	}
	s.PID, s.Log, s.Parallel, s.Container = ep.PID, x.relative(ep.Log), ep.Parallel, ep.Container
	if Tag == "gpu" && s.Model != nil {
		if err := onGPU(*s.Model, layers); err != nil {
			return s, fmt.Errorf("%s: %w", ep.URL, err)
		}
	}
	return s, nil
}

// errNotOnGPU is a model that -tags gpu does not measure.
var errNotOnGPU = errors.New("not wholly on the GPU")

// onGPU refuses a model that is not wholly in VRAM, unless fewer layers were asked
// for than it has: then it cannot be, and is not meant to. A part must be there
// all the same.
func onGPU(m record.Model, layers int) error {
	split := layers > 0 && layers < m.Layers
	switch {
	case m.SizeB == nil || m.VRAMB == nil:
		return fmt.Errorf("-tags gpu: the server does not say where %s is (/api/ps)", m.Name)
	case *m.VRAMB >= *m.SizeB || split && *m.VRAMB > 0:
		return nil
	}
	of := ""
	if m.Layers > 0 {
		of = fmt.Sprintf(" of the model's %d", m.Layers)
	}
	return fmt.Errorf("-tags gpu: %s is %w: %d layers%s asked for, %d of %d bytes in VRAM; use -tags ollama to measure it anyway",
		m.Name, errNotOnGPU, layers, of, *m.VRAMB, *m.SizeB)
}

// identify records the servers and models, and refuses what must not be mixed:
// two servers with different weights under one name, or a resumed session whose
// server or weights have changed since.
func (x *Session) identify(servers []record.Server, models []record.Model) error {
	for i, m := range models {
		for _, n := range models[:i] {
			if m.Name == n.Name && m.Digest != n.Digest {
				return fmt.Errorf("model %s differs between the servers: digests %.12s and %.12s; pull it on both", m.Name, n.Digest, m.Digest)
			}
		}
	}
	f := &x.folder.File
	for _, m := range models {
		for _, old := range f.Models {
			if m.Name == old.Name && m.Digest != old.Digest {
				return fmt.Errorf("session %s was made with another %s (digest %.12s, now %.12s); begin another with -duet.session=NAME", f.Name, m.Name, old.Digest, m.Digest)
			}
		}
	}
	if len(f.Servers) > 0 && len(servers) > 0 && f.Servers[0].Version != servers[0].Version {
		return fmt.Errorf("session %s was made with Ollama %s, now %s; begin another with -duet.session=NAME", f.Name, f.Servers[0].Version, servers[0].Version)
	}
	f.Backend, f.Environment, f.Why = x.place, x.env, x.choice.why
	if len(servers) >= len(f.Servers) {
		f.Servers = servers
	}
	for _, m := range models {
		if !slices.ContainsFunc(f.Models, func(o record.Model) bool { return o.Name == m.Name }) {
			m.Context, m.SizeB, m.VRAMB = nil, nil, nil // of the warm-up, not of any run
			f.Models = append(f.Models, m)
		}
	}
	for _, c := range x.cells {
		if !slices.Contains(f.Suites[x.suite], c.ID()) {
			f.Suites[x.suite] = append(f.Suites[x.suite], c.ID())
		}
	}
	return nil
}
