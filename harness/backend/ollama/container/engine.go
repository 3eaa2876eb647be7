package container

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"

	"github.com/chimeraforge/duet/internal/procgroup"
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

// user is who a server runs as inside its container: whoever runs duet, so that
// files in the models folder stay theirs. "" is the image's own user, which is the
// right one for root, where the engine maps users itself (rootless), and elsewhere:
// Docker Desktop maps the files of a shared folder to whoever runs it.
func user() string {
	if runtime.GOOS != "linux" || os.Getuid() == 0 {
		return ""
	}
	return fmt.Sprintf("%d:%d", os.Getuid(), os.Getgid())
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

// labelled lists the containers, running or not, that have all of the labels.
func (e *Engine) labelled(ctx context.Context, labels ...string) ([]container.Summary, error) {
	res, err := e.client.ContainerList(ctx, client.ContainerListOptions{
		All: true, Filters: make(client.Filters).Add("label", labels...),
	})
	if err != nil {
		return nil, fmt.Errorf("list containers: %w", err)
	}
	return res.Items, nil
}

// remove removes a container, running or not, with its anonymous volumes. One
// that is gone, or going, has no objection.
func (e *Engine) remove(ctx context.Context, id string) error {
	_, err := e.client.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if err != nil && !errdefs.IsNotFound(err) && !errdefs.IsConflict(err) {
		return fmt.Errorf("remove container %.12s: %w", id, err)
	}
	return nil
}

// gone is how long a removed container may take to be gone.
const gone = 10 * time.Second

// removeAll removes the containers with a label and returns when none is left.
func (e *Engine) removeAll(ctx context.Context, label string) error {
	for limit := time.Now().Add(gone); ; time.Sleep(50 * time.Millisecond) {
		found, err := e.labelled(ctx, label)
		if err != nil || len(found) == 0 {
			return err
		}
		var errs []error
		for _, c := range found {
			errs = append(errs, e.remove(ctx, c.ID))
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
		if time.Now().After(limit) {
			return fmt.Errorf("%d containers with label %s are still there %v after their removal", len(found), label, gone)
		}
	}
}

// Sweep removes what sessions of this machine left whose process is gone, its
// reaper too.
func (e *Engine) Sweep(ctx context.Context) error {
	found, err := e.labelled(ctx, labelSession, labelPlace+"="+place())
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range found {
		if !owned(c.Labels[labelOwner]) {
			errs = append(errs, e.remove(ctx, c.ID))
		}
	}
	return errors.Join(errs...)
}

// reaperName tells procgroup which reaper this is.
const reaperName = "containers"

func init() { procgroup.RegisterReaper(reaperName, reap) }

// task is what the reaper must know.
type task struct {
	Host    string // the engine's address, as the owner found it
	Session string
}

// startReaper sees to it that a session's containers go with this process.
func (e *Engine) startReaper(session string) (*procgroup.Reaper, error) {
	text, err := json.Marshal(task{e.client.DaemonHost(), session})
	if err != nil {
		return nil, err
	}
	w, err := procgroup.StartReaper(reaperName, string(text))
	if err != nil {
		return nil, fmt.Errorf("containers must not outlive this process: %w", err)
	}
	return w, nil
}

const (
	// lastSight is for how long nothing must be found before the reaper believes
	// it: the owner may have died while the engine was still creating something.
	lastSight = 3 * time.Second
	// patience is for how long the reaper tries, whatever the engine says.
	patience = 2 * time.Minute
)

// reap removes a session's containers after its owner's end. There is nobody
// left to tell of an error: it tries again, and what stays the next session on
// this machine sweeps away.
func reap(text string) {
	var w task
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
