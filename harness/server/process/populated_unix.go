//go:build unix && !linux

package process

import "syscall"

// populated reports whether a process group has a process.
func populated(pgid int) bool { return syscall.Kill(-pgid, 0) == nil }
