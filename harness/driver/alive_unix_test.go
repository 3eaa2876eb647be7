//go:build unix

package driver

import (
	"bytes"
	"fmt"
	"os"
	"syscall"
)

// alive reports whether a process runs. One that nobody reaped does not.
func alive(pid int) bool {
	stat, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)) // empty where there is no /proc
	_, state, _ := bytes.Cut(stat, []byte(") "))
	return syscall.Kill(pid, 0) == nil && !bytes.HasPrefix(state, []byte("Z"))
}
