//go:build ollama || gpu

package harness

import (
	"context"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/ollama/container"
	"github.com/chimeraforge/duet/harness/settings"
)

// containersHere reports how containers can be had on this machine.
func containersHere(ctx context.Context) (how string, err error) {
	e, err := container.Connect(ctx)
	if err != nil {
		return "", err
	}
	return "a container engine answers", e.Close()
}

func startContainers(ctx context.Context, s settings.Settings, names []string, ports []int, logs string) (backend.Backend, error) {
	gpus, err := gpusFor(ctx, s.GPUs)
	if err != nil {
		return nil, err
	}
	return container.Start(ctx, container.Config{
		Image: s.Image, Servers: names, Ports: ports, ModelsDir: s.ModelsDir(), Separate: s.Separate,
		LogDir: logs, GPUs: gpus, CPUs: s.CPUs, MemoryB: s.MemoryB, Keep: s.Keep,
	})
}

// gpusFor resolves "auto": both servers on the first GPU, as in the study, where
// the engine has any to give.
func gpusFor(ctx context.Context, wish string) (string, error) {
	if wish != settings.Auto {
		return wish, nil
	}
	e, err := container.Connect(ctx)
	if err != nil {
		return "", err
	}
	gpus := settings.GPUsNone
	if e.GPUs() || Tag == "gpu" {
		gpus = settings.GPUsShared
	}
	return gpus, e.Close()
}
