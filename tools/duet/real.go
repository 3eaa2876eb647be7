//go:build ollama || gpu

package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	_ "github.com/chimeraforge/duet/harness/backend/ollama/container" // preflight looks for an engine
	"github.com/chimeraforge/duet/harness/backend/ollama/synthetic"
	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

type modelsOptions struct {
	out, register string
	names         []string
	threads       int
}

// models is "duet models": it writes duet's synthetic models, or registers
// them on a running Ollama, so that a machine with neither GPU nor access to a model
// hub can go through everything that a real model would go through.
//
//	go run -tags ollama ./tools/duet models -register http://127.0.0.1:11434
//	go run -tags ollama ./tools/duet models -out DIR
//
// It prints one line for each model: its name, and the file's digest and path
// or the server. Package harness/backend/ollama/synthetic says what the models are.
func models(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	c, err := parseModels(stderr, args)
	if err != nil {
		return suites.Wrong(err)
	}
	for _, name := range c.names {
		if err := c.make(ctx, stdout, name); err != nil {
			return err
		}
	}
	return nil
}

func parseModels(stderr io.Writer, args []string) (modelsOptions, error) {
	var c modelsOptions
	set := flag.NewFlagSet("duet models", flag.ContinueOnError)
	set.SetOutput(stderr)
	set.StringVar(&c.out, "out", "", "write the GGUF files into this `folder` (default: the cache folder)")
	set.StringVar(&c.register, "register", "", "register the models on the Ollama server at this `URL`")
	eos := set.Bool("eos", false, "models whose replies end by themselves, at lengths that differ")
	list := set.String("models", "", "comma-separated `names` (default: "+strings.Join(plan.Tiny, ",")+")")
	set.IntVar(&c.threads, "num-thread", 0, "with -register: the models' default num_thread; 0 leaves it to the request")
	if err := set.Parse(args); err != nil {
		return c, err
	}
	c.names = names(*list, *eos)
	switch {
	case set.NArg() > 0:
		return c, fmt.Errorf("unexpected argument %q; models are named by -models", set.Arg(0))
	case c.threads < 0:
		return c, fmt.Errorf("-num-thread=%d: must not be negative", c.threads)
	case c.threads > 0 && c.register == "":
		return c, errors.New("-num-thread needs -register")
	}
	return c, nil
}

// names are the models asked for, all three when none is.
func names(list string, eos bool) []string {
	if list != "" {
		return strings.Split(list, ",")
	}
	var out []string
	for _, n := range synthetic.Names() {
		if strings.HasSuffix(n, "-eos") == eos {
			out = append(out, n)
		}
	}
	return out
}

// make writes or registers one model and prints its line.
func (c modelsOptions) make(ctx context.Context, stdout io.Writer, name string) error {
	if c.register == "" || c.out != "" {
		path, sum, err := synthetic.Write(cmp.Or(c.out, plan.SyntheticFolder()), name)
		if err != nil {
			return err
		}
		fmt.Fprintf(stdout, "%s sha256:%s %s\n", name, sum, path)
	}
	if c.register == "" {
		return nil
	}
	var parameters map[string]any
	if c.threads > 0 {
		parameters = map[string]any{"num_thread": c.threads}
	}
	if err := synthetic.RegisterWith(ctx, c.register, name, parameters); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%s registered on %s\n", name, c.register)
	return nil
}

// What only real servers need: Ollama's own packages and the library of containers.
func init() {
	c := commands["models"]
	c.run = models
	commands["models"] = c
}
