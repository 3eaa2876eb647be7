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
	if cells, err = u.part(s, pattern, cells); err != nil {
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
	if u.session, err = open(ctx, u.experiment.Name, s, u.matrix, cells, u.judge); err != nil {
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
	for u.round = 1; u.round < u.session.Extra(); u.round++ {
		if u.session.MissingIn(u.round) == 0 || u.stop.reason() != "" {
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

// reruns calls run for the round of re-runs, where there are any.
func (u *Suite) reruns(run func() int, stdout io.Writer) int {
	u.round = u.session.Extra()
	n := u.session.MissingIn(u.round)
	if n == 0 || u.stop.reason() != "" {
		return 0
	}
	fmt.Fprintf(stdout, "# outliers: %d of %d cells have a value more than 2 MAD from its median; each is run once more, both results are kept (-duet.rerun=false does not)\n", n, len(u.session.Cells()))
	u.session.Goes(n)
	return run()
}

// announce prints what a reader must know before the first number.
func (u *Suite) announce(w io.Writer) {
	if u.session.Label().Simulated {
		fmt.Fprintf(w, "# SIMULATION: the servers are simulated, and so is every number below.\n")
		fmt.Fprintf(w, "# To measure this machine: make bench TAGS=ollama, or TAGS=gpu (go test -tags ollama -bench . ./suites/%s)\n", u.experiment.Name)
	}
	u.session.Announce(w, u.shard)
}

// conclude says what is missing and how to go on, and returns the exit status
// that says so too.
func (u *Suite) conclude(w io.Writer) int {
	x := u.session
	missing := x.Left()
	fmt.Fprint(w, x.LeftOut())
	if missing == 0 {
		fmt.Fprint(w, x.Complete())
		return 0
	}
	why := u.stop.reason()
	code := exitFailed
	switch {
	case why == "":
		fmt.Fprintf(w, "# %d runs failed; see %s\n", missing, x.Dir()+"/failures.jsonl")
		fmt.Fprintf(w, "# to make only them again: the same command with -duet.session=%s\n", x.Name())
		return code
	case why == interrupted:
		code = exitInterrupted
	}
	fmt.Fprintf(w, "# stopped: %s; %d runs are missing:\n", why, missing)
	for _, c := range x.Cells() {
		if rounds := x.Missing(c); len(rounds) > 0 {
			fmt.Fprintf(w, "#   %s: rounds %v\n", c.ID, rounds)
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

// deadlineMargin is kept free before the deadline, to close the servers.
const deadlineMargin = 15 * time.Second

// stop knows why a session must end before it is complete: an interrupt, the
// deadline of "go test", or a disk that cannot be written.
type stop struct {
	ctx      context.Context
	deadline time.Time // zero: none
	why      string
}

// interrupted is the reason that has an exit status of its own.
const interrupted = "interrupted"

func newStop(ctx context.Context, deadline time.Time) *stop {
	return &stop{ctx: ctx, deadline: deadline}
}

// now reports whether to stop before another run, which needs about so long.
func (s *stop) now(need time.Duration) bool {
	if s.reason() != "" {
		return true
	}
	if s.ctx.Err() != nil {
		s.because(s.ctx.Err())
		return true
	}
	if s.deadline.IsZero() {
		return false
	}
	left := time.Until(s.deadline) - deadlineMargin
	if need = need * 3 / 2; left < need {
		s.because(fmt.Errorf("go test would end this binary in %s and the next run needs about %s",
			progress.Round(left+deadlineMargin), progress.Round(need)))
		return true
	}
	return false
}

// because notes the first reason.
func (s *stop) because(err error) {
	switch {
	case s.why != "":
	case s.ctx.Err() != nil:
		s.why = interrupted
	default:
		s.why = err.Error()
	}
}

// reason is why to stop, "" while there is none.
func (s *stop) reason() string { return s.why }
