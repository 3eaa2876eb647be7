// Command duet measures what concurrent LLM agents cost or buy on this machine.
// "go run ./tools/duet help" lists its commands; each has its own file, and ab
// its package. Tools that read results are in tools/benchfmt.
//
// A build without tags has what the simulator needs, so that it is there in a minute;
// what only real servers need comes with -tags ollama or -tags gpu (real.go).
//
// stdout is results, stderr is the log. A signal stops what a command started.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/chimeraforge/duet/tools/duet/internal/ab"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// command is one of duet's.
type command struct {
	usage  string // its arguments
	short  string // what it does, in a line
	run    func(ctx context.Context, stdout, stderr io.Writer, args []string) error
	failed int // the exit status of errors that have none of their own
}

// commands is every command; add one here.
var commands = map[string]command{
	"ab":        {"-old REV [-new REV] [-tags ollama|gpu] [-suites multi] [-gate default|FILE] [-duet.X=V …]", "measure two revisions, or two servers, in turn, round by round, and compare them", ab.Run, ab.Unusable},
	"bench":     {"[-tags ollama|gpu] [-suites single,multi] [-bench PATTERN] [-duet.X=V …]", "run the suites, show the tables, write the report", bench, suites.Failed},
	"bundle":    {"[-o FILE]", "write one archive for a machine with neither Go nor a network", bundle, suites.Failed},
	"models":    {"[-out DIR] [-register URL] [-models NAME,…]", "write the synthetic models, or register them on a running Ollama", tagged, suites.Failed},
	"preflight": {"[-duet.X=V …]", "say what is there to measure, and what would interfere with it, and what to do", lookAround, suites.Failed},
	"serve":     {"[-servers N] [-port PORT] [-models NAME,…] [-timescale X] [-seed N]", "be simulated Ollama servers on real ports, for anyone's client", serve, suites.Failed},
}

// tagged stands for a command of a build with a tag.
func tagged(context.Context, io.Writer, io.Writer, []string) error {
	return suites.Exit(suites.Usage, errors.New("only real servers need that, so it takes a build for them: go run -tags ollama ./tools/duet"))
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, os.Stdout, os.Stderr, os.Args[1:])
	stop()
	os.Exit(code)
}

// run finds the command, runs it and returns the exit status.
func run(ctx context.Context, stdout, stderr io.Writer, args []string) int {
	if len(args) == 0 {
		help(stderr)
		return suites.Usage
	}
	if slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		help(stdout)
		return 0
	}
	c, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "duet: unknown command %q; there are %s\n", args[0], strings.Join(slices.Sorted(maps.Keys(commands)), ", "))
		return suites.Usage
	}
	err := c.run(ctx, stdout, stderr, args[1:])
	code := suites.Status(err, c.failed)
	if code != 0 && !errors.Is(err, suites.ErrPrinted) {
		fmt.Fprintf(stderr, "duet %s: %v\n", args[0], err)
	}
	return code
}

func help(w io.Writer) {
	fmt.Fprint(w, "duet measures what concurrent LLM agents cost or buy on this machine.\n\nUsage:\n\n")
	for _, name := range slices.Sorted(maps.Keys(commands)) {
		fmt.Fprintf(w, "  duet %s %s\n      %s\n", name, commands[name].usage, commands[name].short)
	}
	fmt.Fprint(w, "\n\"duet COMMAND -h\" says more. A build for real servers is go run -tags ollama ./tools/duet\n(or gpu); benchfmt reads what bench and ab measure.\n")
}
