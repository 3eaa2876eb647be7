package container

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/chimeraforge/duet/harness/server"
)

// aliveLimit is how long the engine may take to say whether a container runs.
const aliveLimit = 5 * time.Second

// Alive reports whether the server of this id still runs. One that runs may
// still not answer.
func (b *Backend) Alive(id string) bool {
	ctx, cancel := context.WithTimeout(context.Background(), aliveLimit)
	defer cancel()
	return b.find(id).alive(ctx)
}

// Restart removes what is left of a server and starts another in its place, on
// its port, with no model loaded.
func (b *Backend) Restart(ctx context.Context, id string) error {
	s := b.find(id)
	if err := s.stop(ctx); err != nil {
		return fmt.Errorf("restart (%s): %w", id, err)
	}
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("restart container (%s): %w", id, err)
	}
	return nil
}

// filler is the name of the server that Fill starts.
const filler = "filler"

// Shared reports whether the servers only read their models, so that what is
// missing has to come through Fill.
func (b *Backend) Shared() bool { return !b.cfg.Separate }

// Fill starts another server on the folder that both read, one that may write
// it, lets f use it, and removes it again.
func (b *Backend) Fill(ctx context.Context, f func(server.Endpoint) error) (err error) {
	s := &instance{
		backend: b, id: filler, models: b.cfg.ModelsDir, writes: true,
		log: filepath.Join(filepath.Dir(b.servers[0].log), filler+".log"),
	}
	if err := s.start(ctx); err != nil {
		return fmt.Errorf("start container (%s): %w", filler, err)
	}
	err = f(s.endpoint())
	if stopErr := s.stop(context.WithoutCancel(ctx)); err == nil {
		err = stopErr
	}
	return err
}

// studyPorts are those of the study: collector, insight; and the one after.
var studyPorts = []int{11434, 11435, 11436}

// port is where the i-th server is to be reached: where the caller says, or
// where the study had it, or, with 0, where the engine likes.
func (c Config) port(i int) int {
	if c.Ports != nil {
		return c.Ports[i]
	}
	for _, p := range studyPorts[:len(c.Servers)] {
		l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(p)))
		if err != nil {
			return 0
		}
		l.Close()
	}
	return studyPorts[i]
}
