package container

import (
	"context"

	"github.com/chimeraforge/duet/harness/backend"
)

// auto is the setting that leaves GPUs to duet.
const auto = "auto"

func init() { backend.Register(backend.Driver{Kind: Kind, Open: open}) }

func open(ctx context.Context, c backend.Config) (backend.Backend, error) {
	ports, err := c.Ports()
	if err != nil {
		return nil, err
	}
	gpus, err := gpusFor(ctx, c.GPUs)
	if err != nil {
		return nil, err
	}
	b, err := Start(ctx, Config{
		Image: c.Image, Servers: c.Servers, Ports: ports, ModelsDir: c.ModelsDir, Separate: c.Separate,
		LogDir: c.LogDir, GPUs: gpus, CPUs: c.CPUs, MemoryB: c.MemoryB, Keep: c.Keep,
	})
	if err != nil {
		return nil, err // and no backend, instead of one that is nil
	}
	return b, nil
}

// gpusFor resolves "auto": all servers on the first GPU, as in the study, where
// the engine has any to give.
func gpusFor(ctx context.Context, wish string) (string, error) {
	if wish != auto {
		return wish, nil
	}
	e, err := Connect(ctx)
	if err != nil {
		return "", err
	}
	gpus := GPUsNone
	if e.GPUs() || backend.Tag() == "gpu" {
		gpus = GPUsShared
	}
	return gpus, e.Close()
}
