// Package local finds a real Ollama on this machine: what runs already, then what
// can be started, the local program before containers, which add an engine to what
// can go wrong. Importing it registers all three kinds and this order, which is
// what the setting "auto" then follows.
package local

import (
	"context"
	"fmt"
	"slices"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama/container"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	_ "github.com/chimeraforge/duet/harness/backend/ollama/synthetic" // makes the models it is asked for
	"github.com/chimeraforge/duet/harness/record"
)

func init() {
	backend.Built("ollama")
	backend.RegisterFinder(find)
}

// find is a backend.Finder.
func find(ctx context.Context, c backend.Config) (kind, why string, err error) {
	one := []string{record.TopologyOne}
	if slices.Equal(c.Topology, one) && answer(ctx, reuse.Usual(1)) {
		return reuse.Kind, "port 11434 answers", nil
	}
	ports, silent := said(len(c.Servers))
	if len(c.Topology) == 1 && !slices.Equal(c.Topology, one) && answer(ctx, reuse.Usual(len(c.Servers))) {
		return reuse.Kind, ports + " answer", nil
	}
	_, how, binary := process.Find()
	if binary == nil {
		return process.Kind, silent + "; ollama found: " + how, nil
	}
	how, engine := containers(ctx)
	if engine == nil {
		return container.Kind, silent + "; there is no ollama program; " + how, nil
	}
	return "", "", fmt.Errorf("no Ollama: %s, there is no ollama program, and no containers (%w); "+
		"install Ollama from ollama.com, or start servers, or run `make test` once, which builds one", silent, engine)
}

// said are the ports of n servers, and that nobody answers there.
func said(n int) (ports, silent string) {
	switch n {
	case 1:
		return "port 11434", "port 11434 does not answer"
	case 2:
		return "ports 11434 and 11435", "ports 11434 and 11435 do not both answer"
	}
	ports = fmt.Sprintf("ports 11434 to %d", 11434+n-1)
	return ports, ports + " do not all answer"
}

func answer(ctx context.Context, urls []string) bool {
	return !slices.ContainsFunc(urls, func(u string) bool { return !reuse.Answers(ctx, u) })
}

// containers reports how containers can be had on this machine.
func containers(ctx context.Context) (how string, err error) {
	e, err := container.Connect(ctx)
	if err != nil {
		return "", err
	}
	return "a container engine answers", e.Close()
}
