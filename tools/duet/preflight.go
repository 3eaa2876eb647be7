package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/backend/ollama/reuse"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/report/findings"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/harness/table"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// lookAround is "duet preflight" and "make preflight": it looks at the servers
// and the machine that a session would measure, and says what would interfere with the
// measurement and what to do about each.
//
//	go run ./tools/duet preflight
//	go run ./tools/duet preflight -duet.models=tiny -duet.endpoints=http://127.0.0.1:11434,http://127.0.0.1:11435
//
// It takes the settings of the suites, as flags and as variables, and changes
// nothing: servers that answer are asked, and one that is started to be asked is
// stopped again. The exit status is 0 whatever may interfere with a measurement, 1 where
// none can be made, 2 for a wrong setting.
func lookAround(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	s, set, err := suites.Settings(args, os.LookupEnv)
	if errors.Is(err, flag.ErrHelp) {
		set.SetOutput(stdout)
		set.PrintDefaults()
	}
	if err != nil {
		return suites.Wrong(err)
	}
	found, err := process.Look(ctx, toLookAt(s))
	host := preflight.Host{Results: s.Results}
	if found.Kind == reuse.Kind {
		host.Servers = len(found.Servers)
	}
	answers := preflight.Look(ctx, host)
	if _, werr := io.WriteString(stdout, page(found, answers)); werr != nil {
		return werr
	}
	if err != nil {
		hint := ""
		if process.Containers == nil {
			hint = " (make preflight TAGS=ollama looks for containers too)"
		}
		return fmt.Errorf("nothing can be measured: %s%s", strings.ReplaceAll(err.Error(), "\n", "; "), hint)
	}
	return nil
}

// toLookAt is what a session with these settings would measure.
func toLookAt(s settings.Settings) process.Sought {
	c := process.Sought{Endpoints: s.Endpoints, Binary: s.Ollama, Models: s.Models, ModelsDir: s.ModelsDir()}
	if slices.Equal(s.Topology, []string{plan.TopologyOne}) { // one server for all agents
		if c.Endpoints == nil {
			c.Endpoints = reuse.Usual(1)
		}
		c.Endpoints = c.Endpoints[:1]
	}
	return c
}

// page is everything that was found, the servers first and what to do last.
func page(found process.Found, answers []record.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Servers: %s – %s\n", cmp.Or(found.Kind, "none"), found.Why)
	for _, s := range found.Servers {
		serverPart(&b, s)
	}
	machine := findings.Page{Title: "Machine", Clear: "In order", Findings: append(answers, found.OtherModels()...)}
	switch n := len(record.OnlyFound(machine.Findings)); n {
	case 0:
		machine.About = []string{"Nothing was found that would interfere with a measurement."}
	case 1:
		machine.About = []string{"One thing may interfere with a measurement."}
	default:
		machine.About = []string{fmt.Sprintf("%d things may interfere with a measurement.", n)}
	}
	return b.String() + "\n" + machine.Text()
}

func serverPart(b *strings.Builder, s process.Server) {
	if s.Problem != "" {
		fmt.Fprintf(b, "  %s %s: cannot be asked: %s\n", s.ID, s.URL, s.Problem)
		return
	}
	fmt.Fprintf(b, "  %s %s, Ollama %s\n", s.ID, s.URL, s.Version)
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(w, "    model\tquantisation\tparameters\tits context\tin effect\tin memory\tin VRAM\t\n")
	for _, m := range s.Models {
		fmt.Fprintf(w, "    %s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", m.Name, some(m.Quantization), some(m.ParameterSize),
			some(strings.TrimPrefix(strconv.Itoa(m.MaxContext), "0")), of(m.Context, 1, ""), of(m.SizeB, 1<<20, " MiB"), of(m.VRAMB, 1<<20, " MiB"), remark(m))
	}
	_ = w.Flush()
	if len(s.Others) > 0 {
		slices.Sort(s.Others)
		b.WriteString(table.Wrap(fmt.Sprintf("also on its disk: %s", strings.Join(s.Others, ", ")), proseWidth, "    "))
	}
}

// remark is what a row cannot say.
func remark(m process.Model) string {
	switch {
	case !m.Here:
		return "not there; a session gets it"
	case !m.Wanted:
		return "not to be measured"
	case m.SizeB == nil:
		return "not loaded"
	}
	return ""
}

func some(s string) string { return cmp.Or(s, "n/a") }

// of is a number that may not be known; unit divides it.
func of[T int | int64](n *T, unit T, suffix string) string {
	if n == nil {
		return "n/a"
	}
	return fmt.Sprint(*n/unit) + suffix
}
