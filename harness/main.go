package harness

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/chimeraforge/duet/harness/plan"
	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/selftest"
	"github.com/chimeraforge/duet/internal/progress"
)

// Exit statuses of a suite's test binary. "go test" itself always exits with 1
// when they are not 0.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130
)

// Main is a suite's TestMain. Without -bench it only runs the tests. With it,
// it opens a session and calls m.Run once per round; "go test -count" would run
// a cell's repetitions back to back, where drift looks like a difference.
func (u *Suite) Main(m *testing.M) {
	flag.Parse()
	os.Exit(u.main(m.Run, os.Stdout, os.Stderr))
}

func (u *Suite) main(run func() int, stdout, stderr io.Writer) int {
	pattern := flag.Lookup("test.bench").Value.String()
	if pattern == "" {
		return run()
	}
	s, cells, err := u.load()
	if err != nil {
		fmt.Fprintln(stderr, "duet:", err)
		return exitUsage
	}
	if cells, err = u.mine(s, pattern, cells); err != nil {
		fmt.Fprintln(stderr, "duet:", err)
		return exitUsage
	}
	if u.judge, err = newJudge(s, cells); err != nil {
		fmt.Fprintln(stderr, "duet:", oneLine(err))
		return exitUsage
	}
	ctx, cancel := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer cancel()
	u.stop = newStop(ctx, processDeadline())
	if u.session, err = openFor(ctx, u.name, s, cells, nil, u.judge); err != nil {
		fmt.Fprintln(stderr, "duet:", err)
		if ctx.Err() != nil {
			return exitInterrupted
		}
		if errors.Is(err, errUnsuited) {
			return exitUsage
		}
		return exitFailed
	}
	defer u.finish(stderr)
	u.announce(stdout)
	code := max(u.rounds(run), u.reruns(run, stdout))
	code = max(code, u.conclude(stdout))
	return max(code, u.gated(run, stdout))
}

// oneLine is an error that may be several.
func oneLine(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// rounds calls run once per round that misses something. Tests run in no round:
// they have their own servers, and a benchmark was asked for.
func (u *Suite) rounds(run func() int) int {
	defaults("test.run", "^$")
	defaults("test.benchtime", "1x")
	code := 0
	for u.round = 1; u.round <= u.session.settings.Rounds; u.round++ {
		if u.missingIn(u.round) == 0 || u.stop.reason() != "" {
			continue
		}
		code = max(code, run())
	}
	return code
}

// defaults sets a flag of package testing unless the user did.
func defaults(name, value string) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if !given {
		_ = flag.Set(name, value)
	}
}

func (u *Suite) missingIn(round int) int {
	n := 0
	for _, c := range u.session.cells {
		if u.session.lacks(c, round) {
			n++
		}
	}
	return n
}

// announce prints what a reader must know before the first number. Lines that
// start with # are nothing to readers of the benchmark format; the rest is
// configuration and units.
func (u *Suite) announce(w io.Writer) {
	x := u.session
	if x.place.Simulated {
		fmt.Fprintf(w, "# SIMULATION: the servers are simulated, and so is every number below.\n")
		fmt.Fprintf(w, "# To measure this machine: make bench TAGS=ollama, or TAGS=gpu (go test -tags ollama -bench . ./suites/%s)\n", u.name)
	}
	if x.place.Synthetic {
		fmt.Fprintf(w, "# SYNTHETIC MODELS: random weights on a real Ollama; the machine is real, the models are not.\n")
	}
	fmt.Fprint(w, u.shard)
	fmt.Fprintf(w, "# servers: %s (%s)\n", x.place.Kind, x.choice.why)
	for _, s := range x.folder.File.Servers {
		fmt.Fprintf(w, "#   %-9s %s, version %s%s\n", s.ID, s.URL, s.Version, contained(s.Container))
	}
	fmt.Fprintf(w, "# telemetry: %s\n", x.sensed())
	for _, model := range x.models() {
		if n := x.speeds[model].saidThreads(); n != "" {
			fmt.Fprintf(w, "# num_thread: %s for %s (not on a GPU; -duet.threads overrides)\n", n, model)
		}
	}
	if x.realTime {
		fmt.Fprintf(w, "# time: real, since %s cannot follow the simulation into virtual time (-duet.timescale=10 is faster and less exact)\n", strings.Join(x.programs(), ", "))
	}
	fmt.Fprint(w, selftest.ReadingLines(x.folder.File.Meter), selftest.AnswerLines(x.folder.File.Known))
	fmt.Fprint(w, preflight.Lines(x.spoilers))
	fmt.Fprint(w, saidLeftOut(x.leftOut))
	for _, err := range x.folder.Unread {
		fmt.Fprintf(w, "# left alone: %s\n", oneLine(err))
	}
	fmt.Fprintf(w, "# session: %s\n", x.Dir())
	if x.folder.Resumed > 0 {
		fmt.Fprintf(w, "# resumed: %d runs of this suite are there already\n", x.folder.Resumed)
	}
	fmt.Fprintf(w, "# to make: %d runs of %d cells, expected to take about %s\n", x.missing(), len(x.cells), progress.Round(x.Expected()))
	fmt.Fprint(w, results.Preamble(x.place))
}

// conclude says what is missing and how to go on, and returns the exit status
// that says so too.
func (u *Suite) conclude(w io.Writer) int {
	x := u.session
	missing := x.missing()
	fmt.Fprint(w, saidLeftOut(x.leftOut))
	if missing == 0 {
		fmt.Fprint(w, x.saidComplete())
		return 0
	}
	why := u.stop.reason()
	code := exitFailed
	switch {
	case why == "":
		fmt.Fprintf(w, "# %d runs failed; see %s\n", missing, x.Dir()+"/failures.jsonl")
		fmt.Fprintf(w, "# to make only them again: the same command with -duet.session=%s\n", x.folder.File.Name)
		return code
	case why == interrupted:
		code = exitInterrupted
	}
	fmt.Fprintf(w, "# stopped: %s; %d runs are missing:\n", why, missing)
	for _, c := range x.cells {
		if rounds := x.Missing(c); len(rounds) > 0 {
			fmt.Fprintf(w, "#   %s: rounds %v\n", c.ID(), rounds)
		}
	}
	fmt.Fprintf(w, "# the same command goes on from here; -timeout 0 lets it run to the end\n")
	return code
}

// finish closes the session; a server that cannot be stopped is worth a line.
func (u *Suite) finish(stderr io.Writer) {
	if err := u.session.Close(); err != nil {
		fmt.Fprintln(stderr, "duet: close:", err)
	}
}

// selected keeps the cells that -bench and -skip ask for, so that nothing else counts as
// missing.
func (u *Suite) selected(pattern string, cells []plan.Cell) ([]plan.Cell, error) {
	skip := flag.Lookup("test.skip").Value.String()
	match, err := newMatcher(pattern, skip)
	if err != nil {
		return nil, err
	}
	var out []plan.Cell
	for _, c := range cells {
		if match.name(u.benchName(c)) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		if skip != "" {
			pattern += " -skip=" + skip
		}
		return nil, errors.New("-bench=" + pattern + " selects no cell; names look like " + u.benchName(cells[0]))
	}
	return out, nil
}

// processDeadline is when "go test" would kill this binary; zero for never.
func processDeadline() time.Time {
	f := flag.Lookup("test.timeout")
	if f == nil {
		return time.Time{}
	}
	d, err := time.ParseDuration(f.Value.String())
	if err != nil || d <= 0 {
		return time.Time{}
	}
	return started.Add(d)
}

// started is close enough to the start of the process.
var started = time.Now()
