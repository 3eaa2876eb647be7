package selftest

import (
	"context"
	"errors"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/driver"
)

// Exam is a runtime that is asked.
type Exam struct {
	Driver driver.Driver
	// Simulator is what the servers have beside their answer; the zero value is
	// real sockets in real time.
	Simulator sim.Config
}

// Sit asks for one case: two agents at once, with some calls each.
func (e Exam) Sit(ctx context.Context, c *Case) (Answer, error) { return e.sit(ctx, thorough, c) }

func (e Exam) sit(ctx context.Context, p Pace, c *Case) (_ Answer, err error) {
	s, err := e.start(ctx, p, c)
	if err != nil {
		return Answer{}, err
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	lanes := []*lane{newLane(s, 0, p, c), newLane(s, 1, p, c)}
	alone, err := e.alone(ctx, c, lanes)
	if err != nil {
		return Answer{}, err
	}
	together, err := drive(ctx, e.Driver, lanes...)
	if err != nil {
		return Answer{}, err
	}
	return c.answer(e.Driver.Name(), p, together.calls, speedup(alone, together)), nil
}

// alone drives each agent alone where the speedup is asked for, each in a pass of
// its own as in a run: what two agents cost each other in one client is part of
// what they are together.
func (e Exam) alone(ctx context.Context, c *Case, lanes []*lane) ([]pass, error) {
	if !c.Pair {
		return nil, nil
	}
	var out []pass
	for _, l := range lanes {
		p, err := drive(ctx, e.Driver, l)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// start starts two servers that do what a case says, but for its fault.
func (e Exam) start(ctx context.Context, p Pace, c *Case) (*sim.Servers, error) {
	cfg := e.Simulator
	cfg.Models, cfg.Loss = []string{model}, &c.Loss
	cfg.Exact = &sim.Exact{TTFT: p.TTFT, Token: p.Token, Jitter: c.Jitter}
	return sim.Start(ctx, cfg)
}
