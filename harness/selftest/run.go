package selftest

import (
	"context"
	"errors"
	"slices"

	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/driver"
)

// Test is a runtime that is asked.
type Test struct {
	Driver driver.Driver
	// Simulator is what the servers have beside their answer; the zero value is
	// real sockets in real time.
	Simulator sim.Config
}

// Run asks for one case: two agents at once, with some calls each.
func (e Test) Run(ctx context.Context, c *Case) (Answer, error) { return e.run(ctx, thorough, c) }

func (e Test) run(ctx context.Context, p Pace, c *Case) (_ Answer, err error) {
	s, err := e.start(ctx, p, c)
	if err != nil {
		return Answer{}, err
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	lanes := []*lane{newLane(s, 0, p, c), newLane(s, 1, p, c)}
	var alone []pass
	if c.Pair { // what two agents cost each other in one client is part of what they are together
		for _, l := range lanes {
			one, err := drive(ctx, e.Driver, l)
			if err != nil {
				return Answer{}, err
			}
			alone = append(alone, one)
		}
	}
	together, err := drive(ctx, e.Driver, lanes...)
	if err != nil {
		return Answer{}, err
	}
	return c.answer(e.Driver.Name(), p, together.calls, speedup(alone, together)), nil
}

// start starts two servers that do what a case says, but for its fault.
func (e Test) start(ctx context.Context, p Pace, c *Case) (*sim.Servers, error) {
	cfg := e.Simulator
	cfg.Models, cfg.Loss = []string{model}, &c.Loss
	cfg.Exact = &sim.Exact{TTFT: p.TTFT, Token: p.Token, Jitter: c.Jitter}
	return sim.Start(ctx, cfg)
}

// What a quick test asks of each agent, one call after the other; one that is cut off
// ends its agent and is the last. Jitter is a server's, not a call's, so it has an
// agent and servers of its own.
var (
	atOnce = [][]*Case{
		{named("fixed pace"), named("bursts"), named("split chunks"), named("cut off")},
		{named("empty chunks first"), named("role first"), named("stall")},
	}
	jittered  = named("jitter")
	contended = named("two, taking turns")
)

// Quick asks for every way in which a stream can come, in one pass, and for one
// contention: a second or two, of which most is programs that start. What fails is
// in the answers: a meter that cannot be tried is no reason not to measure, but one
// to say so. The error is for a context that ended.
func (e Test) Quick(ctx context.Context) ([]Answer, error) {
	answers, err := e.answers(ctx)
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		return []Answer{{Runtime: e.Driver.Name(), Failure: err.Error()}}, nil
	}
	return answers, nil
}

func (e Test) answers(ctx context.Context) ([]Answer, error) {
	streams, err := e.streams(ctx)
	if err != nil {
		return nil, err
	}
	var out []Answer
	for i := range Cases { // in their order
		c := &Cases[i]
		switch calls := streams.of(c); {
		case len(calls) > 0:
			out = append(out, c.answer(e.Driver.Name(), quick, calls, nil))
		case c == jittered, slices.Contains(slices.Concat(atOnce...), c):
			out = append(out, Answer{Runtime: e.Driver.Name(), Case: c.Name, Failure: "not asked: a call before it failed"})
		}
	}
	pair, err := e.run(ctx, quick, contended)
	if err != nil {
		pair = Answer{Runtime: e.Driver.Name(), Case: contended.Name, Failure: err.Error()}
	}
	return append(out, pair), nil
}

// streams is the pass of all ways in which a stream can come.
func (e Test) streams(ctx context.Context) (_ pass, err error) {
	even, err := e.start(ctx, quick, atOnce[0][0])
	if err != nil {
		return pass{}, err
	}
	defer func() { err = errors.Join(err, even.Close(context.WithoutCancel(ctx))) }()
	other, err := e.start(ctx, quick, jittered)
	if err != nil {
		return pass{}, err
	}
	defer func() { err = errors.Join(err, other.Close(context.WithoutCancel(ctx))) }()
	third := newLane(other, 0, quick, jittered)
	third.agent = "jittered"
	return drive(ctx, e.Driver, newLane(even, 0, quick, atOnce[0]...), newLane(even, 1, quick, atOnce[1]...), third)
}
