//go:build unix

package procgroup

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// Group is a process group, led by a keeper that outlives this program just
// long enough to end it.
type Group struct {
	keeper *keeper
	pgid   int
}

// New starts a keeper with a group of its own.
func New() (*Group, error) {
	k, err := startKeeper()
	if err != nil {
		return nil, err
	}
	return &Group{keeper: k, pgid: k.cmd.Process.Pid}, nil
}

// Start starts a process inside the group.
func (g *Group) Start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.pgid}
	return cmd.Start()
}

// Terminate asks every process of the group to end. The keeper does not listen.
func (g *Group) Terminate() error { return g.signal(syscall.SIGTERM) }

// vanish is how long a killed group may take to be gone: the kernel may have
// gigabytes to take back.
const vanish = 5 * time.Second

// Kill ends every process of the group, the keeper with them, and returns when
// none is left.
func (g *Group) Kill() error {
	err := g.signal(syscall.SIGKILL)
	g.keeper.reap()
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
