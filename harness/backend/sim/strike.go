package sim

import (
	"net/http"
	"strings"
	"time"

	"github.com/chimeraforge/duet/internal/clock"
)

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

// strike lets the fault happen if its place is before this token.
func (r *reply) strike(index int) {
	f := r.plan.fault
	if index != f.strikes(r.plan.job.Tokens) {
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
		r.huge(f.size())
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

func (f Fault) size() int {
	if f.Size == 0 {
		return DefaultHugeSize
	}
	return f.Size
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
			r.pause(r.plan.fault.delay(DefaultSplitDelay))
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
		r.pause(r.plan.fault.delay(DefaultSplitDelay))
		body = body[len(body)/2:]
	}
	_, _ = r.w.Write(body)
}
