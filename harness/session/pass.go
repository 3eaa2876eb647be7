package session

import (
	"context"
	"fmt"
	"math"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/runtimes"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
)

// step is one pass to make.
type step struct {
	kind   string
	agents []record.Agent
}

// pass makes one timed window.
func (s *Session) pass(ctx context.Context, r *record.Run, cell plan.Cell, step step) error {
	req := driver.Request{SilenceNS: int64(s.config.Settings.Timeout), KeepAlive: backend.KeepAlive, KeepChunks: true}
	p := record.Pass{Kind: step.kind}
	for _, a := range step.agents {
		place := fmt.Sprintf("%s/%d/%s%s", r.Cell.ID, r.RunNumber, step.kind, s.salt(r))
		p.Agents = append(p.Agents, a.ID)
		req.Agents = append(req.Agents, driver.Agent{
			ID: a.ID, Endpoint: a.Endpoint, Model: a.Model, Options: a.Options,
			Calls: s.work.CallsOf(a.ID, cell.Prompts(a.ID), r.Round, place),
		})
	}
	res, err := s.client(r.Cell.Runtime()).Run(ctx, req)
	if err != nil {
		return fmt.Errorf("%s pass: %w", step.kind, err)
	}
	p.GunNS, p.EndNS, p.Calls, p.Client = res.GunNS, res.EndNS, res.Calls, &res.Client
	p.Client.Shared = s.config.Driver.Simulated && r.Cell.Runtime() == runtimes.Go
	shift(&p, r.OriginNS, s.clock.Scale)
	r.Passes = append(r.Passes, p)
	return failed(&p)
}

// salt keeps the nonces of one session from those of another with the same seed,
// where both talk to servers that outlive them: the second would be answered from
// the cache that the first one filled. Servers that a session starts remember
// nothing, and there the same seed asks the same thing.
func (s *Session) salt(r *record.Run) string {
	if !s.config.Driver.Existing && !s.config.Settings.Keep {
		return ""
	}
	return "/" + r.Started.Format(time.RFC3339Nano)
}

// failed returns the first call's error as the run's.
func failed(p *record.Pass) error {
	for _, c := range p.Calls {
		if c.Error != "" {
			return fmt.Errorf("%s pass, %s, call %d: %s", p.Kind, c.Agent, c.Index+1, c.Error)
		}
	}
	return nil
}

// shift moves a pass from the host's monotonic clock to the run's origin, and
// from real to simulated time.
func shift(p *record.Pass, origin int64, scale float64) {
	at := func(ns *int64) {
		if ns != nil {
			*ns = int64(math.Round(float64(*ns-origin) * scale))
		}
	}
	at(&p.GunNS)
	at(&p.EndNS)
	for i := range p.Calls {
		c := &p.Calls[i]
		before := c.RequestNS
		for _, ns := range []*int64{&c.RequestNS, c.HeadersNS, c.FirstNS, c.LastTokenNS, c.DoneNS, &c.EndNS} {
			at(ns)
		}
		// Scale the arrivals and not the gaps, or rounding would add up.
		last := c.RequestNS
		for j, d := range c.DeltasNS {
			before += d
			now := before
			at(&now)
			c.DeltasNS[j] = now - last
			last = now
		}
	}
}

// dropChunks leaves the arrivals out; what needs them is absent from then on.
func dropChunks(r *record.Run) {
	for _, p := range r.Passes {
		for i := range p.Calls {
			p.Calls[i].DeltasNS = nil
		}
	}
}
