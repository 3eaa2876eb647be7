package harness

import (
	"context"
	"time"

	"github.com/chimeraforge/duet/harness/preflight"
	"github.com/chimeraforge/duet/harness/preflight/servers"
	"github.com/chimeraforge/duet/harness/results"
	"github.com/chimeraforge/duet/harness/settings"
)

// recently is how long a session's own work stays in the load average.
const recently = 2 * time.Minute

// lookAround looks, before a server is started, for what would spoil the
// measurement. A simulation measures nothing of this machine.
func (x *Session) lookAround(ctx context.Context) {
	if x.place.Simulated {
		return
	}
	f := &x.folder.File
	host := preflight.Host{
		Results: x.settings.Results,
		Recent:  f.Updated.After(f.Created) && time.Since(f.Updated) < recently,
	}
	if x.choice.kind == settings.Reuse || x.settings.Keep { // containers may have been kept from another session
		host.Servers = len(serversFor(x.cells))
	}
	x.spoiled(preflight.Spoiling(preflight.Look(ctx, host)))
}

// lookAtServers looks for models that servers hold and that are not measured.
func (x *Session) lookAtServers(ctx context.Context) {
	if x.place.Simulated {
		return
	}
	var urls []string
	for _, ep := range x.backend.Endpoints() {
		urls = append(urls, ep.URL)
	}
	ctx, cancel := x.loading(ctx) // a server that is silent here is found out when models are loaded
	defer cancel()
	x.spoiled(servers.Held(ctx, urls, x.settings.Models))
}

// spoiled keeps what was found: for the first lines, and with the session.
func (x *Session) spoiled(found []preflight.Spoiler) {
	x.spoilers = append(x.spoilers, found...)
	for _, s := range found {
		x.folder.File.Spoilers = append(x.folder.File.Spoilers, results.Spoiler{At: time.Now().UTC(), Suite: x.suite, Spoiler: s})
	}
}
