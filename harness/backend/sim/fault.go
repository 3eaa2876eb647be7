package sim

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chimeraforge/duet/internal/clock"
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

func (f Fault) count() int { return cmp.Or(f.Count, DefaultFaultCount) }

// pieces is in how many packets Split sends a chunk.
func (f Fault) pieces() int { return max(2, f.Count) }

// place is the index of the token before which the fault comes.
func (f Fault) place(tokens int) int {
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

// faults are those in force, in the order in which they were injected.
type faults struct {
	mu   sync.Mutex
	list []*injected
}

type injected struct {
	Fault
	seen map[string]int // matching requests, by endpoint
}

func (fs *faults) add(f Fault) *injected {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	in := &injected{Fault: f, seen: map[string]int{}}
	fs.list = append(fs.list, in)
	return in
}

func (fs *faults) remove(in *injected) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	fs.list = slices.DeleteFunc(fs.list, func(x *injected) bool { return x == in })
}

// meet counts a request and returns the first fault it meets, nil for none, and
// whether the endpoint refuses connections from the next one on.
func (fs *faults) meet(endpoint, path string) (met *Fault, refuse bool) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	for _, in := range fs.list {
		if !in.matches(endpoint, path) {
			continue
		}
		in.seen[endpoint]++
		n := in.seen[endpoint]
		switch {
		case in.Kind == Refuse:
			refuse = refuse || n == in.Request-1
		case met == nil && (in.Request == 0 || in.Request == n):
			f := in.Fault
			met = &f
		}
	}
	return met, refuse
}

// refused reports whether an endpoint must not listen now.
func (fs *faults) refused(endpoint string) bool {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	return slices.ContainsFunc(fs.list, func(in *injected) bool {
		return in.Kind == Refuse && (in.Endpoint == "" || in.Endpoint == endpoint) && in.seen[endpoint] >= in.Request-1
	})
}

// Inject puts a fault in force and returns what lifts it. Of several that meet
// one request the first injected strikes. It panics on a fault that makes no
// sense, which is a mistake in the caller's code.
func (s *Servers) Inject(f Fault) (lift func() error) {
	if err := f.check(s.cfg.Servers); err != nil {
		panic(err)
	}
	in := s.faults.add(f)
	_ = s.listenOrRefuse() // refusing cannot fail
	return func() error {
		s.faults.remove(in)
		return s.listenOrRefuse()
	}
}

// listenOrRefuse opens and closes the endpoints' ports as the faults demand.
func (s *Servers) listenOrRefuse() error {
	for _, e := range s.endpoints {
		if s.faults.refused(e.id) {
			e.refuse()
		} else if err := e.listen(); err != nil {
			return err
		}
	}
	return nil
}

// greet sends what some faults put before the first token.
func (r *reply) greet() {
	if !r.streamed {
		return
	}
	switch r.plan.fault.Kind {
	case EmptyFirst:
		for range r.plan.fault.count() {
			r.buf = r.line.chunk(r.buf, "")
		}
	case RoleFirst:
		r.buf = r.line.role(r.buf)
	}
	r.flushNow()
}

// misbehave lets the fault happen if its place is before this token.
func (r *reply) misbehave(index int) {
	f := r.plan.fault
	if index != f.place(r.plan.job.Tokens) {
		return
	}
	switch f.Kind {
	case Cut, EndEarly, ErrorLine, Stall:
		r.flushNow() // the client has what was due before
	}
	switch f.Kind {
	case Garbage:
		r.garbage()
	case HugeLine:
		r.huge(cmp.Or(f.Size, DefaultHugeSize))
	case ErrorLine:
		r.fail()
	case EndEarly:
		r.ended = true
	case Cut:
		panic(http.ErrAbortHandler) // closes the connection without a word
	case Stall:
		r.stall(f.Delay)
	}
}

func (r *reply) garbage() {
	if r.streamed {
		r.buf = append(r.buf, GarbageText+"\n"...)
		return
	}
	writeWhole(r.w, []byte(GarbageText))
	r.ended = true
}

func (r *reply) huge(size int) {
	if r.streamed {
		r.buf = r.line.chunk(r.buf, strings.Repeat("x", size))
		return
	}
	r.padding = size
}

// fail reports an error as Ollama does: as a line of the stream, or with a
// status if nothing was sent yet.
func (r *reply) fail() {
	if r.wrote {
		r.send([]byte(`{"error":"` + FaultMessage + `"}` + "\n"))
	} else {
		writeError(r.w, http.StatusInternalServerError, FaultMessage)
	}
	r.ended = true
}

func (r *reply) stall(d time.Duration) {
	if d > 0 {
		r.pause(d)
		return
	}
	<-r.ctx.Done()
}

// pause waits for d of real time, as punctual as tokens are, and less when the
// client goes away. Nobody else's news is lost: the GPU is asked again after.
func (r *reply) pause(d time.Duration) {
	for deadline := clock.NS() + int64(d); clock.NS() < deadline && r.ctx.Err() == nil; {
		r.stream.alarm.wait(deadline)
	}
}

// split sends the line of a token in pieces. The token is there with the last.
func (r *reply) split() {
	l, n := r.buf, r.plan.fault.pieces()
	for i := range n {
		if i > 0 {
			r.pause(cmp.Or(r.plan.fault.Delay, DefaultSplitDelay))
		}
		if i == n-1 {
			r.writeTokens()
		}
		r.send(l[len(l)*i/n : len(l)*(i+1)/n])
	}
	r.buf = r.buf[:0]
}

// whole writes an answer that is not streamed.
func (r *reply) whole(t timings) {
	body := r.line.final(nil, strings.Repeat("x", r.padding)+r.text.String(), r.plan.reason, t)
	r.w.Header().Set("Content-Type", "application/json; charset=utf-8")
	r.wrote = true
	if r.plan.fault.Kind == Split {
		r.send(body[:len(body)/2])
		r.pause(cmp.Or(r.plan.fault.Delay, DefaultSplitDelay))
		body = body[len(body)/2:]
	}
	_, _ = r.w.Write(body)
}
