package backend

import (
	"context"
	"net"
	"time"

	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/harness/sensor"
)

// Abilities are what a back end can do besides being there. Each is an interface
// of its own, as in database/sql/driver, because servers differ: one loads and
// unloads models on request, another serves the one model it was started with.
// Who asks for an ability that is absent leaves the number out and says why.

// KeepAlive is how long servers are asked to hold a model: longer than any pass,
// so that none is unloaded between a warm-up and its window.
const KeepAlive = "30m"

// Loader loads a model with options before anything is timed. Asked for before
// every pass whose options may not be in effect yet. Without it the first measured
// call may be a cold one.
type Loader interface {
	// Load makes a small request outside every window and leaves the model loaded
	// with these options, for KeepAlive.
	Load(ctx context.Context, url, model, prompt string, opts record.Options) (Warm, error)
}

// Unloader empties servers of models. Asked for before every run, so that no model
// that is not measured takes memory. Without it servers keep what they hold.
type Unloader interface {
	// Loaded lists what a server holds in memory, with what is in effect.
	Loaded(ctx context.Context, url string) ([]Loaded, error)
	// Unload returns when the model is gone.
	Unload(ctx context.Context, url, model string) error
	// SameModel reports whether two names mean one model.
	SameModel(a, b string) bool
}

// Describer says what is in effect on a server: its version, and the context, size
// and place of a model. Asked for after every warm-up. Without it labels cannot be
// held to what is in effect.
type Describer interface {
	// Describe says what a server runs a model with of which some GPU layers were
	// asked for.
	Describe(ctx context.Context, id, url, model string, layers int) (record.Server, error)
}

// Provider makes models available on servers. Asked for once, before the warm-up.
// Without it the model is taken to be there.
type Provider interface {
	// Has reports whether a server has a model on its disk.
	Has(ctx context.Context, url, model string) (bool, error)
	// Provide brings it there, from wherever the back end gets models, and tells
	// of its progress. Its error says what the user can do.
	Provide(ctx context.Context, url, model string, note func(string)) error
}

// Filler is a back end whose servers may only read their models: what is missing
// another server, there for the moment, writes for them. Asked for before
// Provider.
type Filler interface {
	Shared() bool // false where each server has a folder of its own, and writes it
	Fill(ctx context.Context, f func(Endpoint) error) error
}

// Restarter is a back end whose servers are ours to start again. Asked for after a
// failed run, so that one crash costs one run and not the rest of the matrix.
type Restarter interface {
	Alive(id string) bool
	Restart(ctx context.Context, id string) error
}

// Distincter can find that two addresses are one server, as far as that can be
// seen once models are loaded. Asked for after the warm-up of several agents.
type Distincter interface {
	Distinct(ctx context.Context) error
}

// Sharer shares a machine's cores out between servers. Asked for after a model was
// loaded for the first time. Without it servers choose their threads themselves.
type Sharer interface {
	// Threads is how many threads a server should use for the model it holds, with
	// so many servers working at once; 0 leaves it to the server.
	Threads(s record.Server, servers int) int
}

// Diagnoser understands what a server says when a model cannot be used as it was
// asked for. Asked for with every failure. Without it a failure is a failed call,
// with all that was said.
type Diagnoser interface {
	Diagnose(err error) string // record.OutOfMemory and so on; "" for anything else
}

// Reducer knows with what less a model may load that does not load as asked. Asked
// for after such a failure.
type Reducer interface {
	// Below lists what to try, in order.
	Below(ctx context.Context, url string, asked record.Try) []record.Try
}

// Releaser says how a user frees a server of a model. Asked for where a server
// holds one that is not measured.
type Releaser interface {
	Release(url, model string) string // a command
}

// Sensed is a back end with sensors of its own, of a machine that is not this one.
// Asked for at the beginning of every run.
type Sensed interface {
	Sensors() sensor.Source
}

// Dialer is a back end whose servers are on no network that a program could reach.
// Asked for before every pass; the client that is ours then calls by it.
type Dialer interface {
	Dial(ctx context.Context, network, addr string) (net.Conn, error)
}

// PerRun is a back end that has servers of its own for each run, which begin and
// end with it, on a clock of their own.
type PerRun interface {
	// Prepared ends what models were prepared on. No run comes before it.
	Prepared(ctx context.Context) error
	// Run calls f with the servers of one run. The key tells runs apart: the same
	// key gives the same run.
	Run(ctx context.Context, key string, f func(context.Context, Backend) error) error
}

// Loaded is a model in a server's memory.
type Loaded struct {
	record.Model
	// ExpiresAt is when the server will unload it, as the server wrote it: to
	// the nanosecond, so that no two loads share it.
	ExpiresAt string
}

// Warm is what one small request said about a server that has just loaded a
// model: enough to foretell how long a matrix will take. A rate is 0 where the
// server left its duration out.
type Warm struct {
	Load    time.Duration // 0 or tiny when the model was there already
	Total   time.Duration
	Timings record.ServerTimings
	Reply   string
}

// PromptRate is prompt tokens per second.
func (w Warm) PromptRate() float64 { return rate(w.Timings.PromptTokens, w.Timings.PromptEvalNS) }

// DecodeRate is reply tokens per second.
func (w Warm) DecodeRate() float64 { return rate(w.Timings.Tokens, w.Timings.EvalNS) }

func rate(tokens, ns *int64) float64 {
	if tokens == nil || ns == nil || *ns == 0 {
		return 0
	}
	return float64(*tokens) / (float64(*ns) / 1e9)
}
