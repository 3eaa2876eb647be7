package container

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/pkg/stdcopy"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/wait"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/backend/ollama/process"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/procgroup"
)

// instance is one server: planned, running or stopped.
type instance struct {
	backend *Backend
	id      string
	slots   int    // requests it serves at once
	models  string // folder of this machine
	writes  bool   // the server may write there
	devices []container.DeviceRequest
	log     string

	mu       sync.Mutex
	port     int // of 127.0.0.1; 0 before the first start: any
	ctr      testcontainers.Container
	follower *follower
	since    time.Time // of the log
}

func (s *instance) endpoint() backend.Endpoint {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.backend
	cpus, memory := s.limits()
	e := backend.Endpoint{
		ID: s.id, URL: fmt.Sprintf("http://127.0.0.1:%d", s.port), Log: s.log, Parallel: s.slots,
		Container: &record.Container{
			Image: b.image.Ref, ImageID: b.image.ID, GPUs: b.cfg.GPUs, CPUs: cpus, MemoryB: memory, Proxied: b.Proxied(),
		},
	}
	if s.ctr != nil {
		e.Container.ID = s.ctr.GetContainerID()
	}
	return e
}

// start creates and starts the container and waits until it answers.
func (s *instance) start(ctx context.Context) error {
	if err := s.makeFolders(); err != nil {
		return err
	}
	if err := s.choosePort(); err != nil {
		return err
	}
	s.since = time.Now()
	if s.kept() {
		if err := s.bury(ctx); err != nil {
			return err
		}
	}
	ctr, err := testcontainers.GenericContainer(ctx, s.request())
	if err != nil {
		return errors.Join(s.explain(err), s.drop(ctr))
	}
	s.mu.Lock()
	s.ctr = ctr
	s.mu.Unlock()
	return nil
}

// makeFolders makes what a server that may not write expects to be there.
func (s *instance) makeFolders() error {
	for _, name := range []string{"blobs", "manifests"} {
		if err := os.MkdirAll(filepath.Join(s.models, name), 0o755); err != nil {
			return err
		}
	}
	return nil
}

// drop removes a container that did not get ready.
func (s *instance) drop(ctr testcontainers.Container) error {
	ctx, cancel := context.WithTimeout(context.Background(), gone)
	defer cancel()
	s.unfollow(lastWords)
	if ctr == nil {
		return nil
	}
	return s.backend.engine.remove(ctx, ctr.GetContainerID())
}

// alive asks the engine and the server; no answer is no life. The engine alone
// is no witness: on a busy machine it learns of a death seconds later, and its
// proxy takes connections for the dead meanwhile.
func (s *instance) alive(ctx context.Context) bool {
	s.mu.Lock()
	ctr := s.ctr
	s.mu.Unlock()
	if ctr == nil {
		return false
	}
	if state, err := ctr.State(ctx); err != nil || !state.Running {
		return false
	}
	_, err := ollama.New(s.endpoint().URL).Version(ctx)
	return err == nil
}

// leave lets the server run for the next session.
func (s *instance) leave() {
	s.unfollow(0)
	s.mu.Lock()
	s.ctr = nil
	s.mu.Unlock()
}

// stop ends the server, politely first, and removes its container. One that is
// not there is left.
func (s *instance) stop(ctx context.Context) error {
	s.mu.Lock()
	ctr := s.ctr
	s.ctr = nil
	s.mu.Unlock()
	if ctr == nil {
		return nil
	}
	seconds := int(s.backend.cfg.Stop / time.Second)
	_, err := s.backend.engine.client.ContainerStop(ctx, ctr.GetContainerID(), client.ContainerStopOptions{Timeout: &seconds})
	if errdefs.IsNotFound(err) {
		err = nil
	}
	err = errors.Join(err, s.backend.engine.remove(context.WithoutCancel(ctx), ctr.GetContainerID()))
	s.unfollow(lastWords)
	if err != nil {
		return fmt.Errorf("stop container (%s): %w", s.id, err)
	}
	return nil
}

// readyPause is the time between two looks at a server that starts.
const readyPause = 50 * time.Millisecond

var _ wait.Strategy = (*instance)(nil)

// WaitUntilReady is testcontainers' wait strategy: an Ollama answers on the
// port of loopback that clients will use, and is of the version that the image
// must have. It learns the port.
func (s *instance) WaitUntilReady(ctx context.Context, target wait.StrategyTarget) error {
	port, err := s.learnPort(ctx, target)
	if err != nil {
		return fmt.Errorf("which port: %w", err)
	}
	s.mu.Lock()
	s.port = port
	s.mu.Unlock()
	limited, cancel := context.WithTimeout(ctx, s.backend.cfg.Ready)
	defer cancel()
	asked := ollama.New(s.endpoint().URL)
	for {
		version, err := asked.Version(limited)
		if err == nil {
			return s.backend.image.check(version)
		}
		if err := ended(limited, target); err != nil {
			return err
		}
		select {
		case <-limited.Done():
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return fmt.Errorf("no answer for %v: %w", s.backend.cfg.Ready, err)
		case <-time.After(readyPause):
		}
	}
}

// check refuses a server that is not what the image's name says.
func (i Image) check(version string) error {
	if want := i.expected(); want != "" && version != want {
		return fmt.Errorf("the image %s holds Ollama %s and not %s: build it again (make image) or name another (-duet.image)", i.Ref, version, want)
	}
	return nil
}

// ended is an error when the container does not run any more.
func ended(ctx context.Context, target wait.StrategyTarget) error {
	state, err := target.State(ctx)
	switch {
	case err != nil || state.Running:
		return nil // asked too late, or all is well: the caller's limit decides
	case state.OOMKilled:
		return errors.New("it ended: out of memory; allow more (-duet.memory)")
	}
	return fmt.Errorf("it ended: exit status %d", state.ExitCode)
}

// explain adds to a failed start what there is to see and what to try next.
func (s *instance) explain(err error) error {
	s.await(lastWords)
	text := err.Error()
	next := "what it said: " + s.tail()
	switch {
	case strings.Contains(text, "could not select device driver"):
		next = "the engine has no GPUs to give: install the NVIDIA Container Toolkit, or go without (-duet.gpus=none)"
	case strings.Contains(text, "port is already allocated"), strings.Contains(text, "address already in use"):
		next = "choose other ports (-duet.endpoints=127.0.0.1:PORT,127.0.0.1:PORT)"
	case strings.Contains(text, "Range of CPUs"):
		next = "allow fewer (-duet.cpus)"
	case strings.Contains(text, "emory limit"):
		next = "allow more (-duet.memory)"
	}
	return fmt.Errorf("%w\n%s\nor use a local Ollama of version %s (-duet.servers=process)", err, next, process.Version)
}

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
	return process.Tail(s.log, f.from)
}
