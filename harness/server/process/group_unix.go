//go:build unix

package process

import (
	"errors"
	"fmt"
	"os/exec"
	"syscall"
	"time"
)

// group is a process group, led by a keeper that outlives this program just
// long enough to end it.
type group struct {
	keeper *keeper
	pgid   int
}

func newGroup() (*group, error) {
	k, err := startKeeper()
	if err != nil {
		return nil, err
	}
	return &group{keeper: k, pgid: k.cmd.Process.Pid}, nil
}

// start starts a process inside the group.
func (g *group) start(cmd *exec.Cmd) error {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: g.pgid}
	return cmd.Start()
}

// terminate asks every process of the group to end. The keeper does not listen.
func (g *group) terminate() error { return g.signal(syscall.SIGTERM) }

// vanish is how long a killed group may take to be gone: the kernel may have
// gigabytes to take back.
const vanish = 5 * time.Second

// kill ends every process of the group, the keeper with them, and returns when
// none is left.
func (g *group) kill() error {
	err := g.signal(syscall.SIGKILL)
	g.keeper.reap()
	for limit := time.Now().Add(vanish); populated(g.pgid); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(limit) {
			return errors.Join(err, fmt.Errorf("process group %d is still there %v after SIGKILL", g.pgid, vanish))
		}
	}
	return err
}

// signal sends to the whole group; one that is gone has no objection.
func (g *group) signal(s syscall.Signal) error {
	if err := syscall.Kill(-g.pgid, s); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("%v to process group %d: %w", s, g.pgid, err)
	}
	return nil
}
