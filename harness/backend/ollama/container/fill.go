package container

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/chimeraforge/duet/harness/backend"
)

// filler is the name of the server that Fill starts.
const filler = "filler"

// Shared reports whether the servers only read their models, so that what is
// missing has to come through Fill.
func (b *Backend) Shared() bool { return !b.cfg.Separate }

// Fill starts another server on the folder that both read, one that may write
// it, lets f use it, and removes it again.
func (b *Backend) Fill(ctx context.Context, f func(backend.Endpoint) error) (err error) {
	s := &instance{
		backend: b, id: filler, slots: 1, models: b.cfg.ModelsDir, writes: true,
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
