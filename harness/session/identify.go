package session

import (
	"context"
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/record"
)

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
