// Benchfmt turns results folders into tables and reports; "benchfmt help" lists its
// commands.
//
// A PATH is a results folder, a session in it, any part of a session, or one
// metrics.json; compare and gate also take a file of benchmark lines. Results go to
// stdout, everything else to stderr. The exit status is 0; 1 when some files could
// not be read (the others are still shown), audit -fail found something, a session
// is not valid, or a gate fails; 2 when there was nothing to work on, the command
// line is wrong, or a gate cannot be judged; 3 when a gate is inconclusive.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	_ "github.com/chimeraforge/duet/harness/tr116" // reads the study's files
)

func main() {
	os.Exit(run(os.Stdout, os.Stderr, os.Args[1:]))
}

// Exit statuses.
const (
	exitOK = iota
	exitPartial
	exitUnusable
	exitInconclusive
)

// command is one of benchfmt's verbs.
type command struct {
	usage string // arguments
	short string // one line
	run   func(e env, args []string) error
}

// env is where a command's words go: results to out, the log to err.
type env struct{ out, err io.Writer }

// commands is every verb; add one here.
var commands map[string]command

// init, because a command's help reads the map it stands in.
func init() {
	commands = map[string]command{
		"audit":    {"[-format md|json|text] [-fail] [-study] PATH…", "find by rule what makes the figures of some runs mean less than they seem to", writeAudit},
		"compare":  {"[-format text|md|csv|json|github] [-metrics NAME,…] OLD NEW", "set two sessions, or two files of benchmark lines, against each other: what differs in the environment, then medians, ratios and tests for every metric and cell", compareSides},
		"gate":     {"[-config gates.yaml] [-baseline OLD] [-all] [-format text|md|csv|json|github] NEW", "judge a session by rules: floors, ceilings, no worse than a baseline; pass, fail, or inconclusive with what it would take", judge},
		"import":   {"-from tr116 -o OUT DIR", "write the runs of another tool's results folder as ours, into a new session folder", importRuns},
		"merge":    {"-o OUT [-machines] [-incomplete] [-invalid] [NAME=]DIR…", "join sessions of several machines into one, such as the shards of a matrix; refuse what must not be mixed, keep which machine ran what, compare machines only when asked", mergeSessions},
		"power":    {"[-cells N] [-loss PERCENT] [-alpha P] [-trials N] [-format text|md|csv]", "say how many rounds find which loss under which noise, and how often the shipped gate is wrong; it reads nothing", powerTables},
		"report":   {"[-o DIR] [-study] PATH…", "write report.md, report.html, figures/*.svg and tables/*.csv, for each session; of another tool's runs, only with -o", writeReport},
		"tables":   {"[-format text|md|csv] [-width N] [-all | -only ID,… | -list] [-study] PATH…", "print the tables of some runs: those that answer; with -all every table of the report", tables},
		"validate": {"[-format text|md|json] PATH…", "say whether sessions can be believed: schema, runs of every cell, summaries, digests, clocks, labels, lines", writeValidity},
	}
}

// errPartial says that some input was left out; it has been logged.
var errPartial = errors.New("some files could not be read")

func run(stdout, stderr io.Writer, args []string) int {
	e := env{stdout, stderr}
	if len(args) == 0 {
		help(stderr)
		return exitUnusable
	}
	if slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]) {
		help(stdout)
		return exitOK
	}
	c, ok := commands[args[0]]
	if !ok {
		fmt.Fprintf(stderr, "benchfmt: unknown command %q; there are %s\n", args[0], strings.Join(verbs(), ", "))
		return exitUnusable
	}
	return status(stderr, c.run(e, args[1:]))
}

// status is the exit status of an error, which is printed unless it has been.
func status(stderr io.Writer, err error) int {
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errPartial), errors.Is(err, errFound), errors.Is(err, errInvalid), errors.Is(err, errGateFails):
		return exitPartial
	case errors.Is(err, errGateInconclusive):
		return exitInconclusive
	}
	fmt.Fprintf(stderr, "benchfmt: %v\n", err)
	return exitUnusable
}

func verbs() []string { return slices.Sorted(maps.Keys(commands)) }

func help(w io.Writer) {
	fmt.Fprint(w, "benchfmt turns results folders into tables and reports.\n\nUsage:\n\n")
	for _, name := range verbs() {
		fmt.Fprintf(w, "  benchfmt %s %s\n      %s\n", name, commands[name].usage, commands[name].short)
	}
	fmt.Fprint(w, `
A PATH is a results folder, a session in it, any part of a session, or one
metrics.json; compare and gate also take the text of benchmark lines. "benchfmt
COMMAND -h" says more. Exit status: 0; 1 when some files could not be read and
the others are shown, audit -fail found something, a session is not valid, or a
gate fails; 2 when there is nothing to work on, or a gate cannot be judged; 3 when
one is inconclusive.
`)
}

// parse reads a command's flags and wants at least one path behind them.
func parse(e env, name string, fs *flag.FlagSet, args []string) ([]string, error) {
	if err := flags(e, name, fs, args); err != nil {
		return nil, err
	}
	if fs.NArg() == 0 {
		return nil, fmt.Errorf("%s: no PATH given (benchfmt %s -h says what it may be)", name, name)
	}
	return fs.Args(), nil
}

// studyFlag asks for what the room of a study has to say, also of runs that the
// study did not measure.
func studyFlag(fs *flag.FlagSet) *bool {
	return fs.Bool("study", false, "with the tables and rules of the study, by its own formulas, which do not compare runtimes; its own files have them without asking")
}

// flags reads a command's flags, or prints its help.
func flags(e env, name string, fs *flag.FlagSet, args []string) error {
	fs.SetOutput(io.Discard)
	fs.Usage = func() {}
	err := fs.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(e.out, "Usage: benchfmt %s %s\n\n%s.\n\n", name, commands[name].usage, commands[name].short)
		fs.SetOutput(e.out)
		fs.PrintDefaults()
	case err != nil:
		return fmt.Errorf("%s: %w (benchfmt %s -h says what there is)", name, err, name)
	}
	return err
}

// flagsFirst puts flags before paths, wherever they stand: package flag looks for
// them there.
func flagsFirst(set *flag.FlagSet, args []string) []string {
	var flags, paths []string
	for len(args) > 0 {
		a := args[0]
		args = args[1:]
		switch {
		case a == "--":
			paths, args = append(paths, args...), nil
		case !strings.HasPrefix(a, "-") || a == "-":
			paths = append(paths, a)
		case len(args) > 0 && wantsValue(set, a):
			flags, args = append(flags, a, args[0]), args[1:]
		default:
			flags = append(flags, a)
		}
	}
	return slices.Concat(flags, []string{"--"}, paths)
}

// wantsValue reports whether the value of a flag is the next argument.
func wantsValue(set *flag.FlagSet, arg string) bool {
	f := set.Lookup(strings.TrimLeft(arg, "-")) // nil for -o=x, and for what there is not
	if f == nil {
		return false
	}
	b, ok := f.Value.(interface{ IsBoolFlag() bool })
	return !ok || !b.IsBoolFlag()
}
