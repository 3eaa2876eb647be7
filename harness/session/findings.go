package session

import (
	"context"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// recently is how long a session's own work stays in the load average.
const recently = 2 * time.Minute

// lookAround looks, before a server is started, for what would spoil the
// measurement. A simulation measures nothing of this machine.
func (s *Session) lookAround(ctx context.Context) {
	if s.config.Driver.Simulated {
		return
	}
	f := &s.folder.File
	host := preflight.Host{
		Results: s.config.Settings.Results,
		Recent:  f.Updated.After(f.Created) && time.Since(f.Updated) < recently,
	}
	if s.config.Driver.Existing || s.config.Settings.Keep { // containers may have been kept from another session
		host.Servers = len(s.place.servers)
	}
	s.found(record.OnlyFound(preflight.Look(ctx, host)))
}

// lookAtServers looks for models that servers hold and that are not measured.
func (s *Session) lookAtServers(ctx context.Context) {
	if s.config.Driver.Simulated {
		return
	}
	b, ok := s.backend.(backend.Unloader)
	if !ok {
		return
	}
	ctx, cancel := s.loading(ctx) // a server that is silent here is found out when models are loaded
	defer cancel()
	for _, ep := range s.backend.Endpoints() {
		loaded, _ := b.Loaded(ctx, ep.URL) // whoever measures will say so
		for _, l := range loaded {
			if !s.measures(b, l.Name) {
				s.found([]record.Finding{s.otherModel(ep.URL, l.Name)})
			}
		}
	}
}

// otherModel is a model in memory that is not to be measured, and takes the memory
// that the measured ones want.
func (s *Session) otherModel(url, name string) record.Finding {
	do := ""
	if b, ok := s.backend.(backend.Releaser); ok {
		do = b.Release(url, name)
	}
	return record.Warn("other-models", do, "%s holds %s in memory, which is not measured", url, name)
}

// found keeps what was found: for the first lines, and with the session.
func (s *Session) found(all []record.Finding) {
	s.place.findings = append(s.place.findings, all...)
	for _, f := range all {
		s.folder.File.Findings = append(s.folder.File.Findings, results.Finding{At: time.Now().UTC(), Suite: s.config.Suite, Finding: f})
	}
}
