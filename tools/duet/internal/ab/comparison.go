package ab

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/chimeraforge/duet/harness/compare"
	"github.com/chimeraforge/duet/harness/compare/gate"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/tools/duet/internal/suites"
)

// comparison is two sides, to be measured in turn.
type comparison struct {
	options    options
	repository repository
	sides      []*side // by compare.Arm
	dir        string  // of both sessions
	binaries   string  // folder of what is built, by commit; "" for one that goes with the comparison
	rules      gate.Config
}

// Run is the command.
func Run(ctx context.Context, stdout, stderr io.Writer, args []string) error {
	o, err := parse(stderr, args)
	if err != nil {
		return err
	}
	x, err := prepare(ctx, o)
	if err != nil {
		return interruptedOr(ctx, err)
	}
	return x.run(ctx, stdout, stderr)
}

func (x *comparison) run(ctx context.Context, stdout, stderr io.Writer) error {
	x.announce(stdout)
	if err := x.measure(ctx, stderr); err != nil {
		return interruptedOr(ctx, err)
	}
	return x.judge(stdout)
}

// interruptedOr is err, unless it comes of an interrupt.
func interruptedOr(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return errInterrupted
	}
	return err
}

// prepare finds out all that can be wrong before anything is built.
func prepare(ctx context.Context, o options) (*comparison, error) {
	x := &comparison{options: o}
	var err error
	if x.repository, err = openRepository(ctx); err != nil {
		return nil, err
	}
	for _, which := range []compare.Arm{compare.OldArm, compare.NewArm} {
		s := &side{which: which}
		if err := s.load(o.pass[which]); err != nil {
			return nil, fmt.Errorf("the %s side: %w", s, err)
		}
		if s.rev, err = x.repository.resolve(ctx, o.revs[which]); err != nil {
			return nil, fmt.Errorf("the %s side: %w", s, err)
		}
		x.sides = append(x.sides, s)
	}
	if a, b := x.sides[compare.OldArm].settings, x.sides[compare.NewArm].settings; a.Rounds != b.Rounds || a.Results != b.Results {
		return nil, errors.New("-duet.rounds and -duet.results are those of both sides: say them as -duet.rounds and -duet.results")
	}
	if err := serve(x.sides, o.Tags); err != nil {
		return nil, err
	}
	if err := x.readRules(); err != nil {
		return nil, err
	}
	return x, x.name()
}

// identity is what makes two commands the same comparison.
type identity struct {
	Old    sideIdentity `json:"old"`
	New    sideIdentity `json:"new"`
	Tags   string       `json:"tags"`
	Suites []string     `json:"suites"`
	Bench  string       `json:"bench"`
}

type sideIdentity struct {
	Revision string            `json:"revision"`
	Commit   string            `json:"commit"` // of a work tree with changes, one that no branch knows
	Program  string            `json:"program,omitempty"`
	Settings settings.Settings `json:"settings"`
}

// name gives the comparison a folder of its own: another revision, setting or
// program is another comparison.
func (x *comparison) name() error {
	of := func(s *side) sideIdentity {
		at := sideIdentity{s.rev.label, s.rev.commit, s.program, s.settings}
		at.Settings.Results, at.Settings.Progress = "", ""
		return at
	}
	before, after := x.sides[compare.OldArm], x.sides[compare.NewArm]
	text, err := results.Encode(identity{of(before), of(after), x.options.Tags, x.options.Suites, x.options.Bench})
	if err != nil {
		return err
	}
	sum := sha256.Sum256(text)
	id := hex.EncodeToString(sum[:3])
	all := before.settings.Results
	if !filepath.IsAbs(all) {
		all = filepath.Join(x.repository.root, all)
	}
	x.dir = filepath.Join(all, fmt.Sprintf("ab-%s-%s-%s", before.rev.short, after.rev.short, id))
	for _, s := range x.sides {
		session := fmt.Sprintf("%s-%s-%s", s, s.rev.short, id)
		s.dir = filepath.Join(x.dir, session)
		s.flags = append(s.flags, "-duet.results="+x.dir, "-duet.session="+session)
	}
	if err := os.MkdirAll(x.dir, 0o755); err != nil {
		return fmt.Errorf("results folder: %w", err)
	}
	return results.WriteFile(filepath.Join(x.dir, "ab.json"), text)
}

// measure makes what is missing, round by round.
func (x *comparison) measure(ctx context.Context, stderr io.Writer) error {
	type turn struct {
		suite string
		compare.PartialSession
	}
	var missing []turn
	for _, suite := range x.options.Suites {
		var done [2]map[int]bool
		for i, s := range x.sides {
			var err error
			if done[i], err = s.done(suite); err != nil {
				return err
			}
		}
		for _, at := range compare.ABBA(x.sides[0].settings.Rounds).Missing(func(at compare.PartialSession) bool { return done[at.Arm][at.Round] }) {
			missing = append(missing, turn{suite, at})
		}
	}
	if len(missing) == 0 {
		fmt.Fprintf(stderr, "all rounds are measured; remove %s to measure them again\n", x.dir)
		return nil
	}
	remove, err := x.build(ctx, stderr)
	if err != nil {
		return err
	}
	defer remove()
	for _, t := range missing {
		if err := x.measureRound(ctx, stderr, t.suite, t.PartialSession); err != nil {
			return err
		}
	}
	return nil
}

// onlyRound is the setting without which a revision cannot be measured in turn.
const onlyRound = "-duet.only-round"

// build makes the suites of both sides from their own sources, in a folder that
// remove takes away. The checkouts are gone when it returns.
func (x *comparison) build(ctx context.Context, stderr io.Writer) (remove func(), err error) {
	dir, err := os.MkdirTemp("", "duet-ab-*")
	if err != nil {
		return nil, err
	}
	remove = func() { os.RemoveAll(dir) }
	if x.binaries == "" {
		x.binaries = dir
	}
	for _, s := range x.sides {
		s.bin = filepath.Join(x.binaries, s.rev.commit) // the same revision is built once
		if _, err := os.Stat(s.bin); err == nil {
			continue
		}
		fmt.Fprintf(stderr, "building the suites of %s (%s)...\n", s.rev.label, s)
		if err := x.buildOne(ctx, stderr, s, filepath.Join(dir, "checkout")); err != nil {
			remove()
			return nil, fmt.Errorf("build the %s side, %s: %w", s, s.rev.label, err)
		}
	}
	return remove, nil
}

func (x *comparison) buildOne(ctx context.Context, stderr io.Writer, s *side, checkout string) error {
	removeCheckout, err := x.repository.checkout(ctx, s.rev, checkout)
	if err != nil {
		return err
	}
	defer removeCheckout()
	// Without paths two revisions share what they have in common in Go's cache.
	if err := x.options.Compile(ctx, stderr, checkout, s.bin, "-trimpath", "-ldflags", suites.Stamp(s.rev.label)); err != nil {
		return err
	}
	return x.able(ctx, s)
}

// able refuses a revision whose suites do not know how to measure one round: they
// would take the setting for a mistake, if they were kind.
func (x *comparison) able(ctx context.Context, s *side) error {
	for _, suite := range x.options.Suites {
		text, err := exec.CommandContext(ctx, suites.Binary(s.bin, suite), "-h").CombinedOutput()
		if err != nil {
			return fmt.Errorf("ask suite %s for its settings: %w", suite, err)
		}
		if !strings.Contains(string(text), onlyRound) {
			return fmt.Errorf("that revision is older than make ab: its suites cannot measure one round by itself (%s), "+
				"and one session after the other would report drift as change", onlyRound)
		}
	}
	return nil
}
