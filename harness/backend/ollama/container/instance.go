package container

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama"
	"github.com/chimeraforge/duet/harness/record"
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
