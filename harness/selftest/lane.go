package selftest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/sim"
	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/metric"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
)

// lane is one agent at one server: its calls, and the case of each.
type lane struct {
	agent    string
	servers  *sim.Servers
	endpoint backend.Endpoint
	pace     Pace
	cases    []*Case
}

// call is one call as its server knows it and as the runtime saw it.
type call struct {
	of       *Case
	began    int64       // the gun, or the end of the agent's call before
	measured record.Call // by the runtime
	written  record.Call // by the server: see written
}

// model is what the servers serve.
const model = "paced"

// newLane is an agent at one of two servers, named like it. Of one case it makes as
// many calls as the pace says, of several one each.
func newLane(s *sim.Servers, i int, p Pace, cases ...*Case) *lane {
	e := s.Endpoints()[i]
	if len(cases) == 1 {
		cases = slices.Repeat(cases, p.calls(cases[0]))
	}
	return &lane{agent: e.ID, servers: s, endpoint: e, pace: p, cases: cases}
}

// inject lets the server do to each call what its case says.
func (l *lane) inject() {
	for i, c := range l.cases {
		if f := c.Fault; f.Kind != "" {
			f.Endpoint, f.Request = l.endpoint.ID, i+1
			l.servers.Inject(f)
		}
	}
}

// request asks a driver for the calls of all lanes at once.
func request(lanes ...*lane) driver.Request {
	req := driver.Request{SilenceNS: int64(10 * time.Second), KeepAlive: "5m", KeepChunks: true}
	for _, l := range lanes {
		a := driver.Agent{ID: l.agent, Endpoint: l.endpoint.URL, Model: model, Options: record.Options{NumCtx: 2048}}
		for i := range l.cases {
			a.Calls = append(a.Calls, workload.Call{Prompt: fmt.Sprintf("[%d %s] go", i, l.agent), Seed: i + 1, NumPredict: l.pace.Tokens})
		}
		req.Agents = append(req.Agents, a)
	}
	return req
}

// drive lets a runtime make the calls of all lanes, all at once.
func drive(ctx context.Context, d driver.Driver, lanes ...*lane) (pass, error) {
	for _, l := range lanes {
		l.inject()
		l.servers.ForgetLog()
	}
	res, err := d.Run(ctx, request(lanes...))
	if err != nil {
		return pass{}, err
	}
	p := pass{gunNS: res.GunNS}
	var errs []error
	for _, l := range lanes {
		calls, err := l.calls(res)
		p.calls, errs = append(p.calls, calls...), append(errs, err)
	}
	return p, errors.Join(errs...)
}

// calls sets what the runtime saw of the lane beside what its server did. A call
// that the server never saw has no truth.
func (l *lane) calls(res driver.Result) ([]call, error) {
	var served []sim.Served
	for _, s := range l.servers.Log() {
		if s.Endpoint == l.endpoint.ID {
			served = append(served, s)
		}
	}
	var out []call
	began := res.GunNS
	for _, m := range res.Calls {
		if m.Agent != l.agent {
			continue
		}
		if m.Index >= len(served) || m.Index >= len(l.cases) {
			return out, fmt.Errorf("call %d of %s did not reach its server: %s", m.Index, l.agent, m.Error)
		}
		out = append(out, call{of: l.cases[m.Index], began: began, measured: m, written: written(&served[m.Index])})
		began = m.EndNS
	}
	return out, nil
}

// pass is what became of the lanes that were driven at once.
type pass struct {
	gunNS int64
	calls []call
}

// of are the calls of a case.
func (p pass) of(c *Case) []call {
	return slices.DeleteFunc(slices.Clone(p.calls), func(x call) bool { return x.of != c })
}

// as is the pass as a run has it.
func (p pass) as(kind string) record.Pass {
	out := record.Pass{Kind: kind, GunNS: p.gunNS, EndNS: p.gunNS}
	for _, x := range p.calls {
		if m := x.measured; len(out.Agents) == 0 || out.Agents[len(out.Agents)-1] != m.Agent {
			out.Agents = append(out.Agents, m.Agent)
		}
		out.EndNS = max(out.EndNS, x.measured.EndNS)
		out.Calls = append(out.Calls, x.measured)
	}
	return out
}

// speedup is what package metric makes of the agents alone and together; nothing
// where they were not alone.
func speedup(alone []pass, together pass) *float64 {
	r := record.Run{Suite: record.SuiteMulti}
	for _, p := range alone {
		r.Passes = append(r.Passes, p.as(record.PassSolo))
	}
	r.Passes = append(r.Passes, together.as(record.PassConcurrent))
	return metric.Derive(&r).Get("speedup_measured")
}

// written is a request as its server saw it, in the shape of a call: the stamps of
// a client to which nothing takes time. A chunk is there when its last byte is
// written; what has no text is no chunk.
func written(s *sim.Served) record.Call {
	c := record.Call{RequestNS: s.ReceivedNS, Chunks: len(s.WrittenNS)}
	last := s.ReceivedNS
	for _, at := range s.WrittenNS {
		c.DeltasNS = append(c.DeltasNS, at-last)
		last = at
	}
	if c.Chunks > 0 {
		c.FirstNS, c.LastTokenNS = &s.WrittenNS[0], &last
	}
	if s.Done == nil {
		c.Error = "cut off"
		return c
	}
	tokens := int64(len(s.Tokens))
	c.Server = &record.ServerTimings{Tokens: &tokens}
	return c
}
