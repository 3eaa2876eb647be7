// Package record is duet's vocabulary of raw measurement: what one request,
// one pass and one run left behind, and the shape in which metrics.json keeps
// it. Everything a table prints is derived from these types (package metric)
// and can be derived again years later; nothing here computes a statistic.
//
// # Shape
//
//	Run  one repetition of one cell of the matrix: a file metrics.json
//	└ Pass  one timed window: an agent alone (solo), or all agents at once
//	  └ Call  one request to one endpoint, with the client's time stamps and
//	          the server's own timings
//
// # Time
//
// Client stamps are nanoseconds since Run.OriginNS, which is a reading of the
// host's monotonic clock (CLOCK_MONOTONIC where there is one). They are taken
// before a chunk is decoded. Durations called "server" are fields of Ollama's
// final chunk. With a simulated backend every stamp is in simulated time: real
// time multiplied by Backend.Timescale.
//
// # Absent
//
// A quantity that was not measured is a nil pointer, never a zero: a zero is a
// value. (The study that duet follows lost five exact zeros to that confusion.)
//
// The JSON schema of a run is made of these types and published beside this file
// as schema.json.
package record

import (
	"iter"
	"strings"
	"time"
)

// Schema names the version of the metrics.json layout. Readers bring the first to
// it (Upgrade) and refuse any other value by name; CONTRIBUTING.md says what takes
// another.
const Schema = "duet.run/2"

// Statuses of a Run.
const (
	StatusOK     = "ok"
	StatusFailed = "failed"
)

// Suites.
const (
	SuiteSingle = "single"
	SuiteMulti  = "multi"
)

// Run is one repetition of one cell: the content of a metrics.json.
type Run struct {
	Schema    string    `json:"schema"`
	Session   string    `json:"session"`
	Suite     string    `json:"suite"` // SuiteSingle or SuiteMulti
	Cell      Cell      `json:"cell"`
	RunNumber int       `json:"run_number"`          // from 1, within the cell
	Round     int       `json:"round,omitempty"`     // from 1, within the session
	Rerun     *Rerun    `json:"rerun,omitempty"`     // absent: one of the rounds that were planned
	Seed      uint64    `json:"seed,omitempty"`      // base of every seed used in the run
	Started   time.Time `json:"started,omitzero"`    // wall clock, for humans only
	OriginNS  int64     `json:"origin_ns,omitempty"` // monotonic clock at the run's time zero
	Status    string    `json:"status"`              // StatusOK or StatusFailed
	Error     string    `json:"error,omitempty"`

	Backend     Backend     `json:"backend"`
	Environment Environment `json:"environment"`
	Meter       *Meter      `json:"meter,omitempty"` // of the cell's runtime; absent in virtual time
	Servers     []Server    `json:"servers"`
	Agents      []Agent     `json:"agents"`
	Passes      []Pass      `json:"passes"` // in the order in which they ran
	Telemetry   *Telemetry  `json:"telemetry,omitempty"`
	Derived     *Derived    `json:"derived,omitempty"`
	Summary     *Summary    `json:"summary,omitempty"`
	Findings    []Finding   `json:"findings,omitempty"` // what was found about the run

	// Imported holds what another tool measured, in place of passes. Such a run
	// has no round, seed, origin or servers, and often no start.
	Imported *Imported `json:"imported,omitempty"`
}

// Form is which question a run answers, whatever its suite is called: SuiteSingle
// where one agent had two sets of options in turn, SuiteMulti where agents were
// measured alone and all together. Tables, figures and rules go by it, so a suite
// of another name has them too.
func (r *Run) Form() string {
	switch r.Suite {
	case SuiteSingle, SuiteMulti:
		return r.Suite
	}
	for _, a := range r.Agents {
		if a.ID != r.Agents[0].ID {
			return SuiteMulti
		}
	}
	return SuiteSingle
}

// OK reports whether the run was measured to its end.
func (r *Run) OK() bool { return r.Status == StatusOK }

// Backend says what answered the requests.
type Backend struct {
	Kind      string  `json:"kind"` // sim, reuse, process, container; imported
	Simulated bool    `json:"simulated"`
	Synthetic bool    `json:"synthetic"`           // models with random weights (duet-tiny-…)
	Virtual   bool    `json:"virtual,omitempty"`   // simulated in virtual time: exact, and the same everywhere
	Timescale float64 `json:"timescale,omitempty"` // simulated seconds per real second, where not virtual
	// Machine is the name of the machine that made a run of a merged session, absent
	// where the session is one machine's. Runs of two machines never share a mean.
	Machine string `json:"machine,omitempty"`
}

// Label is the word that must stand beside every number of this backend:
// "sim", "reuse", "process" or "container", with "synthetic models" where they are,
// and "on" with the machine where a session is of several. Of a run it is
// Run.Label, which says too whether its agents shared a server.
func (b Backend) Label() string { return b.label("") }

func (b Backend) label(servers string) string {
	label := b.Kind + servers
	if b.Synthetic {
		label += ", synthetic models"
	}
	if b.Machine != "" {
		label += ", on " + b.Machine
	}
	return label
}

// Agent is one participant: where it sends its calls and with which options.
type Agent struct {
	ID       string  `json:"name"`
	Label    string  `json:"label"`            // of its options: baseline or chimera
	Server   string  `json:"server,omitempty"` // whom it talks to, by name: the placement
	Endpoint string  `json:"endpoint"`
	Model    string  `json:"model"`
	Options  Options `json:"options"` // asked for, all stated
	// ResidentLoadNS is the load_duration that the server reported, before the
	// session, for a call whose model was loaded already: its bookkeeping.
	ResidentLoadNS *int64 `json:"resident_load_ns,omitempty"`
}

// Options are the Ollama options an agent asks for. Every field is sent, so
// none is "whatever the server does".
type Options struct {
	NumGPU        int     `json:"num_gpu"`
	NumCtx        int     `json:"num_ctx"`
	Temperature   float64 `json:"temperature"`
	TopP          float64 `json:"top_p"`
	TopK          int     `json:"top_k"`
	RepeatPenalty float64 `json:"repeat_penalty"`
	NumPredict    int     `json:"num_predict"`          // the token budget
	NumThread     int     `json:"num_thread,omitempty"` // 0: not sent; set for CPU servers
	Seed          int     `json:"seed"`
	// Others are options by their server's names that have no field above.
	Others map[string]any `json:"others,omitempty"`
}

// Kinds of Pass.
const (
	PassSolo       = "solo"       // one agent alone on its endpoint
	PassConcurrent = "concurrent" // all agents from one starting gun
	PassBaseline   = "baseline"   // single suite: baseline options
	PassTuned      = "tuned"      // single suite: tuned ("chimera") options
)

// PassKinds are all of them, in the order of a run.
var PassKinds = []string{PassSolo, PassConcurrent, PassBaseline, PassTuned}

// PassesOf are the run's passes of a kind; solo passes are one per agent.
func (r *Run) PassesOf(kind string) (out []*Pass) {
	for i := range r.Passes {
		if r.Passes[i].Kind == kind {
			out = append(out, &r.Passes[i])
		}
	}
	return out
}

// Work is every call of a run with its pass, in the order of both.
func (r *Run) Work() iter.Seq2[*Pass, *Call] {
	return func(yield func(*Pass, *Call) bool) {
		for i := range r.Passes {
			p := &r.Passes[i]
			for k := range p.Calls {
				if !yield(p, &p.Calls[k]) {
					return
				}
			}
		}
	}
}

// CallsOf are an agent's calls in a pass, in the order of its work.
func (p *Pass) CallsOf(agent string) []*Call {
	out := make([]*Call, 0, len(p.Calls))
	for i := range p.Calls {
		if p.Calls[i].Agent == agent {
			out = append(out, &p.Calls[i])
		}
	}
	return out
}

// Pass is one timed window of a run.
type Pass struct {
	Kind    string   `json:"kind"`
	Variant string   `json:"variant,omitempty"` // the options' label, where a pass is of one
	Agents  []string `json:"agents"`            // ids of the agents that took part
	GunNS   int64    `json:"gun_ns"`            // when the agents were let go
	EndNS   int64    `json:"end_ns"`            // latest agent end
	Calls   []Call   `json:"calls"`             // by agent, then index
	Client  *Client  `json:"client,omitempty"`
}

// WallNS is the pass's duration: latest agent end minus the gun.
func (p *Pass) WallNS() int64 { return p.EndNS - p.GunNS }

// Client is what driving the agents cost the client process during a pass.
type Client struct {
	CPUNS     int64  `json:"cpu_ns"`               // user + system, of the whole process
	PeakRSS   int64  `json:"peak_rss_b,omitempty"` // bytes
	Shared    bool   `json:"shared,omitempty"`     // the simulator ran in the same process: CPUNS includes it
	Runtime   string `json:"runtime,omitempty"`    // version of what drove the agents
	StartupNS int64  `json:"startup_ns,omitempty"` // process start to ready, outside the window
}

// Call is one request to one endpoint. Stamps are in nanoseconds since
// Run.OriginNS; a stamp of something that did not happen is absent.
type Call struct {
	Agent       string         `json:"agent"`
	Index       int            `json:"index"` // 0, 1: the agent's first, second call
	Seed        int            `json:"seed"`
	RequestNS   int64          `json:"request_ns"`                // just before the request is written
	HeadersNS   *int64         `json:"headers_ns,omitempty"`      // response headers read
	FirstNS     *int64         `json:"first_ns,omitempty"`        // first chunk with non-empty text or thinking
	LastTokenNS *int64         `json:"last_token_ns,omitempty"`   // last such chunk
	DoneNS      *int64         `json:"done_ns,omitempty"`         // chunk with done: true
	EndNS       int64          `json:"end_ns"`                    // done, or the moment the call failed
	Chunks      int            `json:"chunks"`                    // non-empty chunks
	DeltasNS    []int64        `json:"chunk_deltas_ns,omitempty"` // arrival of each non-empty chunk: first since request, then since the one before
	Server      *ServerTimings `json:"server,omitempty"`
	ServedModel string         `json:"served_model,omitempty"` // where the stream names another model than was asked for
	LeftOpen    bool           `json:"left_open,omitempty"`    // the reply's body stayed open after the final chunk; the client hung up
	DoneReason  string         `json:"done_reason,omitempty"`  // stop, length
	PromptBytes int            `json:"prompt_bytes"`
	ReplyBytes  int            `json:"reply_bytes"`
	Reply       string         `json:"reply,omitempty"` // text, for looking at; escaped in reports
	Error       string         `json:"error,omitempty"`
}

// Timings are what the server said of a call; all are absent where it said nothing.
func (c *Call) Timings() ServerTimings {
	if c.Server == nil {
		return ServerTimings{}
	}
	return *c.Server
}

// ServerTimings are the fields of Ollama's final chunk, durations in
// nanoseconds. Ollama leaves out a field that is zero; absent stays absent.
type ServerTimings struct {
	TotalNS      *int64 `json:"total_duration,omitempty"`
	LoadNS       *int64 `json:"load_duration,omitempty"`
	PromptEvalNS *int64 `json:"prompt_eval_duration,omitempty"`
	EvalNS       *int64 `json:"eval_duration,omitempty"`
	PromptTokens *int64 `json:"prompt_eval_count,omitempty"`
	CachedTokens *int64 `json:"prompt_eval_cached_count,omitempty"` // of the prompt's
	Tokens       *int64 `json:"eval_count,omitempty"`
}

// Server is one endpoint as pre-flight found it before the run.
type Server struct {
	ID      string `json:"name"`
	URL     string `json:"url"`
	Version string `json:"version"` // /api/version
	PID     int    `json:"pid,omitempty"`
	Log     string `json:"log,omitempty"` // relative to the session folder
	Model   *Model `json:"model,omitempty"`
	// Protocol is what it speaks, TokensSource where its counts of tokens come from.
	Protocol     string `json:"protocol,omitempty"`
	TokensSource string `json:"tokens_source,omitempty"`
	// SlotsAsked is how many requests at once the server was started for
	// (OLLAMA_NUM_PARALLEL), SlotsInEffect how many it says that it serves.
	SlotsAsked    int        `json:"slots_asked,omitempty"`
	SlotsInEffect *int       `json:"slots_in_effect,omitempty"`
	Container     *Container `json:"container,omitempty"` // where the server is in one
}

// Protocols, and sources of token counts.
const (
	ProtocolOllama = "ollama"
	TokensServer   = "server" // the server's own figures
)

// Container is what a server was given of the machine.
type Container struct {
	ID      string  `json:"id"`
	Image   string  `json:"image"`              // as asked for
	ImageID string  `json:"image_id"`           // digest of what it was
	GPUs    string  `json:"gpus"`               // none, shared, separate
	CPUs    float64 `json:"cpus,omitempty"`     // limit, in processors
	MemoryB int64   `json:"memory_b,omitempty"` // limit, in bytes
	Proxied bool    `json:"proxied,omitempty"`  // its bytes pass the engine's proxy
}

// Model is what a server says of the model it holds.
type Model struct {
	Name          string `json:"name"`
	Digest        string `json:"digest"`
	Family        string `json:"family"`
	ParameterSize string `json:"parameter_size"`
	Quantization  string `json:"quantization_level"`
	MaxContext    int    `json:"max_context,omitempty"` // the model's own limit, tokens
	Layers        int    `json:"layers,omitempty"`      // that num_gpu counts: blocks and the output
	// From /api/ps, with the run's options in effect.
	Context *int   `json:"context_length,omitempty"`
	SizeB   *int64 `json:"size_b,omitempty"`
	VRAMB   *int64 `json:"size_vram_b,omitempty"`
}

// Environment is the machine and the code, as they were when the session began;
// Load is read at the start of each run.
type Environment struct {
	Commit   string   `json:"commit,omitempty"` // of this repository; "+dirty" with local changes
	Go       string   `json:"go,omitempty"`
	OS       string   `json:"os,omitempty"`
	Arch     string   `json:"arch,omitempty"`
	Kernel   string   `json:"kernel,omitempty"`
	CPU      string   `json:"cpu,omitempty"`
	Cores    int      `json:"cores,omitempty"`
	MemoryB  int64    `json:"memory_b,omitempty"`
	Governor string   `json:"governor,omitempty"`
	GPUs     []string `json:"gpus,omitempty"`
	Load1    *float64 `json:"load1,omitempty"` // 1-minute load average
}

// Rerun says that a run is one more of its cell, made at the end of the session
// because values of the cell lay far out (the outlier rule of docs/definitions.md).
// The runs that it was made for stay.
type Rerun struct {
	Of     []int64 `json:"of"`     // numbers of the runs with a flagged value
	Reason string  `json:"reason"` // the value farthest out, with its figures
}

// Kinds of failed runs.
const (
	OutOfMemory = "out-of-memory" // the server says so while it loads, or later
	LoadFailed  = "load"          // a model was not loaded, for another reason
	NotOnGPU    = "placement"     // it was loaded, and not wholly onto the GPU as -tags gpu demands
	CallFailed  = "call"          // anything else
)

// Steps by which less is asked of a server whose model does not load, in the order
// in which they are tried.
const (
	LowerContext = "context"
	FewerLayers  = "layers"
	SmallerModel = "model"
)

// Try is one configuration that was tried.
type Try struct {
	Step   string `json:"step"`
	Model  string `json:"model"`
	NumCtx int    `json:"num_ctx"` // at most, for every agent
	NumGPU int    `json:"num_gpu"` // at most, for every agent
	Error  string `json:"error,omitempty"`
}

// SameModel reports whether two names mean the same model, as Ollama takes them:
// its own registry and namespace and the tag latest may be left out, and case does
// not count.
func SameModel(a, b string) bool { return strings.EqualFold(fullName(a), fullName(b)) }

func fullName(name string) string {
	name = strings.TrimPrefix(strings.ToLower(name), "registry.ollama.ai/")
	name = strings.TrimPrefix(name, "library/")
	if strings.Contains(name[strings.LastIndexByte(name, '/')+1:], ":") {
		return name
	}
	return name + ":latest"
}
