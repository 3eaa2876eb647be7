// Package preflight is "duet preflight" and "make preflight": it looks at the servers
// and the machine that a session would measure, and says what would spoil the
// measurement and what to do about each.
//
//	go run ./tools/duet preflight
//	go run ./tools/duet preflight -duet.models=tiny -duet.endpoints=http://127.0.0.1:11434,http://127.0.0.1:11435
//
// It takes the settings of the suites, as flags and as variables, and changes
// nothing: servers that answer are asked, and one that is started to be asked is
// stopped again. The exit status is 0 whatever may spoil a measurement, 1 where
// none can be made, 2 for a wrong setting.
package preflight

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
	"github.com/chimeraforge/duet/harness/backend/ollama/servers"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/tools/duet/internal/command"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// Engine reports how containers can be had on this machine; nil in a build without
// their library, which alone is a hundred packages.
var Engine func(context.Context) (string, error)

// Run is the command.
func Run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	s, set, err := suites.Settings(args, os.LookupEnv)
	if errors.Is(err, flag.ErrHelp) {
		set.SetOutput(stdout)
		set.PrintDefaults()
	}
	if err != nil {
		return command.Wrong(err)
	}
	found, err := servers.Look(ctx, config(s))
	host := preflight.Host{Results: s.Results}
	if found.Kind == reuse.Kind {
		host.Servers = len(found.Servers)
	}
	answers := preflight.Look(ctx, host)
	if _, werr := io.WriteString(stdout, page(found, answers, append(record.OnlyFound(answers), found.OtherModels()...))); werr != nil {
		return werr
	}
	if err != nil {
		hint := ""
		if Engine == nil {
			hint = " (make preflight TAGS=ollama looks for containers too)"
		}
		return fmt.Errorf("nothing can be measured: %s%s", strings.ReplaceAll(err.Error(), "\n", "; "), hint)
	}
	return nil
}

// config is what a session with these settings would measure.
func config(s settings.Settings) servers.Config {
	c := servers.Config{Endpoints: s.Endpoints, Binary: s.Ollama, Models: s.Models, Engine: Engine, ModelsDir: s.ModelsDir()}
	if slices.Equal(s.Topology, []string{plan.TopologyOne}) { // one server for all agents
		if c.Endpoints == nil {
			c.Endpoints = reuse.Defaults
		}
		c.Endpoints = c.Endpoints[:1]
	}
	return c
}
