package sim

import (
	"slices"
	"sync"
	"time"

	"github.com/chimeraforge/duet/harness/backend/sim/gpu"
)

// Served is what really happened to one request to /api/generate or /api/chat
// that reached the simulated GPU: the answer that a meter should have found.
type Served struct {
	Endpoint string // the server's name
	Ordinal  int    // from 1, of the endpoint's requests
	Path     string
	Model    string // full name
	Seed     int
	Fault    FaultKind // "" for none

	ReceivedNS int64   // package clock: the request's headers were read from the connection
	Job        gpu.Job // the work, noise included, as durations alone on the GPU

	PromptTokens int // counted, cached ones included
	CachedTokens int // of these, those that cost nothing

	// Ideal times since the request was received, simulated. An event that did
	// not happen is absent: nil, or fewer Tokens than the job has.
	Loaded *time.Duration // end of the load, where there was one
	Tokens []time.Duration
	Done   *time.Duration

	// The same tokens on the client's clock: when each should have been
	// written, and when the write of its last byte began, nanoseconds of package
	// clock. A faulty stream may have written fewer; a reply that is not streamed
	// none.
	IdealNS   []int64
	WrittenNS []int64

	// What the final chunk said, simulated; zero where it was left out.
	Total, Load, PromptEval, Eval time.Duration

	Reason string // "length", "stop", "load"; "" when the reply did not get to its end
	Reply  string // text that was due, whether or not a fault kept it back
}

// LogLimit is how many requests Log remembers: the latest.
const LogLimit = 10000

// truth is the log of what was served.
type truth struct {
	mu     sync.Mutex
	served []Served
}

func (t *truth) add(s Served) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.served) == LogLimit {
		t.served = t.served[1:]
	}
	t.served = append(t.served, s)
}

// Log returns what happened to the requests that ended so far, in the order in
// which they ended. A request is in it before its final chunk is written.
func (s *Servers) Log() []Served {
	s.truth.mu.Lock()
	defer s.truth.mu.Unlock()
	return slices.Clone(s.truth.served)
}

// ForgetLog empties the log.
func (s *Servers) ForgetLog() {
	s.truth.mu.Lock()
	defer s.truth.mu.Unlock()
	s.truth.served = nil
}
