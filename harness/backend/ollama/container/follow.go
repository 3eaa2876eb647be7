package container

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/chimeraforge/duet/internal/procgroup"
)

// follower writes a container's output to a file, as it comes: whatever ends
// this program, the file has it.
type follower struct {
	from   int64 // where in the file it began
	cancel context.CancelFunc
	done   chan struct{} // closed when the output ended
}

// follow is called when the container has started and before it is ready, so
// that the log of one that never gets ready is there too.
func (s *instance) follow(_ context.Context, ctr testcontainers.Container) error {
	file, from, err := procgroup.OpenLog(s.log)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	out, err := s.backend.engine.client.ContainerLogs(ctx, ctr.GetContainerID(),
		client.ContainerLogsOptions{Follow: true, ShowStdout: true, ShowStderr: true, Since: s.since.Format(time.RFC3339Nano)})
	if err != nil {
		cancel()
		file.Close()
		return fmt.Errorf("follow its log: %w", err)
	}
	f := &follower{from: from, cancel: cancel, done: make(chan struct{})}
	s.mu.Lock()
	s.follower = f
	s.mu.Unlock()
	go func() {
		defer close(f.done)
		defer cancel()
		defer file.Close()
		defer out.Close()
		stdcopy.StdCopy(file, file, out) // ends with the container, or with ctx
	}()
	return nil
}

// lastWords is how long the output of a container that ended may take to arrive.
const lastWords = time.Second

// await waits for the end of the output, at most for so long.
func (s *instance) await(limit time.Duration) {
	s.mu.Lock()
	f := s.follower
	s.mu.Unlock()
	if f == nil {
		return
	}
	select {
	case <-f.done:
	case <-time.After(limit):
	}
}

// unfollow closes the log, after the last words for which it waits that long.
func (s *instance) unfollow(limit time.Duration) {
	s.await(limit)
	s.mu.Lock()
	f := s.follower
	s.follower = nil
	s.mu.Unlock()
	if f != nil {
		f.cancel()
		<-f.done
	}
}

// tail is what this start left at the end of the log.
func (s *instance) tail() string {
	s.mu.Lock()
	f := s.follower
	s.mu.Unlock()
	if f == nil {
		return "(it never started)"
	}
	text, err := procgroup.Tail(s.log, f.from)
	if err != nil {
		return fmt.Sprintf("(%v)", err)
	}
	return fmt.Sprintf("the end of %s:\n%s", s.log, cmp.Or(text, "  | (empty)"))
}
