package sim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/chimeraforge/duet/internal/clock"
)

// request is a body of /api/generate or /api/chat.
type request struct {
	Model     string          `json:"model"`
	Prompt    string          `json:"prompt"`
	Suffix    string          `json:"suffix"`
	System    string          `json:"system"`
	Raw       bool            `json:"raw"`
	Messages  []message       `json:"messages"`
	Stream    *bool           `json:"stream"`
	KeepAlive *keepAlive      `json:"keep_alive"`
	Options   map[string]any  `json:"options"`
	Think     json.RawMessage `json:"think"`
	Tools     []any           `json:"tools"`
	Truncate  *bool           `json:"truncate"`
	Shift     *bool           `json:"shift"`
}

type message struct {
	Role    string `json:"role"`
	Content string `json:"content"`
}

func (r *request) streamed() bool { return r.Stream == nil || *r.Stream }

// empty reports whether there is nothing to answer: the request only loads, or
// with keep_alive 0 unloads, the model.
func (r *request) empty(chat bool) bool {
	if chat {
		return len(r.Messages) == 0
	}
	return r.Prompt == ""
}

// rendered is the prompt as the model would see it, by a template that is about
// as long as a real one.
func (r *request) rendered(chat bool) string {
	if r.Raw && !chat {
		return r.Prompt
	}
	var b strings.Builder
	turn := func(role, text string) {
		if text != "" {
			fmt.Fprintf(&b, "<|%s|>\n%s<|end|>\n", role, text)
		}
	}
	turn("system", r.System)
	if chat {
		for _, m := range r.Messages {
			turn(m.Role, m.Content)
		}
	} else {
		turn("user", r.Prompt+r.Suffix)
	}
	b.WriteString("<|assistant|>\n")
	return b.String()
}

// keepAlive is a number of seconds or a duration in Go's notation; negative is
// forever.
type keepAlive time.Duration

func (k *keepAlive) UnmarshalJSON(b []byte) error {
	var v any
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	var d time.Duration
	switch v := v.(type) {
	case float64:
		d = time.Duration(v * float64(time.Second))
	case string:
		var err error
		if d, err = time.ParseDuration(v); err != nil {
			return err
		}
	default:
		//lint:ignore ST1005 these are Ollama's words
		return fmt.Errorf("Unsupported type: '%s'", reflect.TypeOf(v))
	}
	if d < 0 {
		d = math.MaxInt64
	}
	*k = keepAlive(d)
	return nil
}

// decode reads a JSON body as Ollama does. It answers for itself and returns
// false when there is none.
func decode(w http.ResponseWriter, r *http.Request, v any) bool {
	err := json.NewDecoder(r.Body).Decode(v)
	_, _ = io.Copy(io.Discard, r.Body) // to its end, so that the server notices a client that goes away
	switch {
	case errors.Is(err, io.EOF):
		writeError(w, http.StatusBadRequest, "missing request body")
	case err != nil:
		writeError(w, http.StatusBadRequest, err.Error())
	}
	return err == nil
}

// options are those that mean something here.
type options struct {
	shape
	predict int // tokens; 0 or less: no limit
	seed    int // negative: none
	temp    float64
}

// defaultContext is num_ctx where nobody asked, as on a server with less than
// 24 GB of VRAM.
const defaultContext = 4096

// parseOptions applies a model's defaults, then a request's options. Options it
// does not know are ignored, like in Ollama; a wrong type is an error.
func parseOptions(c *card, asked map[string]any) (options, error) {
	o := options{shape: shape{ctx: defaultContext, gpu: -1, batch: 512}, predict: -1, seed: -1, temp: 0.8}
	for _, m := range []map[string]any{c.parameters, asked} {
		for key, v := range m {
			if err := o.set(key, v); err != nil {
				return o, err
			}
		}
	}
	o.ctx = min(max(o.ctx, 1), c.context)
	return o, nil
}

// types of the options Ollama has, by what its error calls them.
var optionTypes = map[string][]string{
	"integer": {"num_keep", "seed", "num_predict", "top_k", "repeat_last_n", "num_ctx", "num_batch", "num_gpu", "main_gpu", "num_thread"},
	"float32": {"top_p", "min_p", "typical_p", "temperature", "repeat_penalty", "presence_penalty", "frequency_penalty"},
	"boolean": {"use_mmap"},
	"array":   {"stop"},
}

func (o *options) set(key string, v any) error {
	for kind, keys := range optionTypes {
		if v == nil || !slices.Contains(keys, key) {
			continue
		}
		if !isOfKind(kind, v) {
			return fmt.Errorf("option %q must be of type %s", key, kind)
		}
	}
	f, ok := v.(float64)
	if !ok {
		return nil
	}
	switch key {
	case "num_ctx":
		o.ctx = int(f)
	case "num_gpu":
		o.gpu = int(f)
	case "num_thread":
		o.threads = int(f)
	case "num_batch":
		o.batch = int(f)
	case "num_predict":
		o.predict = int(f)
	case "seed":
		o.seed = int(f)
	case "temperature":
		o.temp = f
	}
	return nil
}

func isOfKind(kind string, v any) (ok bool) {
	switch kind {
	case "boolean":
		_, ok = v.(bool)
	case "array":
		_, ok = v.([]any)
	default:
		_, ok = v.(float64)
	}
	return ok
}

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
