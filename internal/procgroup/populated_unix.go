//go:build unix && !linux

package procgroup

import "syscall"

// Populated reports whether a process group has a process.
func Populated(pgid int) bool { return syscall.Kill(-pgid, 0) == nil }
