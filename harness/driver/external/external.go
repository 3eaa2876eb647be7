// Package external drives agents with a program in another language, by the
// protocol of PROTOCOL.md: one process for one pass, in a group of its own that
// ends with the pass whatever happens.
package external

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/chimeraforge/duet/harness/driver"
	"github.com/chimeraforge/duet/internal/clock"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// Protocol is the version of PROTOCOL.md.
const Protocol = 1

// How long a program may keep silent, before it is ready and after; it has to
// say something every five seconds.
const (
	defaultStart   = time.Minute
	defaultSilence = 30 * time.Second
)

// Program is a client runtime that is a program.
type Program struct {
	Runtime string   // its name in the matrix
	Command []string // program and arguments
	Env     []string // added to this process's own
	LogDir  string   // where its standard error goes, <runtime>.log; "": kept only to be quoted

	Start   time.Duration // limit for getting ready; 0: a minute
	Silence time.Duration // limit without a line; 0: 30 s
}

var _ driver.Driver = (*Program)(nil)

// Name is the runtime's.
func (p *Program) Name() string { return p.Runtime }

// Run drives one pass. The error quotes the end of what the program wrote to
// standard error.
func (p *Program) Run(ctx context.Context, req driver.Request) (driver.Result, error) {
	log, err := openLog(p.LogDir, p.Runtime)
	if err != nil {
		return driver.Result{}, fmt.Errorf("%s driver: %w", p.Runtime, err)
	}
	defer log.close()
	res, err := p.drive(ctx, req, log)
	switch {
	case err == nil:
		return res, nil
	case ctx.Err() != nil:
		return driver.Result{}, fmt.Errorf("%s driver: %w", p.Runtime, context.Cause(ctx))
	}
	return driver.Result{}, fmt.Errorf("%s driver: %w%s", p.Runtime, err, log.tail())
}

// drive starts the program, talks to it, and ends its group.
func (p *Program) drive(ctx context.Context, req driver.Request, log *logFile) (_ driver.Result, err error) {
	cmd := exec.Command(p.Command[0], p.Command[1:]...)
	cmd.Env = append(procgroup.Environ(), p.Env...)
	cmd.Stderr = log.file
	in, err := cmd.StdinPipe()
	if err != nil {
		return driver.Result{}, err
	}
	// A pipe of our own: the one of exec would be closed by Wait, before what is
	// left in it was read.
	out, childOut, err := os.Pipe()
	if err != nil {
		return driver.Result{}, err
	}
	defer out.Close()
	cmd.Stdout = childOut
	group, err := procgroup.New()
	if err != nil {
		return driver.Result{}, errors.Join(err, childOut.Close())
	}
	began := clock.NS()
	err = group.Start(cmd)
	childOut.Close()
	if err != nil {
		return driver.Result{}, errors.Join(fmt.Errorf("start %s: %w", filepath.Base(p.Command[0]), err), group.Kill())
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	lines := readLines(out)
	defer func() {
		err = errors.Join(err, group.Kill())
		out.Close() // whatever the program started may hold the other end
		lines.drain()
	}()
	t := talk{p: p, in: in, lines: lines, ended: ended}
	res, err := t.pass(ctx, req)
	res.Client.StartupNS = t.readyNS - began
	return res, err
}
