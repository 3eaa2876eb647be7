package container

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"
)

// Engine is the container engine of this machine.
type Engine struct {
	client *testcontainers.DockerClient
	gpus   bool // it can give NVIDIA devices to containers
	host   bool // it can give them this machine's own loopback
	ids    string
}

// ErrNoEngine is wrapped by every error of Connect: there is no engine, or none
// that can be used.
var ErrNoEngine = errors.New("no container engine")

// connectLimit is how long an engine may take to say what it is.
const connectLimit = 5 * time.Second

// quiet prepares testcontainers-go, once: it must neither pull its reaper (see
// the package comment) nor write to the standard error of a benchmark.
var quiet = sync.OnceValue(func() error {
	tclog.SetDefault(tclog.NewNoopLogger())
	return os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
})

// Connect finds the engine, where testcontainers-go looks for it: DOCKER_HOST,
// the current context of docker, the usual sockets.
func Connect(ctx context.Context) (*Engine, error) {
	if err := quiet(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, connectLimit)
	defer cancel()
	wish := os.Getenv("DOCKER_HOST")
	if wish != "" && !local(wish) {
		return nil, fmt.Errorf("%w: %w", ErrNoEngine, elsewhere(wish))
	}
	c, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return nil, fmt.Errorf("%w: %w; %s", ErrNoEngine, err, advice(err))
	}
	if host := c.DaemonHost(); wish != "" && host != wish { // testcontainers-go goes on to look elsewhere
		return nil, errors.Join(fmt.Errorf("%w: DOCKER_HOST=%s does not answer, and another engine (%s) is not what was asked for; unset it, or start that engine", ErrNoEngine, wish, host), c.Close())
	}
	e := &Engine{client: c}
	if err := e.inspect(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrNoEngine, err), c.Close())
	}
	return e, nil
}

// inspect learns what matters about the engine, and refuses one that is
// somewhere else: its ports and folders would not be this machine's.
func (e *Engine) inspect(ctx context.Context) error {
	if host := e.client.DaemonHost(); !local(host) {
		return elsewhere(host)
	}
	res, err := e.client.Info(ctx, client.InfoOptions{})
	if err != nil {
		return fmt.Errorf("%w; %s", err, advice(err))
	}
	_, e.gpus = res.Info.Runtimes["nvidia"]
	rootless := strings.Contains(strings.Join(res.Info.SecurityOptions, " "), "name=rootless")
	if !rootless {
		e.ids = user()
	}
	// Elsewhere the engine lives in a machine of its own, virtual or not.
	e.host = runtime.GOOS == "linux" && !rootless && !strings.Contains(res.Info.OperatingSystem, "Docker Desktop")
	return nil
}

// GPUs reports whether the engine can give NVIDIA devices to containers.
func (e *Engine) GPUs() bool { return e.gpus }

// elsewhere is the error for an engine that is not on this machine.
func elsewhere(host string) error {
	return fmt.Errorf("the engine is on another machine (%s); measure there, or unset DOCKER_HOST, "+
		"or use a local Ollama (-duet.servers=process)", host)
}

// Close closes the connection.
func (e *Engine) Close() error { return e.client.Close() }

// local reports whether an engine's address is on this machine.
func local(host string) bool {
	u, err := url.Parse(host)
	if err != nil {
		return false
	}
	switch u.Scheme {
	case "unix", "npipe":
		return true
	}
	name := u.Hostname()
	return name == "localhost" || name == "127.0.0.1" || name == "::1"
}

// advice is the next thing to try when the engine does not answer.
func advice(err error) string {
	if strings.Contains(err.Error(), "permission denied") {
		return "this user may not use it: join its group (sudo usermod -aG docker $USER, then log in again) " +
			"or run as root; or use a local Ollama (-duet.servers=process)"
	}
	return "install and start Docker, or set DOCKER_HOST; or use a local Ollama (-duet.servers=process), " +
		"or servers that run already (-duet.servers=reuse)"
}
