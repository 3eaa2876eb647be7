package driver

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"

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

// Program is a client runtime that is a program in another language: one process
// for one pass, in a group of its own that ends with the pass whatever happens. It
// speaks the protocol of PROTOCOL.md.
type Program struct {
	Runtime string   // its name in the matrix
	Command []string // program and arguments
	Env     []string // added to this process's own
	LogDir  string   // where its standard error goes, <runtime>.log; "": kept only to be quoted

	Start   time.Duration // limit for getting ready; 0: a minute
	Silence time.Duration // limit without a line; 0: 30 s
}

var _ Driver = (*Program)(nil)

// Name is the runtime's.
func (p *Program) Name() string { return p.Runtime }

// Run drives one pass. The error quotes the end of what the program wrote to
// standard error.
func (p *Program) Run(ctx context.Context, req Request) (Result, error) {
	log, err := openLog(p.LogDir, p.Runtime)
	if err != nil {
		return Result{}, fmt.Errorf("%s driver: %w", p.Runtime, err)
	}
	defer log.close()
	res, err := p.drive(ctx, req, log)
	switch {
	case err == nil:
		return res, nil
	case ctx.Err() != nil:
		return Result{}, fmt.Errorf("%s driver: %w", p.Runtime, context.Cause(ctx))
	}
	return Result{}, fmt.Errorf("%s driver: %w%s", p.Runtime, err, log.tail())
}

// drive starts the program, talks to it, and ends its group.
func (p *Program) drive(ctx context.Context, req Request, log *logFile) (_ Result, err error) {
	cmd := exec.Command(p.Command[0], p.Command[1:]...)
	cmd.Env = append(procgroup.Environ(), p.Env...)
	cmd.Stderr = log.file
	in, err := cmd.StdinPipe()
	if err != nil {
		return Result{}, err
	}
	// A pipe of our own: the one of exec would be closed by Wait, before what is
	// left in it was read.
	out, childOut, err := os.Pipe()
	if err != nil {
		return Result{}, err
	}
	defer out.Close()
	cmd.Stdout = childOut
	group, err := procgroup.New()
	if err != nil {
		return Result{}, errors.Join(err, childOut.Close())
	}
	began := clock.NS()
	err = group.Start(cmd)
	childOut.Close()
	if err != nil {
		return Result{}, errors.Join(fmt.Errorf("start %s: %w", filepath.Base(p.Command[0]), err), group.Kill())
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

// talk is the conversation of one pass.
type talk struct {
	p       *Program
	in      io.WriteCloser
	lines   *lines
	ended   chan error // the program's end, once
	readyNS int64
}

// event is a line of the program.
type event struct {
	Event    string `json:"event"`
	Protocol int    `json:"protocol"`
	Runtime  string `json:"runtime"`
	Result
}

func (t *talk) pass(ctx context.Context, req Request) (Result, error) {
	ready, err := t.hear(ctx, cmp.Or(t.p.Start, defaultStart))
	switch {
	case err != nil:
		return Result{}, fmt.Errorf("not ready: %w", err)
	case ready.Event != "ready":
		return Result{}, fmt.Errorf("it begins with %q and not with ready", ready.Event)
	case ready.Protocol != Protocol:
		return Result{}, fmt.Errorf("it speaks version %d of the protocol, and not %d", ready.Protocol, Protocol)
	}
	t.readyNS = clock.NS()
	asked := clock.NS()
	if err := t.ask(ctx, req); err != nil {
		return Result{}, err
	}
	res, err := t.result(ctx)
	if err != nil {
		return Result{}, err
	}
	if err := check(req, res, asked, clock.NS()); err != nil {
		return Result{}, fmt.Errorf("its result cannot be: %w", err)
	}
	res.Client.Runtime = ready.Runtime
	return res, t.end(ctx)
}

// ask writes the request beside everything else: a program that does not read
// must not stop us.
func (t *talk) ask(ctx context.Context, req Request) error {
	text, err := json.Marshal(req)
	if err != nil {
		return err
	}
	done := make(chan error, 1)
	go func() {
		_, err := t.in.Write(append(text, '\n'))
		t.in.Close() // a quick program has ended by now, and its pipe been closed
		done <- err
	}()
	limit := time.NewTimer(cmp.Or(t.p.Silence, defaultSilence))
	defer limit.Stop()
	select {
	case err := <-done:
		if err != nil {
			return fmt.Errorf("it did not take the request: %w", err)
		}
		return nil
	case <-limit.C:
		return fmt.Errorf("it did not read the request for %s", cmp.Or(t.p.Silence, defaultSilence))
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// result waits for the result, for as long as the program says that it lives.
func (t *talk) result(ctx context.Context) (Result, error) {
	for {
		e, err := t.hear(ctx, cmp.Or(t.p.Silence, defaultSilence))
		switch {
		case err != nil:
			return Result{}, fmt.Errorf("no result: %w", err)
		case e.Event == "result":
			return e.Result, nil
		case e.Event != "beat":
			return Result{}, fmt.Errorf("it said %q where a result belongs", e.Event)
		}
	}
}

// hear is the next line.
func (t *talk) hear(ctx context.Context, silence time.Duration) (event, error) {
	limit := time.NewTimer(silence)
	defer limit.Stop()
	var e event
	select {
	case line, ok := <-t.lines.next:
		if !ok {
			return e, t.gone()
		}
		if err := json.Unmarshal(line, &e); err != nil {
			return e, fmt.Errorf("not a line of the protocol: %.120q", line)
		}
		return e, nil
	case <-limit.C:
		return e, fmt.Errorf("silent for %s", silence)
	case <-ctx.Done():
		return e, context.Cause(ctx)
	}
}

// goodbye is how long a program may take to end once its output has, or its
// result is there.
const goodbye = 5 * time.Second

// gone says how a program ended that should not have.
func (t *talk) gone() error {
	if !errors.Is(t.lines.err, io.EOF) {
		return t.lines.err
	}
	limit := time.NewTimer(goodbye)
	defer limit.Stop()
	select {
	case err := <-t.ended:
		if err == nil {
			return errors.New("it ended with status 0")
		}
		return fmt.Errorf("it ended: %w", err)
	case <-limit.C:
		return errors.New("it closed its output")
	}
}

// end expects that the program ends well.
func (t *talk) end(ctx context.Context) error {
	limit := time.NewTimer(goodbye)
	defer limit.Stop()
	select {
	case err := <-t.ended:
		if err != nil {
			return fmt.Errorf("after its result it ended: %w", err)
		}
		return nil
	case <-limit.C:
		return fmt.Errorf("after its result it went on for %s", goodbye)
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// logFile is where a program's standard error goes, from where it is now.
type logFile struct {
	file *os.File
	from int64
	kept bool
}

// openLog opens the log of a runtime at its end, or a temporary file.
func openLog(dir, runtime string) (*logFile, error) {
	if dir == "" {
		f, err := os.CreateTemp("", "duet-client-*.log")
		return &logFile{file: f}, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, from, err := procgroup.OpenLog(filepath.Join(dir, runtime+".log"))
	return &logFile{file: f, from: from, kept: true}, err
}

func (l *logFile) close() {
	l.file.Close()
	if !l.kept {
		os.Remove(l.file.Name())
	}
}

// tail is the end of what was written since the log was opened, for an error.
func (l *logFile) tail() string {
	text, err := procgroup.Tail(l.file.Name(), l.from)
	if err != nil || text == "" {
		return ""
	}
	return "; its standard error ends:\n" + text
}
