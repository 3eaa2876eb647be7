package procgroup

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// apart keeps a child out of the reach of a Ctrl-C on the console.
func apart(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: syscall.CREATE_NEW_PROCESS_GROUP}
}

// ignoreSignals is for who must outlive this program's parent.
func ignoreSignals() { signal.Ignore(os.Interrupt, syscall.SIGTERM) }
