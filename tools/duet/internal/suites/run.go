package suites

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"time"

	"github.com/chimeraforge/duet/internal/procgroup"
)

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
