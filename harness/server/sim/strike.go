package sim

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// greet sends what some faults put before the first token.
func (r *reply) greet() {
	n := 0
	switch r.plan.fault.Kind {
	case EmptyFirst:
		n = r.plan.fault.count()
	case RoleFirst:
		n = 1
	}
	if !r.streamed {
		return
	}
	for range n {
		r.buf = r.line.chunk(r.buf, "")
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
		pause(r.ctx, d)
		return
	}
	<-r.ctx.Done()
}

// split sends the lines that are due in halves.
func (r *reply) split() {
	r.writeTokens()
	for _, l := range bytes.SplitAfter(r.buf, []byte("\n")) {
		if half := len(l) / 2; half > 0 {
			r.send(l[:half])
			pause(r.ctx, r.plan.fault.delay(DefaultSplitDelay))
			r.send(l[half:])
		}
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
		pause(r.ctx, r.plan.fault.delay(DefaultSplitDelay))
		body = body[len(body)/2:]
	}
	_, _ = r.w.Write(body)
}
