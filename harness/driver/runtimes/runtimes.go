// Package runtimes is the table of client runtimes: what a user may ask for, and
// how each is found on this machine.
package runtimes

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/harness/driver/external"
	"github.com/chimeraforge/duet/harness/driver/goroutines"
	"github.com/chimeraforge/duet/harness/driver/python"
	"github.com/chimeraforge/duet/harness/driver/rust"
)

// Runtime is one line of the table.
type Runtime struct {
	Name string
	Is   string // in a few words
	// Find returns the runtime's driver, or a *driver.Missing that says how to get
	// it. It may build what has to be built, and notes that.
	Find func(context.Context, Options) (driver.Driver, error)
}

// Options are what a driver needs of the session.
type Options struct {
	LogDir string                           // for what programs write to standard error; "": nowhere
	Note   func(format string, args ...any) // nil: nobody is told
}

// All is the table. To add a runtime: a program (PROTOCOL.md), and a line.
var All = []Runtime{
	{Go, "goroutines and net/http, in duet's own process", func(context.Context, Options) (driver.Driver, error) { return &goroutines.Driver{}, nil }},
	{"python", "asyncio and aiohttp", asyncio(python.Aiohttp)},
	{"python-uvloop", "the same on uvloop", asyncio(python.Uvloop)},
	{"python-httpx", "asyncio and httpx as most programs have it: a client per call, all defaults", asyncio(python.Httpx)},
	{"python-httpx-tuned", "asyncio and one httpx client, without proxies and TLS, raw bytes", asyncio(python.HttpxTuned)},
	{"rust", "tokio (multi-thread) and hyper", tokio},
}

// Go is the name of the runtime that needs nothing but duet itself.
const Go = "go"

// Names are those of the table.
func Names() []string {
	var out []string
	for _, r := range All {
		out = append(out, r.Name)
	}
	return out
}

// Find returns the drivers of names, and what is missing for the others. The
// error is for what is neither, such as an interrupt.
func Find(ctx context.Context, names []string, o Options) (map[string]driver.Driver, []*driver.Missing, error) {
	if o.Note == nil {
		o.Note = func(string, ...any) {}
	}
	found := map[string]driver.Driver{}
	var missing []*driver.Missing
	for _, name := range names {
		i := slices.IndexFunc(All, func(r Runtime) bool { return r.Name == name })
		if i < 0 {
			return nil, nil, fmt.Errorf("unknown runtime %q", name)
		}
		d, err := All[i].Find(ctx, o)
		var m *driver.Missing
		switch {
		case errors.As(err, &m):
			missing = append(missing, m)
		case err != nil:
			return nil, nil, err
		default:
			found[name] = d
		}
	}
	return found, missing, nil
}

func asyncio(v python.Variant) func(context.Context, Options) (driver.Driver, error) {
	return func(ctx context.Context, o Options) (driver.Driver, error) {
		p, err := python.New(ctx, v)
		return logged(p, err, o)
	}
}

func tokio(ctx context.Context, o Options) (driver.Driver, error) {
	p, err := rust.New(ctx, o.Note)
	return logged(p, err, o)
}

func logged(p *external.Program, err error, o Options) (driver.Driver, error) {
	if err != nil {
		return nil, err
	}
	p.LogDir = o.LogDir
	return p, nil
}
