package reuse

import (
	"context"
	"errors"

	"github.com/chimeraforge/duet/harness/backend"
)

func init() {
	backend.Register(backend.Driver{
		Kind: Kind, Open: open, Check: check, Existing: true,
		Next: "; start them, or let duet start its own (-duet.servers=process, or container)",
	})
}

func open(ctx context.Context, c backend.Config) (backend.Backend, error) {
	b, err := Start(ctx, Config{URLs: c.Endpoints, Servers: backend.Names(c.Servers), AllowSame: c.Same})
	if err != nil {
		return nil, err // and no backend, instead of one that is nil
	}
	return b, nil
}

func check(c backend.Config) error {
	if len(c.Topology) > 1 {
		return errors.New("-duet.topology=two,one: servers that run already are one or the other; " +
			"choose one, or let duet start them (-duet.servers=process)")
	}
	return nil
}
