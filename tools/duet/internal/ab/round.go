package ab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// measureRound measures one round of one side. It is an error for the round not to be
// recorded then; a run that failed is recorded as such, and judged.
func (x *comparison) measureRound(ctx context.Context, stderr io.Writer, suite string, at compare.PartialSession) error {
	s := x.sides[at.Arm]
	began := time.Now()
	hidden, err := s.measure(ctx, stderr, x.options.Bench, suite, at.Round)
	if ctx.Err() != nil {
		return errInterrupted
	}
	done, readErr := s.done(suite)
	if readErr != nil {
		return readErr
	}
	if !done[at.Round] {
		fmt.Fprint(stderr, strings.Join(hidden, ""))
		if err == nil {
			err = errShort
		}
		return fmt.Errorf("round %d of suite %s, %s side, is not measured: %w; the same command goes on from here", at.Round, suite, s, err)
	}
	s.known = true
	failed := ""
	if err != nil {
		failed = fmt.Sprintf("; %v, see %s", err, s.dir)
	}
	fmt.Fprintf(stderr, "%s: round %d of %d, %s side, %s%s\n", suite, at.Round, s.settings.Rounds, s, time.Since(began).Round(100*time.Millisecond), failed)
	return nil
}

var errShort = errors.New("some cells have no run")

// measure runs a suite's test binary for one round. It shows what a person must see
// and returns the rest.
func (s *side) measure(ctx context.Context, stderr io.Writer, bench, suite string, round int) (hidden []string, err error) {
	flags := append(slices.Clone(s.flags), fmt.Sprintf("%s=%d", onlyRound, round))
	run, err := suites.Start(ctx, suites.Binary(s.bin, suite), s.bin, bench, flags, nil, true)
	if err != nil {
		return nil, err
	}
	hidden = relay(stderr, run.Lines, s)
	return hidden, run.Wait()
}

// routine are the lines of a round in which nothing is wrong, but for the suite's
// own words, which begin with its name.
var routine = regexp.MustCompile(`^(PASS|FAIL|Unit .*|Benchmark.*|[a-z][A-Za-z0-9_-]*: .*|# (session|round|to make|resumed|SIMULATION|To measure|SYNTHETIC).*|\s*)$`)

// relay shows what a suite says: everything in a side's first partial session, so that
// whoever watches knows what is measured, and what is out of the ordinary later.
func relay(stderr io.Writer, lines <-chan string, s *side) (hidden []string) {
	for line := range lines {
		text := strings.TrimRight(line, "\r\n")
		switch comment := strings.HasPrefix(text, "#"); {
		case !strings.HasPrefix(text, "duet: ") && routine.MatchString(text), comment && s.known:
			hidden = append(hidden, line)
		default:
			fmt.Fprintf(stderr, "  %s: %s\n", s, text)
		}
	}
	return hidden
}

// runs are those of a side's session so far.
func (s *side) runs() ([]*record.Run, error) {
	tree, err := results.ReadTree(s.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err := errors.Join(append(tree.Errors, err)...); err != nil {
		return nil, fmt.Errorf("the %s side's session: %w", s, err)
	}
	return tree.Runs(), nil
}

// done says which rounds of a suite have a run of every cell. One that failed
// counts: it is a result, and making it again until it is a good one would not be.
func (s *side) done(suite string) (map[int]bool, error) {
	file, _, err := results.Read(s.dir)
	if err != nil {
		return nil, fmt.Errorf("the %s side's session: %w", s, err)
	}
	if file == nil {
		return nil, nil
	}
	runs, err := s.runs()
	if err != nil {
		return nil, err
	}
	return complete(runs, file.Suites[suite]), nil
}

// complete are the rounds that have a run of each of some cells.
func complete(runs []*record.Run, cells []string) map[int]bool {
	wanted := map[string]bool{}
	for _, id := range cells {
		wanted[id] = true
	}
	seen := map[int]map[string]bool{}
	for _, r := range runs {
		if wanted[r.Cell.ID] && r.Rerun == nil {
			if seen[r.Round] == nil {
				seen[r.Round] = map[string]bool{}
			}
			seen[r.Round][r.Cell.ID] = true
		}
	}
	out := map[int]bool{}
	for round, cells := range seen {
		out[round] = len(cells) == len(wanted)
	}
	return out
}

// apart is how long after the first side of a round the other began, at most, and
// in which round.
func apart(runs [2][]*record.Run) (longest time.Duration, round int) {
	type key struct {
		suite string
		round int
	}
	var begins [2]map[key]time.Time
	for side, of := range runs {
		begins[side] = map[key]time.Time{}
		for _, r := range of {
			k := key{r.Suite, r.Round}
			if at, ok := begins[side][k]; !ok || r.Started.Before(at) {
				begins[side][k] = r.Started
			}
		}
	}
	for k, a := range begins[compare.OldArm] {
		b, ok := begins[compare.NewArm][k]
		if d := b.Sub(a).Abs(); ok && d > longest {
			longest, round = d, k.round
		}
	}
	return longest, round
}
