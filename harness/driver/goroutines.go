package driver

import (
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/backend/wire"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/workload"
	"github.com/chimeraforge/duet/internal/clock"
)

// Goroutines is the Go driver: one goroutine and one kept-alive connection for each
// agent, in the process of the test itself. Its zero value is ready.
//
// As fast as tokens come, it spends its time in read calls and in the decoder of
// package wire, and needs less of it than tokio with hyper (make bench-overhead). At
// two streams and 100 tok/s nearly all of it is going to sleep and being woken for
// every packet, and there it needs what tokio needs: a third of a percent of a core.
// It was twice as much while every read woke the runtime's monitor thread too; see
// quiet in package wire.
type Goroutines struct {
	// Dial replaces the network, for tests. nil means TCP.
	Dial func(ctx context.Context, network, addr string) (net.Conn, error)
}

var _ Driver = (*Goroutines)(nil)

// Name is Go.
func (*Goroutines) Name() string { return Go }

// Run drives one pass.
func (d *Goroutines) Run(ctx context.Context, req Request) (Result, error) {
	if len(req.Agents) == 0 {
		return Result{}, fmt.Errorf("go driver: no agents in the request")
	}
	var (
		gun   = NewGun(len(req.Agents))
		calls = make([][]record.Call, len(req.Agents))
		all   sync.WaitGroup
	)
	for i, a := range req.Agents {
		all.Go(func() { calls[i] = d.agent(ctx, a, req, gun) })
	}
	gun.Ready()
	if d.Dial == nil {
		runtime.GC() // now, and so hardly in the window: a chunk allocates nothing
	}
	if req.GunNS != 0 { // in virtual time the clock may stand before 0
		_ = clock.Sleep(ctx, time.Duration(req.GunNS-clock.NS())) // agents see by themselves that ctx ended
	}
	before := cpuNS()
	fired := gun.Fire(clock.NS)
	all.Wait()
	res := Result{GunNS: fired, EndNS: fired} // a reading may be negative in virtual time
	res.Client = record.Client{CPUNS: cpuNS() - before, PeakRSS: peakRSS(), Runtime: runtime.Version()}
	for _, c := range calls {
		res.Calls = append(res.Calls, c...)
		for i := range c {
			res.EndNS = max(res.EndNS, c[i].EndNS)
		}
	}
	return res, nil
}

// agent makes one agent's calls. A failed call ends the agent, because the next
// one would need its answer; what was not made is not in the result.
func (d *Goroutines) agent(ctx context.Context, a Agent, req Request, gun *Gun) []record.Call {
	client := wire.New(wire.Config{Base: a.Endpoint, Silence: time.Duration(req.SilenceNS), Dial: d.Dial})
	defer client.Close()
	warm := client.Warm(ctx)
	if err := gun.Wait(ctx); err != nil && warm == nil {
		warm = err
	}
	if warm != nil {
		now := clock.NS()
		return []record.Call{{Agent: a.ID, RequestNS: now, EndNS: now, Error: warm.Error()}}
	}
	var (
		calls  []record.Call
		answer string
	)
	for i, c := range a.Calls {
		r := wire.Request{Model: a.Model, KeepAlive: req.KeepAlive, Options: a.Options, KeepChunks: req.KeepChunks}
		r.Prompt = strings.ReplaceAll(c.Prompt, workload.AnswerMark, answer)
		r.Options.Seed, r.Options.NumPredict = c.Seed, c.NumPredict
		call := client.Generate(ctx, r)
		call.Agent, call.Index = a.ID, i
		calls = append(calls, call)
		if call.Error != "" {
			break
		}
		answer = call.Reply
	}
	return calls
}
