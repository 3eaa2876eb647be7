//go:build unix

package browsertest

import (
	"os/exec"
	"syscall"
)

// group is the browser's process group: the browser and whatever it started.
type group struct{ cmd *exec.Cmd }

// lead makes a command the leader of a group.
func (g *group) lead(cmd *exec.Cmd) {
	g.cmd = cmd
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
}

// kill ends what is left of the group.
func (g *group) kill() {
	if g.cmd != nil && g.cmd.Process != nil {
		_ = syscall.Kill(-g.cmd.Process.Pid, syscall.SIGKILL)
	}
}
