package harness

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
)

// restarter is a backend whose servers are ours to start again.
type restarter interface {
	Alive(id string) bool
	Restart(ctx context.Context, id string) error
}

// revive starts servers again that a failed run left dead, so that one crash
// costs one run and not the rest of the matrix. A server that stays dead fails
// the runs to come, each with its reason.
func (x *Session) revive(ctx context.Context) {
	b, ok := x.backend.(restarter)
	if !ok {
		return
	}
	for _, ep := range x.backend.Endpoints() {
		if b.Alive(ep.ID) || ctx.Err() != nil {
			continue
		}
		x.progress.Note("server %s (%s) is gone; starting it again", ep.ID, ep.URL)
		if err := b.Restart(ctx, ep.ID); err != nil {
			x.progress.Note("server %s does not start again: %v", ep.ID, err)
		}
	}
}

// portsOf reads the ports out of endpoints, for servers that are to be started
// on them.
func portsOf(endpoints []string) ([]int, error) {
	var ports []int
	for _, e := range endpoints {
		u, err := url.Parse(e)
		if err != nil {
			return nil, fmt.Errorf("-duet.endpoints: %w", err)
		}
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, fmt.Errorf("-duet.endpoints: %s has no port to start a server on", e)
		}
		ports = append(ports, port)
	}
	return ports, nil
}
