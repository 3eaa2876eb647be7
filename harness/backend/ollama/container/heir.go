package container

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"github.com/chimeraforge/duet/internal/procgroup"
)

// heirName tells procgroup which heir this is.
const heirName = "containers"

func init() { procgroup.Heir(heirName, inherit) }

// will is what the heir must know.
type will struct {
	Host    string // the engine's address, as the owner found it
	Session string
}

// bequeath sees to it that a session's containers go with this process.
func (e *Engine) bequeath(session string) (*procgroup.Will, error) {
	text, err := json.Marshal(will{e.client.DaemonHost(), session})
	if err != nil {
		return nil, err
	}
	w, err := procgroup.Bequeath(heirName, string(text))
	if err != nil {
		return nil, fmt.Errorf("containers must not outlive this process: %w", err)
	}
	return w, nil
}

const (
	// lastSight is for how long nothing must be found before the heir believes
	// it: the owner may have died while the engine was still creating something.
	lastSight = 3 * time.Second
	// patience is for how long the heir tries, whatever the engine says.
	patience = 2 * time.Minute
)

// inherit removes a session's containers after its owner's end. There is nobody
// left to tell of an error: it tries again, and what stays the next session on
// this machine sweeps away.
func inherit(text string) {
	var w will
	if json.Unmarshal([]byte(text), &w) != nil {
		return
	}
	c, err := client.New(client.FromEnv, client.WithHost(w.Host))
	if err != nil {
		return
	}
	e := &Engine{client: &testcontainers.DockerClient{Client: c}}
	began, last := time.Now(), time.Now()
	for ; time.Since(last) < lastSight && time.Since(began) < patience; time.Sleep(200 * time.Millisecond) {
		found, err := e.labelled(context.Background(), labelSession+"="+w.Session)
		if err != nil || len(found) > 0 {
			last = time.Now()
		}
		for _, one := range found {
			_ = e.remove(context.Background(), one.ID)
		}
	}
}
