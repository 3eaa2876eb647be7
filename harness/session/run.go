package session

import (
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/internal/clock"
)

// Run makes one run of a cell and writes it to disk. A run that goes wrong is
// recorded as failed and returned like any other; the error is for a run that
// leaves no trace: an interrupted one, or one that cannot be written.
func (s *Session) Run(ctx context.Context, cell plan.Cell, round int) (*record.Run, error) {
	began := time.Now()
	s.progress.Begin(cell.ID)
	r := s.begin(ctx, cell, round)
	var failure results.Failure
	err := s.inside(ctx, fmt.Sprintf("%s/%d", cell.ID, r.RunNumber), func(ctx context.Context) error {
		err := s.measure(ctx, r, cell)
		if err != nil && ctx.Err() == nil {
			failure = s.failure(ctx, r, cell, err)
		}
		return err
	})
	if err != nil {
		if ctx.Err() != nil {
			s.progress.Cancel()
			return nil, context.Cause(ctx)
		}
		r.Status, r.Error = record.StatusFailed, err.Error()
	}
	metric.Annotate(r)
	if !s.config.Settings.Chunks {
		dropChunks(r)
	}
	if err := s.write(r, failure); err != nil {
		return nil, err
	}
	s.progress.End(Result(r), time.Since(began))
	if !r.OK() {
		s.restart(ctx)
	}
	return r, nil
}

// write puts a run onto the disk.
func (s *Session) write(r *record.Run, f results.Failure) error {
	if r.OK() {
		return s.folder.Add(r, time.Now())
	}
	row := results.FailureOf(r)
	row.Kind, row.VRAM, row.Loaded, row.Fallback = f.Kind, f.VRAM, f.Loaded, f.Fallback
	return s.folder.AddFailed(r, row, time.Now())
}

// begin is a run before anything was measured.
func (s *Session) begin(ctx context.Context, cell plan.Cell, round int) *record.Run {
	env := s.place.env
	env.Load1 = preflight.Load1(ctx)
	r := &record.Run{
		Schema: record.Schema, Session: s.folder.File.Name, Suite: s.config.Suite, Cell: cell.Cell,
		RunNumber: s.folder.NextRun(cell.ID), Round: round, Seed: s.config.Settings.Seed,
		Started: time.Now().UTC(), Status: record.StatusOK,
		Backend: s.place.label, Environment: env, Meter: s.clients.floors[cell.Runtime()],
	}
	if round == s.Extra() {
		r.Rerun = s.folder.Due(cell.ID)
	}
	return r
}

// enlist adds the agents of a run, where there is one, its baseline first.
func (s *Session) enlist(r *record.Run, cell plan.Cell) error {
	roles := cell.Roles
	if len(roles) == 1 {
		roles = slices.Insert(slices.Clone(roles), 0, plan.Role{
			Agent: roles[0].Agent, Label: plan.LabelBaseline, Tuning: plan.Baseline,
		})
	}
	for _, role := range roles {
		a, err := s.agent(cell, role, r.Round)
		if err != nil {
			return err
		}
		r.Agents = append(r.Agents, a)
	}
	return nil
}

// agent is one participant with every option stated.
func (s *Session) agent(cell plan.Cell, role plan.Role, round int) (record.Agent, error) {
	ep, err := s.endpoint(cell, role.Agent)
	if err != nil {
		return record.Agent{}, err
	}
	known := s.known.speeds[cell.Model()]
	opts := role.Tuning.Options()
	opts.NumPredict, opts.NumThread = s.work.Budget(role.Prompts()), known.threads[ep.ID]
	opts.Seed = s.work.CallsOf(role.Agent, role.Prompts(), round, "")[0].Seed
	a := record.Agent{ID: role.Agent, Label: role.Label, Server: ep.ID, Model: cell.Model(), Endpoint: ep.URL, Options: opts}
	if ns, ok := known.resident[ep.ID]; ok {
		a.ResidentLoadNS = &ns
	}
	return a, nil
}

// measure makes the passes of a run. An agent alone and the agents together
// change places every round, so that neither is always the warmer one.
func (s *Session) measure(ctx context.Context, r *record.Run, cell plan.Cell) error {
	if err := s.enlist(r, cell); err != nil {
		return err
	}
	r.OriginNS = clock.NS()
	if s.clock.Virtual {
		defer func() { r.OriginNS = 0 }() // the bubble's clock means nothing outside it
	}
	g, err := groupFor(cell)
	if err != nil {
		return err
	}
	if err := s.unloadOthers(ctx, cell.Model(), backend.Names(g.servers)); err != nil {
		return err
	}
	rec := s.record(ctx)
	defer s.keep(r, rec)
	variants := len(cell.Roles) == 1 // one agent with two variants in turn, not several agents
	for i, step := range steps(r, variants) {
		// Several agents keep their options from pass to pass: all are loaded before
		// the first, and stay.
		if variants || i == 0 {
			agents := step.agents
			if !variants {
				agents = r.Agents
			}
			phase(rec, record.PhaseWarm, agents)
			if err := s.warm(ctx, r, cell, agents); err != nil {
				return err
			}
		}
		phase(rec, step.kind, step.agents)
		if err := s.pass(ctx, r, cell, step); err != nil {
			return err
		}
	}
	return nil
}

// steps are the passes of a run in their order: a baseline and a tuned one, or each
// agent alone and all together. They change places every round.
func steps(r *record.Run, variants bool) []step {
	var out []step
	if variants {
		out = []step{{record.PassBaseline, r.Agents[:1]}, {record.PassTuned, r.Agents[1:]}}
	} else {
		for _, a := range r.Agents {
			out = append(out, step{record.PassSolo, []record.Agent{a}})
		}
		out = append(out, step{record.PassConcurrent, r.Agents})
	}
	if r.Round%2 == 0 {
		slices.Reverse(out)
	}
	return out
}

// warm loads each agent's model with the agent's own options, outside every
// window, and records what is in effect then.
func (s *Session) warm(ctx context.Context, r *record.Run, cell plan.Cell, agents []record.Agent) error {
	for _, a := range agents {
		opts := a.Options
		opts.NumPredict = 1
		if _, err := s.load(ctx, a.Endpoint, a.Model, "Warm up.", opts); err != nil {
			return fmt.Errorf("%w: warm up %s (%s): %w", errWarming, a.ID, a.Label, err)
		}
	}
	for _, a := range agents {
		ep, err := s.endpoint(cell, a.ID)
		if err != nil {
			return err
		}
		d, err := s.describe(ctx, ep, a.Model, a.Options.NumGPU)
		if err != nil {
			return fmt.Errorf("%w: %w", errWarming, err)
		}
		if len(cell.Roles) == 1 && a.Label == plan.LabelBaseline {
			r.Findings = append(r.Findings, baselineInEffect(d, a)...)
			continue // the label of the cell is the tuned options'
		}
		if !slices.ContainsFunc(r.Servers, func(o record.Server) bool { return o.ID == d.ID }) {
			r.Servers = append(r.Servers, d) // once, however many agents it has
		}
	}
	return nil
}

// baselineInEffect finds a baseline that the server does not run with: a model
// whose own limit is below it, say.
func baselineInEffect(s record.Server, a record.Agent) []record.Finding {
	if s.Model == nil || s.Model.Context == nil || *s.Model.Context == a.Options.NumCtx {
		return nil
	}
	return []record.Finding{{
		Code: "baseline-context", Verdict: record.Found, Severity: record.SeverityWarning, Subject: a.ID,
		Evidence: fmt.Sprintf("the baseline asks for a context of %d tokens, the server runs with %d", a.Options.NumCtx, *s.Model.Context),
		Do:       "compare with a baseline that the model can have",
	}}
}

// Result is a run in a few words, for the progress line.
func Result(r *record.Run) string {
	d := r.Derived
	switch {
	case !r.OK():
		return fmt.Sprintf("%s FAILED: %s", r.Cell.ID, r.Error)
	case metric.WhyInvalid(r.Findings) != "":
		return fmt.Sprintf("%s INVALID: %s", r.Cell.ID, metric.WhyInvalid(r.Findings))
	case d != nil && d.Get("speedup_measured") != nil:
		return fmt.Sprintf("%s speedup %.2fx (efficiency %.0f %%)", r.Cell.ID, *d.Get("speedup_measured"), *d.Get("efficiency_measured"))
	case d != nil && d.Get("tuned_over_baseline") != nil:
		return fmt.Sprintf("%s tuned over baseline %.3f", r.Cell.ID, *d.Get("tuned_over_baseline"))
	}
	return r.Cell.ID + " measured"
}

// step is one pass to make.
type step struct {
	kind   string
	agents []record.Agent
}

// pass makes one timed window.
func (s *Session) pass(ctx context.Context, r *record.Run, cell plan.Cell, step step) error {
	req := driver.Request{SilenceNS: int64(s.config.Settings.Timeout), KeepAlive: backend.KeepAlive, KeepChunks: true}
	p := record.Pass{Kind: step.kind, Variant: variant(step.agents)}
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
	p.Client.Shared = s.config.Driver.Simulated && r.Cell.Runtime() == driver.Go
	shift(&p, r.OriginNS, s.clock.Scale)
	r.Passes = append(r.Passes, p)
	return failed(&p)
}

// variant is the label of the options that all agents of a pass have, where they
// have one in common.
func variant(agents []record.Agent) string {
	for _, a := range agents {
		if a.Label != agents[0].Label {
			return ""
		}
	}
	return agents[0].Label
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
