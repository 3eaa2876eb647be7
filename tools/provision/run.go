package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/chimeraforge/duet/harness/backend/ollama/process"
)

// errLeftOut is returned where nothing may be left out: CI=true.
var errLeftOut = errors.New("something is left out, and CI=true")

func run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	set := flag.NewFlagSet("provision", flag.ContinueOnError)
	set.SetOutput(stderr)
	reportPath := set.String("report", "", "write what is available and what is left out to this `file`, as JSON")
	printOllama := set.Bool("print-ollama", false, "print the path of the ollama program that tests would use, and do nothing else")
	static := set.Bool("static", false, "build the statically linked Ollama that make image packs, whatever other is here, and do nothing else")
	clients := set.Bool("clients", false, "set up the client runtimes alone, for make bench RUNTIMES=…")
	if err := set.Parse(args); err != nil {
		return ignoreHelp(err)
	}
	if set.NArg() > 0 {
		return fmt.Errorf("unexpected argument %q", set.Arg(0))
	}
	if *printOllama {
		return printPath(stdout)
	}
	s := newSetup(stderr)
	parts := s.parts
	switch {
	case *static:
		parts = s.static
	case *clients:
		parts = s.clients
	}
	return provision(ctx, stdout, parts, *reportPath)
}

func ignoreHelp(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	return err
}

func printPath(stdout io.Writer) error {
	path, _, err := process.Find()
	if err != nil {
		return err
	}
	fmt.Fprintln(stdout, path)
	return nil
}

func provision(ctx context.Context, stdout io.Writer, parts func(context.Context) []part, reportPath string) error {
	r := report{Parts: parts(ctx)}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	r.print(stdout)
	if err := r.write(reportPath); err != nil {
		return err
	}
	if os.Getenv("CI") == "true" && len(r.leftOut()) > 0 {
		return errLeftOut
	}
	return nil
}
