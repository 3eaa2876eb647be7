package container

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/shirou/gopsutil/v4/process"
)

// Labels of every container. The session is what Close and the heir remove; the
// owner, a process of a machine, is how a later session sees that nobody will.
const (
	labelSession = "duet.session"
	labelServer  = "duet.server" // collector, insight, …
	labelOwner   = "duet.owner"  // pid, and when it was started, in milliseconds since 1970
	labelPlace   = "duet.place"  // where that pid means something
)

// newSession is a name that no other session has.
func newSession() string {
	var b [8]byte
	rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// owner is this process, so that another one with its id is not taken for it.
func owner() string {
	pid := os.Getpid()
	return fmt.Sprintf("%d:%d", pid, startOf(pid))
}

// slack is how much the start of a process may seem to move: systems count it
// from their own start, which they reckon back from a clock that is set.
const slack = 5 * time.Second

// owned reports whether the owner in a label still lives. A label that cannot be
// read is nobody's to remove.
func owned(label string) bool {
	pid, start, _ := strings.Cut(label, ":")
	id, idErr := strconv.Atoi(pid)
	at, atErr := strconv.ParseInt(start, 10, 64)
	if idErr != nil || atErr != nil {
		return true
	}
	now := startOf(id)
	return now != 0 && time.Duration(max(now-at, at-now))*time.Millisecond <= slack
}

// startOf is when a process was started, 0 when there is none.
func startOf(pid int) int64 {
	p, err := process.NewProcess(int32(pid))
	if err != nil {
		return 0
	}
	at, err := p.CreateTimeWithContext(context.Background())
	if err != nil {
		return 0
	}
	return at
}

// place names where process ids are this process's: the machine and, on Linux,
// the namespace, for one engine may serve programs in containers too.
func place() string {
	host, _ := os.Hostname()
	namespace, _ := os.Readlink("/proc/self/ns/pid")
	return strings.TrimSpace(host + " " + namespace)
}
