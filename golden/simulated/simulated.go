// Package simulated makes whole sessions for tests: measured on the simulator in
// virtual time by the harness itself, so that every file is as a user's, and the
// same settings give the same numbers.
package simulated

import (
	"context"
	"errors"
	"time"

	"github.com/chimeraforge/duet/harness"
	_ "github.com/chimeraforge/duet/harness/backend/sim" // what it measures
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
)

// Settings are those of a small session: one model with two scenarios and four
// single cells, two rounds and no re-runs.
func Settings(results, session string) settings.Settings {
	return settings.Settings{
		Models: []string{"qwen2.5:7b"}, Runtimes: []string{"go"}, Scenarios: []string{plan.BaselineVsChimera, plan.ChimeraHomo},
		Rounds: 2, Budget: 4, Ctx: 512, Seed: 116, Results: results, Session: session, Servers: settings.Sim,
		Topology: []string{plan.TopologyTwo}, GPUs: settings.Auto,
		Timeout: 10 * time.Second, Chunks: true, Progress: settings.ProgressLog,
	}
}

// Session measures what settings ask for, of both suites. A suite of which their
// shard has nothing is left out.
func Session(ctx context.Context, s settings.Settings) error {
	for _, suite := range []string{record.SuiteSingle, record.SuiteMulti} {
		err := Suite(ctx, suite, s)
		if _, nothing := errors.AsType[*plan.ShardError](err); err != nil && !nothing {
			return err
		}
	}
	return nil
}

// Suite makes what is missing of one suite, re-runs last.
func Suite(ctx context.Context, suite string, s settings.Settings) (err error) {
	all, err := plan.CellsOf(suite, s.Matrix())
	if err != nil {
		return err
	}
	if all, err = s.Shard.Divide(suite, all, s.Matrix(), s.Work()); err != nil {
		return err
	}
	x, err := harness.Open(ctx, suite, s, all)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, x.Close()) }()
	for range 2 { // what is due is not known before every round is there
		for _, c := range s.Shard.Own(all) {
			for _, round := range x.Missing(c) {
				r, err := x.Run(ctx, c, round)
				if err != nil {
					return err
				}
				if !r.OK() {
					return errors.New(r.Error)
				}
			}
		}
	}
	return nil
}
