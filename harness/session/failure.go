package session

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
)

// errWarming marks what went wrong before anything was measured: while models
// were loaded with the options of the cell.
var errWarming = errors.New("before the passes")

// diagnose is the kind of failure of a model that cannot be used as it was asked
// for, "" for any other error.
func (s *Session) diagnose(err error) string {
	if b, ok := s.backend.(backend.Diagnoser); ok {
		return b.Diagnose(err)
	}
	return ""
}

// failure is what there is to say of a failed run beside its error, while its
// servers are there to be asked. A model that did not load is tried with less.
func (s *Session) failure(ctx context.Context, r *record.Run, cell plan.Cell, err error) results.Failure {
	f := results.Failure{Kind: s.diagnose(err), VRAM: vram(r.Telemetry), Loaded: s.loaded(ctx)}
	if f.Kind == "" {
		f.Kind = record.CallFailed
		return f
	}
	if errors.Is(err, errWarming) {
		f.Fallback = s.fallback(ctx, r, cell)
	}
	return f
}

// vram is the memory of every device at the end of a recording.
func vram(t *record.Telemetry) (out []results.VRAM) {
	if t == nil {
		return nil
	}
	for _, d := range t.Devices {
		if d.UsedB == nil {
			continue
		}
		v := results.VRAM{Device: d.Name, SizeB: d.MemoryB}
		for _, v.UsedB = range d.UsedB.Values {
			v.PeakB = max(v.PeakB, v.UsedB)
		}
		out = append(out, v)
	}
	return out
}

// loaded is what the servers hold now. One that does not answer says nothing.
func (s *Session) loaded(ctx context.Context) (out []results.Loaded) {
	b, ok := s.backend.(backend.Unloader)
	if !ok {
		return nil
	}
	ctx, cancel := s.loading(ctx)
	defer cancel()
	for _, ep := range s.backend.Endpoints() {
		models, err := b.Loaded(ctx, ep.URL)
		if err != nil {
			continue
		}
		for _, m := range models {
			out = append(out, results.Loaded{Server: ep.ID, Model: m.Name, SizeB: m.SizeB, VRAMB: m.VRAMB})
		}
	}
	return out
}

// fallback looks for a configuration below the one of a run with which every
// server of its cell loads, among those that the back end knows. It stops at the
// first, and measures nothing. A cell's failures share one search: loads that fail
// can take minutes.
func (s *Session) fallback(ctx context.Context, r *record.Run, cell plan.Cell) *results.Fallback {
	b, ok := s.backend.(backend.Reducer)
	if !ok {
		return nil
	}
	if known, ok := s.known.fallbacks[r.Cell.ID]; ok {
		return known
	}
	f := &results.Fallback{}
	for _, t := range b.Below(ctx, s.backend.Endpoints()[0].URL, asked(r)) {
		s.progress.Note("%s: trying %s: %s, context %d, %d layers", r.Cell.ID, t.Step, t.Model, t.NumCtx, t.NumGPU)
		err := s.try(ctx, r, cell, t)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			t.Error = err.Error()
		}
		if f.Tried = append(f.Tried, t); err == nil {
			f.Taken = &t
			break
		}
	}
	s.known.fallbacks[r.Cell.ID] = f
	return f
}

// asked is what a run asks of its servers.
func asked(r *record.Run) record.Try {
	t := record.Try{Model: r.Cell.Model()}
	for _, a := range r.Agents {
		t.NumCtx, t.NumGPU = max(t.NumCtx, a.Options.NumCtx), max(t.NumGPU, a.Options.NumGPU)
	}
	return t
}

// try loads the cell's agents with no more than t allows, on servers that hold
// nothing else of ours.
func (s *Session) try(ctx context.Context, r *record.Run, cell plan.Cell, t record.Try) error {
	if err := s.clear(ctx, t.Model); err != nil {
		return err
	}
	for _, a := range r.Agents {
		opts := a.Options
		opts.NumPredict, opts.NumCtx, opts.NumGPU = 1, min(opts.NumCtx, t.NumCtx), min(opts.NumGPU, t.NumGPU)
		if _, err := s.load(ctx, a.Endpoint, t.Model, "Warm up.", opts); err != nil {
			return err
		}
		ep, err := s.endpoint(cell, a.ID)
		if err != nil {
			return err
		}
		if _, err := s.describe(ctx, ep, t.Model, opts.NumGPU); err != nil {
			return err
		}
	}
	if !slices.Contains(s.config.Settings.Models, t.Model) {
		return s.clear(ctx, t.Model) // nobody would unload it
	}
	return nil
}

// recently is how long a session's own work stays in the load average.
const recently = 2 * time.Minute

// lookAround looks, before a server is started, for what would interfere with
// the measurement. A simulation measures nothing of this machine.
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
