//go:build unix

package procgroup

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// Group is a process group, led by a guard that outlives this program just
// long enough to end it.
type Group struct {
	guard *child
	pgid  int
}

// New starts a guard with a group of its own.
func New() (*Group, error) {
	k, err := startSelf(guardName, append(os.Environ(), envGuard+"=1"))
	if err != nil {
		return nil, fmt.Errorf("start the guard: %w", err)
	}
	return &Group{guard: k, pgid: k.cmd.Process.Pid}, nil
}

// Start starts a process inside the group.
func (g *Group) Start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.pgid}
	return cmd.Start()
}

// Terminate asks every process of the group to end. The guard does not listen.
func (g *Group) Terminate() error { return g.signal(syscall.SIGTERM) }

// vanish is how long a killed group may take to be gone: the kernel may have
// gigabytes to take back.
const vanish = 5 * time.Second

// Kill ends every process of the group, the guard with them, and returns when
// none is left.
func (g *Group) Kill() error {
	err := g.signal(syscall.SIGKILL)
	g.guard.life.Close()
	g.guard.cmd.Wait() // its status is that of a killed process
	for limit := time.Now().Add(vanish); Populated(g.pgid); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			return errors.Join(err, fmt.Errorf("process group %d is still there %v after SIGKILL", g.pgid, vanish))
		}
	}
	return err
}

// signal sends to the whole group; one that is gone has no objection.
func (g *Group) signal(s syscall.Signal) error {
	if err := syscall.Kill(-g.pgid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("%v to process group %d: %w", s, g.pgid, err)
	}
	return nil
}

// A program is a guard when it has both the variable envGuard and this name, so that
// neither set by accident makes one.
const guardName = "duet-guard"

// orphanGrace is the time between SIGTERM and SIGKILL when the parent is gone.
// Ollama needs 10 ms to end.
const orphanGrace = time.Second

func init() {
	if os.Getenv(envGuard) != "" && os.Args[0] == guardName {
		guard()
		os.Exit(0)
	}
}

// guard is the guard: it leads a process group, says so, waits for the end of
// its standard input, which is the end of its parent, and ends the group and so
// itself. Its parent ends it by killing the group.
func guard() {
	ignoreSignals()
	fmt.Println(childReady)
	io.Copy(io.Discard, os.Stdin)
	syscall.Kill(0, syscall.SIGTERM)
	time.Sleep(orphanGrace)
	syscall.Kill(0, syscall.SIGKILL)
}

// apart keeps a child out of the reach of a Ctrl-C on the terminal.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// ignoreSignals is for who must outlive this program's parent.
func ignoreSignals() {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
}
