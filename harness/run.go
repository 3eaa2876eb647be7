package harness

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
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
func (x *Session) Run(ctx context.Context, cell plan.Cell, round int) (*record.Run, error) {
	began := time.Now()
	x.progress.Begin(cell.ID())
	r := x.begin(ctx, cell, round)
	var failure results.Failure
	err := x.inside(ctx, fmt.Sprintf("%s/%d", cell.ID(), r.RunNumber), func(ctx context.Context) error {
		err := x.measure(ctx, r, cell)
		if err != nil && ctx.Err() == nil {
			failure = x.failure(ctx, r, cell, err)
		}
		return err
	})
	if err != nil {
		if ctx.Err() != nil {
			x.progress.Cancel()
			return nil, context.Cause(ctx)
		}
		r.Status, r.Error = record.StatusFailed, err.Error()
	}
	metric.Annotate(r)
	if !x.settings.Chunks {
		dropChunks(r)
	}
	if err := x.write(r, failure); err != nil {
		return nil, err
	}
	x.progress.End(result(r), time.Since(began))
	if !r.OK() {
		x.revive(ctx)
	}
	return r, nil
}

// write puts a run onto the disk.
func (x *Session) write(r *record.Run, f results.Failure) error {
	if r.OK() {
		return x.folder.Add(r, time.Now())
	}
	row := results.FailureOf(r)
	row.Kind, row.VRAM, row.Loaded, row.Fallback = f.Kind, f.VRAM, f.Loaded, f.Fallback
	return x.folder.AddFailed(r, row, time.Now())
}

// begin is a run before anything was measured.
func (x *Session) begin(ctx context.Context, cell plan.Cell, round int) *record.Run {
	env := x.env
	env.Load1 = preflight.Load1(ctx)
	r := &record.Run{
		Schema: record.Schema, Session: x.folder.File.Name, Suite: x.suite, Cell: cell.Label(),
		RunNumber: x.folder.NextRun(cell.ID()), Round: round, Seed: x.settings.Seed,
		Started: time.Now().UTC(), Status: record.StatusOK,
		Backend: x.place, Environment: env, Meter: x.floors[cell.Runtime],
	}
	r.Backend.Topology = cell.Topology
	if round == x.extra() {
		r.Rerun = x.folder.Due(cell.ID())
	}
	return r
}

// enlist adds the agents of a run, in the single suite the baseline first.
func (x *Session) enlist(r *record.Run, cell plan.Cell) {
	if x.suite == record.SuiteSingle {
		r.Agents = append(r.Agents, x.agent(cell, plan.Role{
			Agent: backend.Collector, Label: plan.LabelBaseline, Tuning: plan.Baseline,
		}, r.Round))
	}
	for _, role := range cell.Roles {
		r.Agents = append(r.Agents, x.agent(cell, role, r.Round))
	}
}

// agent is one participant with every option stated.
func (x *Session) agent(cell plan.Cell, role plan.Role, round int) record.Agent {
	opts := role.Tuning.Options()
	opts.NumPredict, opts.NumThread = x.work.Budget(role.Agent), x.speeds[cell.Model].threads[serverOf(cell, role.Agent)]
	opts.Seed = x.work.Calls(role.Agent, round, "")[0].Seed
	a := record.Agent{
		ID: role.Agent, Label: role.Label, Model: cell.Model,
		Endpoint: x.endpoint(cell, role.Agent).URL, Options: opts,
	}
	if ns, ok := x.speeds[cell.Model].resident[serverOf(cell, role.Agent)]; ok {
		a.ResidentLoadNS = &ns
	}
	return a
}

// serverOf names the server that an agent of a cell talks to.
func serverOf(cell plan.Cell, agent string) string {
	if cell.Topology == record.TopologyOne {
		return backend.Both
	}
	return agent
}

// endpoint is an agent's server, under the agent's name.
func (x *Session) endpoint(cell plan.Cell, agent string) backend.Endpoint {
	eps := x.backend.Endpoints()
	id := serverOf(cell, agent)
	e := eps[max(0, slices.IndexFunc(eps, func(e backend.Endpoint) bool { return e.ID == id }))]
	e.ID = agent
	return e
}

// measure makes the passes of a run. An agent alone and the agents together
// change places every round, so that neither is always the warmer one.
func (x *Session) measure(ctx context.Context, r *record.Run, cell plan.Cell) error {
	x.enlist(r, cell)
	r.OriginNS = clock.NS()
	if x.place.Virtual {
		defer func() { r.OriginNS = 0 }() // the bubble's clock means nothing outside it
	}
	if err := x.makeRoom(ctx, cell.Model, cell.Topology); err != nil {
		return err
	}
	rec := x.record(ctx)
	defer x.keep(r, rec)
	var steps []step
	if x.suite == record.SuiteSingle {
		steps = []step{{record.PassBaseline, r.Agents[:1]}, {record.PassTuned, r.Agents[1:]}}
	} else {
		for _, a := range r.Agents {
			steps = append(steps, step{record.PassSolo, []record.Agent{a}})
		}
		steps = append(steps, step{record.PassConcurrent, r.Agents})
	}
	if r.Round%2 == 0 {
		slices.Reverse(steps)
	}
	for i, s := range steps {
		// The agents of the multi suite keep their options from pass to pass:
		// both are loaded before the first, and stay.
		if x.suite == record.SuiteSingle || i == 0 {
			agents := s.agents
			if x.suite == record.SuiteMulti {
				agents = r.Agents
			}
			phase(rec, record.PhaseWarm, agents)
			if err := x.warm(ctx, r, cell, agents); err != nil {
				return err
			}
		}
		phase(rec, s.kind, s.agents)
		if err := x.pass(ctx, r, s); err != nil {
			return err
		}
	}
	return nil
}

// warm loads each agent's model with the agent's own options, outside every
// window, and records what is in effect then.
func (x *Session) warm(ctx context.Context, r *record.Run, cell plan.Cell, agents []record.Agent) error {
	for _, a := range agents {
		opts := a.Options
		opts.NumPredict = 1
		if _, err := x.load(ctx, a.Endpoint, a.Model, "Warm up.", opts); err != nil {
			return fmt.Errorf("%w: warm up %s (%s): %w", errWarming, a.ID, a.Label, err)
		}
	}
	for _, a := range agents {
		s, err := x.describe(ctx, x.endpoint(cell, a.ID), a.Model, a.Options.NumGPU)
		if err != nil {
			return fmt.Errorf("%w: %w", errWarming, err)
		}
		if x.suite == record.SuiteSingle && a.Label == plan.LabelBaseline {
			r.Warnings = append(r.Warnings, baselineInEffect(s, a)...)
			continue // the label of the cell is the tuned options'
		}
		r.Servers = append(r.Servers, s)
	}
	return nil
}

// baselineInEffect warns of a baseline that the server does not run with: a
// model whose own limit is below it, say.
func baselineInEffect(s record.Server, a record.Agent) []record.Warning {
	if s.Model == nil || s.Model.Context == nil || *s.Model.Context == a.Options.NumCtx {
		return nil
	}
	return []record.Warning{{
		Code: "baseline-context", Agent: a.ID,
		Message: fmt.Sprintf("the baseline asks for a context of %d tokens, the server runs with %d", a.Options.NumCtx, *s.Model.Context),
	}}
}

// result is a run in a few words, for the progress line.
func result(r *record.Run) string {
	d := r.Derived
	switch {
	case !r.OK():
		return fmt.Sprintf("%s FAILED: %s", r.Cell.ID, r.Error)
	case metric.WhyInvalid(r.Warnings) != "":
		return fmt.Sprintf("%s INVALID: %s", r.Cell.ID, metric.WhyInvalid(r.Warnings))
	case d != nil && d.SpeedupMeasured != nil:
		return fmt.Sprintf("%s speedup %.2fx (efficiency %.0f %%)", r.Cell.ID, *d.SpeedupMeasured, *d.EfficiencyMeasured)
	case d != nil && d.TunedOverBaseline != nil:
		return fmt.Sprintf("%s tuned over baseline %.3f", r.Cell.ID, *d.TunedOverBaseline)
	}
	return r.Cell.ID + " measured"
}
