package container

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/shirou/gopsutil/v4/process"
)

// Labels of every container. The session is what Close and the reaper remove; the
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

// labelKept is on containers that are to stay, in place of the session's label.
const labelKept = "duet.kept"

// pair names the servers that a configuration keeps: another image, another
// share of the machine or another folder is another pair.
func (b *Backend) pair() string {
	c := b.cfg
	text, err := json.Marshal([]any{b.image.ID, c.Servers, c.ModelsDir, c.Separate, c.GPUs, c.CPUs, c.MemoryB, b.engine.ids})
	if err != nil {
		panic("container: a configuration is plain data: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:6])
}

// name is a container's, and so the one thing there can be only one of.
func (s *instance) name() string {
	if s.kept() {
		return "duet-kept-" + s.backend.pair() + "-" + s.id
	}
	return "duet-" + s.backend.session + "-" + s.id
}

// kept reports whether a server stays when the session ends.
func (s *instance) kept() bool { return s.backend.cfg.Keep && s.id != filler }

// labels say whose a container is to remove.
func (s *instance) labels() map[string]string {
	out := s.backend.labels(s.id)
	if s.kept() {
		out = map[string]string{labelKept: s.backend.pair(), labelServer: s.id}
	}
	if !s.backend.Proxied() {
		out[labelPort] = strconv.Itoa(s.port)
	}
	return out
}

// labels are those of a container that goes with the session.
func (b *Backend) labels(id string) map[string]string {
	return map[string]string{labelSession: b.session, labelServer: id, labelOwner: owner(), labelPlace: place()}
}

// claim makes a kept pair this session's: two sessions at once would measure
// each other. The claim is a container that never runs; only one can have its
// name, and it goes with the session, whatever ends that.
func (b *Backend) claim(ctx context.Context) error {
	_, err := b.engine.client.ContainerCreate(ctx, client.ContainerCreateOptions{
		Name:   "duet-kept-" + b.pair() + "-claim",
		Config: &container.Config{Image: b.image.Ref, Cmd: []string{"serve"}, Labels: b.labels("claim")},
	})
	if errdefs.IsConflict(err) {
		return fmt.Errorf("the kept pair %s is being measured by another session; wait for it, or start servers of your own (-duet.keep=false)", b.pair())
	}
	if err != nil {
		return fmt.Errorf("claim the kept pair: %w", err)
	}
	return nil
}

// bury removes a kept container that runs no more: another takes its place.
func (s *instance) bury(ctx context.Context) error {
	found, err := s.backend.engine.labelled(ctx, labelKept+"="+s.backend.pair(), labelServer+"="+s.id)
	for _, c := range found {
		if err == nil && c.State != container.StateRunning {
			err = s.backend.engine.remove(ctx, c.ID)
		}
	}
	return err
}
