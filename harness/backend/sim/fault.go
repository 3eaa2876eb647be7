package sim

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// FaultKind names what goes wrong.
type FaultKind string

// Faults of any request.
const (
	Refuse      FaultKind = "refuse"       // nobody listens on the port, from this request on, until the fault is lifted; a client may see a connection it kept end first
	NotFound    FaultKind = "not-found"    // 404 with Ollama's words for a missing model
	ServerError FaultKind = "server-error" // 500 with an error object
	SlowHeaders FaultKind = "slow-headers" // Delay passes before the request is looked at
	NoMemory    FaultKind = "no-memory"    // 500 with Ollama's words for a model that is too large for the machine
	NoVRAM      FaultKind = "no-vram"      // 500 with its words for a model that is too large for the GPU
)

// Faults of a stream. Those with a place strike after Fault.After tokens.
const (
	EmptyFirst     FaultKind = "empty-first"      // Count chunks without text come at once, long before the first token
	RoleFirst      FaultKind = "role-first"       // the same, one, as chats of other servers begin: a role, and where text would be nothing or no field at all
	Garbage        FaultKind = "garbage"          // a line that is not JSON; the stream goes on
	HugeLine       FaultKind = "huge-line"        // a chunk with Size bytes of text; the stream goes on
	ErrorLine      FaultKind = "error-line"       // {"error":"..."} and the end; 500 if nothing was sent before
	Cut            FaultKind = "cut"              // the connection is closed
	EndEarly       FaultKind = "end-early"        // a proper end of the body, but no chunk with done: a server stopped by SIGTERM
	Stall          FaultKind = "stall"            // nothing for Delay, then on with what is due; Delay 0: until the client goes away
	Burst          FaultKind = "burst"            // Count tokens in one packet, when the last of them is due
	Split          FaultKind = "split"            // each chunk in Count packets, Delay apart; Count 0: 2
	NoEvalDuration FaultKind = "no-eval-duration" // the final chunk lacks eval_duration
	EmptyReply     FaultKind = "empty-reply"      // done right after the prompt, with no text and no eval_count
	Slow           FaultKind = "slow"             // prompt and decoding take Count times as long
)

// Defaults of a Fault's fields.
const (
	DefaultFaultDelay = 2 * time.Second   // SlowHeaders
	DefaultSplitDelay = time.Millisecond  // Split
	DefaultFaultCount = 8                 // EmptyFirst, Burst, Slow
	DefaultHugeSize   = 10 << 20          // HugeLine
	FaultMessage      = "fault on demand" // in what ServerError and ErrorLine say
	NoMemoryText      = "model requires more system memory (9.8 GiB) than is available (7.1 GiB)"
	NoVRAMText        = "llama runner process has terminated: cudaMalloc failed: out of memory"
	GarbageText       = "<<not JSON at all>" // the line of Garbage
)

// AtStart as Fault.After strikes before the first token.
const AtStart = -1

// Fault is one thing that goes wrong. The zero value of every field but Kind is
// a default.
type Fault struct {
	Kind     FaultKind
	Endpoint string        // the name of a server; "": all of them
	Path     string        // "/api/show"; "": /api/generate and /api/chat
	Request  int           // which of the matching requests on an endpoint, counted from 1 since the fault was injected; 0: every one
	After    int           // tokens sent before it strikes; 0: half of the reply; AtStart: none
	Count    int           // see Kind; 0: DefaultFaultCount
	Size     int           // bytes; 0: DefaultHugeSize
	Delay    time.Duration // real time; 0: see Kind and the defaults above
}

var (
	anyFaults    = []FaultKind{Refuse, NotFound, ServerError, SlowHeaders, NoMemory, NoVRAM}
	streamFaults = []FaultKind{EmptyFirst, RoleFirst, Garbage, HugeLine, ErrorLine, Cut, EndEarly, Stall, Burst, Split, NoEvalDuration, EmptyReply, Slow}
)

// FaultKinds returns every kind there is.
func FaultKinds() []FaultKind { return slices.Concat(anyFaults, streamFaults) }

// check refuses what makes no sense on servers of these names.
func (f Fault) check(servers []string) error {
	switch {
	case !slices.Contains(FaultKinds(), f.Kind):
		return fmt.Errorf("fault: unknown kind %q", f.Kind)
	case f.Endpoint != "" && !slices.Contains(servers, f.Endpoint):
		return fmt.Errorf("fault %s: unknown endpoint %q", f.Kind, f.Endpoint)
	case f.Path != "" && !slices.Contains(inferencePaths, f.Path) && slices.Contains(streamFaults, f.Kind):
		return fmt.Errorf("fault %s: %s does not stream tokens", f.Kind, f.Path)
	case f.Request < 0 || f.After < AtStart || f.Count < 0 || f.Size < 0 || f.Delay < 0:
		return fmt.Errorf("fault %s: negative field: %+v", f.Kind, f)
	}
	return nil
}

func (f Fault) count() int {
	if f.Count == 0 {
		return DefaultFaultCount
	}
	return f.Count
}

// pieces is in how many packets Split sends a chunk.
func (f Fault) pieces() int { return max(2, f.Count) }

func (f Fault) delay(def time.Duration) time.Duration {
	if f.Delay == 0 {
		return def
	}
	return f.Delay
}

// strikes is the index of the token before which the fault comes.
func (f Fault) strikes(tokens int) int {
	switch f.After {
	case AtStart:
		return 0
	case 0:
		return tokens / 2
	}
	return f.After
}

var inferencePaths = []string{"/api/generate", "/api/chat"}

func (f Fault) matches(endpoint, path string) bool {
	if f.Endpoint != "" && f.Endpoint != endpoint {
		return false
	}
	if f.Path == "" {
		return slices.Contains(inferencePaths, path)
	}
	return strings.EqualFold(f.Path, path)
}
