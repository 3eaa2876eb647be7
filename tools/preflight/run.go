package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/preflight/servers"
	"github.com/chimeraforge/duet/harness/settings"
)

// errUsage is wrapped by errors of the command line.
var errUsage = errors.New("usage")

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	s, err := wishes(stdout, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return nil
	case err != nil:
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	found, err := servers.Look(ctx, config(s))
	host := preflight.Host{Results: s.Results}
	if found.Kind == reuse.Kind {
		host.Servers = len(found.Servers)
	}
	answers := preflight.Look(ctx, host)
	if _, werr := io.WriteString(stdout, page(found, answers, append(preflight.Spoiling(answers), found.Spoilers()...))); werr != nil {
		return werr
	}
	if err != nil {
		return fmt.Errorf("nothing can be measured: %s%s", strings.ReplaceAll(err.Error(), "\n", "; "), hint)
	}
	return nil
}

// wishes are the settings, read as the suites read them.
func wishes(stdout io.Writer, args []string) (settings.Settings, error) {
	set := flag.NewFlagSet("preflight", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	flags := settings.Register(set)
	err := set.Parse(args)
	if errors.Is(err, flag.ErrHelp) {
		set.SetOutput(stdout)
		set.PrintDefaults()
	}
	if err != nil {
		return settings.Settings{}, err
	}
	if set.NArg() > 0 {
		return settings.Settings{}, fmt.Errorf("unexpected %q", set.Arg(0))
	}
	return flags.Load(os.LookupEnv)
}

// config is what a session with these settings would measure.
func config(s settings.Settings) servers.Config {
	c := servers.Config{Endpoints: s.Endpoints, Binary: s.Ollama, Models: s.Models, Engine: engine}
	if slices.Equal(s.Topology, []string{plan.TopologyOne}) { // one server for both agents
		if c.Endpoints == nil {
			c.Endpoints = reuse.Defaults
		}
		c.Endpoints = c.Endpoints[:1]
	}
	if plan.AllSynthetic(s.Models) {
		c.ModelsDir = synthetic.ModelsDir()
	}
	return c
}
