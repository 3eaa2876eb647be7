package sim

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/chimeraforge/duet/internal/clock"
)

func (e *endpoint) generate(w http.ResponseWriter, r *http.Request) { e.infer(w, r, false) }
func (e *endpoint) chat(w http.ResponseWriter, r *http.Request)     { e.infer(w, r, true) }

// infer answers /api/generate and /api/chat.
func (e *endpoint) infer(w http.ResponseWriter, r *http.Request, chat bool) {
	var req request
	if !decode(w, r, &req) {
		return
	}
	c := e.admit(w, &req, chat)
	if c == nil {
		return
	}
	if req.empty(chat) && req.KeepAlive != nil && *req.KeepAlive == 0 {
		e.unload(c)
		writeWhole(w, newLine(req.Model, chat).final(nil, "", "unload", timings{}))
		return
	}
	opts, err := parseOptions(c, req.Options)
	if err != nil {
		writeError(w, http.StatusInternalServerError, err.Error())
		return
	}
	a := arrivalOf(r)
	start, ok := e.enter(r.Context(), a.ns)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	defer e.leave(&req)
	if !e.fits(c, opts.shape) {
		writeError(w, http.StatusInternalServerError, NoVRAMText)
		return
	}
	p, err := e.plan(&req, chat, c, opts, a.fault)
	if err != nil {
		writeError(w, http.StatusBadRequest, err.Error())
		return
	}
	newReply(e, w, r, &req, chat, p).serve(start)
}

// admit finds the request's model and refuses what it cannot do. It answers for
// itself when it returns nil.
func (e *endpoint) admit(w http.ResponseWriter, req *request, chat bool) *card {
	if req.Model == "" && chat {
		writeError(w, http.StatusBadRequest, "model is required")
		return nil
	}
	c := e.sim.catalogue.get(req.Model)
	think := string(req.Think)
	switch {
	case c == nil:
		writeMissing(w, req.Model)
	case think != "" && think != "false" && think != "null":
		writeError(w, http.StatusBadRequest, fmt.Sprintf("%q does not support thinking", req.Model))
	case len(req.Tools) > 0:
		writeError(w, http.StatusBadRequest, fmt.Sprintf("registry.ollama.ai/library/%s does not support tools", c.name))
	default:
		return c
	}
	return nil
}

// enter waits for the server's turn and returns the time at which the request
// starts to be worked on: its arrival if nobody was before it.
func (e *endpoint) enter(ctx context.Context, arrived int64) (start int64, ok bool) {
	select {
	case e.slot <- struct{}{}:
		return arrived, true
	default:
	}
	select {
	case e.slot <- struct{}{}:
		return clock.NS(), true
	case <-ctx.Done():
		return 0, false
	}
}

// leave ends the request's turn.
func (e *endpoint) leave(req *request) {
	keep := DefaultKeepAlive
	if req.KeepAlive != nil {
		keep = time.Duration(*req.KeepAlive)
	}
	e.mu.Lock()
	e.memory.release(keep)
	e.mu.Unlock()
	<-e.slot
}

func (e *endpoint) unload(c *card) {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.memory.card != c:
	case e.memory.busy:
		e.memory.expires = time.Now()
	default:
		e.memory.unload()
	}
}

// writeWhole writes an answer that is not streamed.
func writeWhole(w http.ResponseWriter, body []byte) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(body)
}
