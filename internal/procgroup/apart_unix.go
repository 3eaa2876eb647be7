//go:build unix

package procgroup

import (
	"os/exec"
	"os/signal"
	"syscall"
)

// apart keeps a child out of the reach of a Ctrl-C on the terminal.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// ignoreSignals is for who must outlive this program's parent.
func ignoreSignals() {
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGPIPE)
}
