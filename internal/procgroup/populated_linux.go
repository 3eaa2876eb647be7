package procgroup

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
)

// Populated reports whether a process group has a process that is not wholly
// dead. A runner whose server was killed is reaped by the system's first
// process, and in a container that may never happen, so a zombie does not count;
// but one that still has threads does, for it still holds ports and memory.
func Populated(pgid int) bool {
	if syscall.Kill(-pgid, 0) != nil {
		return false
	}
	return Members(pgid) > 0
}

// Members is how many such processes a group has.
func Members(pgid int) int {
	n := 0
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		if stat, err := os.ReadFile(path); err == nil && inGroup(stat, pgid) {
			n++
		}
	}
	return n
}

// Fields of /proc/PID/stat, counted after the name, which ends at the last
// parenthesis.
const (
	statState   = 0
	statGroup   = 2
	statThreads = 17
)

func inGroup(stat []byte, pgid int) bool {
	f := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(f) <= statThreads || string(f[statGroup]) != strconv.Itoa(pgid) {
		return false
	}
	threads, _ := strconv.Atoi(string(f[statThreads]))
	dead := string(f[statState]) == "Z" || string(f[statState]) == "X"
	return !dead || threads > 1
}
