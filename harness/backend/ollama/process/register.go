package process

import (
	"context"

	"github.com/chimeraforge/duet/harness/backend"
)

func init() {
	backend.Register(backend.Driver{
		Kind: Kind, Open: open,
		Next: "\nname another program (-duet.ollama=PATH), or try containers (-duet.servers=container)",
	})
}

func open(ctx context.Context, c backend.Config) (backend.Backend, error) {
	ports, err := c.Ports()
	if err != nil {
		return nil, err
	}
	b, err := Start(ctx, Config{
		Binary: c.Program, Servers: c.Servers, Ports: ports, LogDir: c.LogDir, ModelsDir: c.ModelsDir, Separate: c.Separate,
	})
	if err != nil {
		return nil, err // and no backend, instead of one that is nil
	}
	return b, nil
}
