// Package suites builds the suites' test binaries and runs them, for commands that
// measure. They are run by themselves and not through "go test", for two reasons: a
// signal then reaches the binary that has servers to stop, and the command is the
// only one that writes to the terminal, so progress never ends up inside a
// benchmark's line.
package suites

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/settings"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// Module is the path of duet's own packages.
const Module = "github.com/chimeraforge/duet"

// Tags choose the servers of a build; "" is the simulator.
var Tags = []string{"", "ollama", "gpu"}

// Wanted are the suites to build and the cells to run.
type Wanted struct {
	Tags   string
	Suites []string
	Bench  string // as -test.bench
	list   string
}

// Register adds the flags; suites are the default.
func (w *Wanted) Register(set *flag.FlagSet, suites string) {
	set.StringVar(&w.Tags, "tags", os.Getenv("TAGS"), "build tag that chooses the servers: none (simulated), ollama or gpu")
	set.StringVar(&w.list, "suites", suites, "suites to run, in order")
	set.StringVar(&w.Bench, "bench", ".", "cells to run, as for go test")
}

// Check reads what the flags say; nothing may be left behind them. twice allows a
// suite more than once.
func (w *Wanted) Check(set *flag.FlagSet, twice bool) error {
	if err := NoMore(set); err != nil {
		return err
	}
	if !slices.Contains(Tags, w.Tags) {
		return fmt.Errorf("-tags=%s: allowed are ollama, gpu or none", w.Tags)
	}
	w.Suites = strings.Split(w.list, ",")
	allowed := "single, multi"
	if !twice {
		allowed += ", each once"
	}
	for i, s := range w.Suites {
		if s != "single" && s != "multi" || !twice && slices.Contains(w.Suites[:i], s) {
			return fmt.Errorf("-suites=%s: allowed are %s", w.list, allowed)
		}
	}
	return nil
}

// Compile builds the suites of the module in dir, "" for the current folder, into a
// folder. flags go to the go command.
func (w *Wanted) Compile(ctx context.Context, log io.Writer, dir, into string, flags ...string) error {
	args := []string{"test", "-c", "-tags", w.Tags}
	for _, s := range w.Suites {
		flags = append(flags, "./suites/"+s)
	}
	return Go(ctx, log, dir, into, nil, append(args, flags...)...)
}

// Go runs a go command that puts programs into a folder: a verb, flags and packages.
func Go(ctx context.Context, log io.Writer, dir, into string, env []string, args ...string) error {
	args = slices.Insert(slices.Clone(args), 1, "-o", into+string(filepath.Separator))
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), env...)
	cmd.Stdout, cmd.Stderr = log, log
	return cmd.Run()
}

// Stamp is the linker's flag that tells a program its revision, where it keeps that
// and where revisions before the second edition did.
func Stamp(revision string) string {
	return fmt.Sprintf("-X %[1]s/harness/preflight.Revision=%[2]s -X %[1]s/harness/environ.Revision=%[2]s", Module, revision)
}

// Settings are what suites will read from these flags and from variables. The set
// says which flags were given.
func Settings(args []string, lookup func(string) (string, bool)) (settings.Settings, *flag.FlagSet, error) {
	set := flag.NewFlagSet("settings", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	flags := settings.Register(set)
	err := set.Parse(args)
	if err == nil {
		err = NoMore(set)
	}
	if err != nil {
		return settings.Settings{}, set, err
	}
	s, err := flags.Load(lookup)
	return s, set, err
}

// Binary is where a suite's test binary is.
func Binary(dir, suite string) string {
	name := suite + ".test"
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(dir, name)
}

// Simulation is what a command says first where servers are simulated: that nothing
// is measured, and how to measure with make's target.
func Simulation(target string) string {
	return fmt.Sprintf("# This is a SIMULATION: no model runs, and every number is simulated.\n"+
		"# To measure this machine: make %[1]s TAGS=ollama (any machine with Ollama), make %[1]s TAGS=gpu (models must be on the GPU).\n", target)
}

// stopping is what a suite may take to stop its servers.
const stopping = 2 * time.Minute

// Run is a suite that runs.
type Run struct {
	Lines <-chan string // what it prints; see the function
	cmd   *exec.Cmd
	group *procgroup.Group
}

// Start starts a suite's test binary in dir. Its errors go to stderr; nil is for
// whoever reads the lines. The end of ctx interrupts it.
//
// With apart it is in a group of its own, out of the reach of a Ctrl-C on the
// terminal, and ends with this program however that ends.
func Start(ctx context.Context, binary, dir, bench string, flags []string, stderr io.Writer, apart bool) (*Run, error) {
	args := append([]string{"-test.run=^$", "-test.bench=" + bench, "-test.benchtime=1x", "-test.timeout=0"}, flags...)
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = dir, append(procgroup.Environ(), "DUET_PROGRESS=log"), stopping
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if cmd.Stderr = stderr; stderr == nil {
		cmd.Stderr = cmd.Stdout
	}
	r := &Run{cmd: cmd}
	if err := r.start(apart); err != nil {
		return nil, err
	}
	r.Lines = Lines(out)
	return r, nil
}

func (r *Run) start(apart bool) (err error) {
	if !apart {
		r.cmd.Cancel = func() error { return r.cmd.Process.Signal(os.Interrupt) }
		return r.cmd.Start()
	}
	if r.group, err = procgroup.New(); err != nil {
		return err
	}
	r.cmd.Cancel = r.group.Terminate
	if err := r.group.Start(r.cmd); err != nil {
		return errors.Join(err, r.group.Kill())
	}
	return nil
}

// Wait returns how it ended, once all lines have been read.
func (r *Run) Wait() error {
	err := r.cmd.Wait()
	if r.group != nil {
		err = errors.Join(err, r.group.Kill())
	}
	return err
}

// Lines sends what is read line by line, of any length: one may quote a server. They
// have their ends, the last may have none. The channel is closed at the end.
func Lines(out io.Reader) <-chan string {
	to := make(chan string)
	go func() {
		defer close(to)
		for r := bufio.NewReader(out); ; {
			line, err := r.ReadString('\n')
			if line != "" {
				to <- line
			}
			if err != nil {
				return
			}
		}
	}()
	return to
}
