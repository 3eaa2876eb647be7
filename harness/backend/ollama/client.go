// Package ollama asks an Ollama server for everything that is not measured:
// which version it is, which models it has, what it holds in memory; and tells
// it to pull, create, load and unload models. What is measured goes through
// package harness/backend/wire, whose client stamps a clock; this one does not.
//
// # Shape
//
// One Client per server, one method per request. Answers come back as the types
// that a run records (record.Model, record.Server). Deadlines are the
// context's: a load or a pull may take minutes, and only the caller knows how
// long is too long.
//
// # Why not the official client
//
// It would bring Ollama's module into every binary for eight small requests,
// and it hides the URL from its errors. Here an error is one line: what was
// asked, of whom, and what the server said.
package ollama

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/chimeraforge/duet/harness/backend"
	"github.com/chimeraforge/duet/harness/backend/wire"
	"github.com/chimeraforge/duet/harness/record"
	"github.com/chimeraforge/duet/internal/clock"
)

// ErrNotFound is what an Error with status 404 is: the model is not there.
var ErrNotFound = errors.New("not found")

// maxError bounds what is quoted of an answer that is not Ollama's.
const maxError = 300

// Client talks to one server. The zero value is not usable; see New.
type Client struct {
	base string
	http *http.Client
}

// New returns a client for a base URL such as http://127.0.0.1:11434. It keeps
// no connection open between requests and uses no proxy.
func New(base string) *Client {
	transport := &http.Transport{DisableKeepAlives: true}
	return &Client{base: strings.TrimRight(base, "/"), http: &http.Client{CheckRedirect: wire.FollowNone, Transport: transport}}
}

// URL is the server's base URL, without a trailing slash.
func (c *Client) URL() string { return c.base }

// Error is an answer with a status other than 2xx.
type Error struct {
	Method, URL string
	Status      int
	Message     string // Ollama's own text
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s %s: %d: %s", e.Method, e.URL, e.Status, e.Message)
}

// Is makes errors.Is(err, ErrNotFound) say whether the model is missing.
func (e *Error) Is(target error) bool {
	return target == ErrNotFound && e.Status == http.StatusNotFound
}

// send makes one request and returns the body of a 2xx answer, to be closed by
// the caller. A body that is not a reader is sent as JSON.
func (c *Client) send(ctx context.Context, method, path string, body any) (io.ReadCloser, error) {
	content, err := encode(body)
	if err != nil {
		return nil, fmt.Errorf("%s %s%s: %w", method, c.base, path, err)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, content)
	if err != nil {
		return nil, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%s %s%s: %w", method, c.base, path, bare(err))
	}
	if resp.StatusCode/100 == 2 && wire.Detour(resp) == "" {
		return resp.Body, nil
	}
	defer resp.Body.Close()
	return nil, &Error{Method: method, URL: c.base + path, Status: resp.StatusCode, Message: message(resp)}
}

// call sends a request and decodes its single JSON answer into out, unless that
// is nil.
func (c *Client) call(ctx context.Context, method, path string, body, out any) error {
	answer, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer answer.Close()
	if out == nil {
		_, err = io.Copy(io.Discard, answer)
	} else {
		err = json.NewDecoder(answer).Decode(out)
	}
	if err != nil {
		return fmt.Errorf("%s %s%s: read the answer: %w", method, c.base, path, err)
	}
	return nil
}

func encode(body any) (io.Reader, error) {
	switch b := body.(type) {
	case nil:
		return http.NoBody, nil
	case io.Reader:
		return b, nil
	}
	text, err := json.Marshal(body)
	return bytes.NewReader(text), err
}

// bare drops the method and URL that net/http puts before its errors; send says
// them itself, once.
func bare(err error) error {
	var e *url.Error
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}

// message is the server's error text, what stands before it, or the beginning of
// whatever came instead.
func message(resp *http.Response) string {
	if detour := wire.Detour(resp); detour != "" {
		return detour
	}
	text, _ := io.ReadAll(io.LimitReader(resp.Body, 1<<16))
	if said := wire.ErrorWords(text); said != "" {
		return said
	}
	short := strings.Join(strings.Fields(string(text)), " ")
	if len(short) > maxError {
		short = short[:maxError] + "…"
	}
	if short == "" {
		return http.StatusText(resp.StatusCode)
	}
	return short
}

// Via makes the client use a transport of the caller's, the simulator's network
// in memory say, and returns it.
func (c *Client) Via(t http.RoundTripper) *Client {
	c.http = &http.Client{CheckRedirect: wire.FollowNone, Transport: t}
	return c
}

// Generate makes one request that is not streamed and not measured, and so
// leaves the model loaded with these options for keepAlive ("5m", "-1").
// Ollama reloads a model whose num_ctx, num_gpu or num_thread change: warm up
// with the options that will be measured.
func (c *Client) Generate(ctx context.Context, model, prompt string, opts record.Options, keepAlive string) (backend.Warm, error) {
	req := map[string]any{
		"model": model, "prompt": prompt, "stream": false, "options": opts, "keep_alive": keepAlive,
	}
	var out struct {
		Response string `json:"response"`
		record.ServerTimings
	}
	if err := c.call(ctx, http.MethodPost, "/api/generate", req, &out); err != nil {
		return backend.Warm{}, err
	}
	return backend.Warm{
		Load: duration(out.LoadNS), Total: duration(out.TotalNS),
		Timings: out.ServerTimings, Reply: out.Response,
	}, nil
}

func duration(ns *int64) time.Duration {
	if ns == nil {
		return 0
	}
	return time.Duration(*ns)
}

// Unload asks the server to drop a model from its memory and waits until it has.
func (c *Client) Unload(ctx context.Context, model string) error {
	req := map[string]any{"model": model, "keep_alive": 0, "stream": false}
	if err := c.call(ctx, http.MethodPost, "/api/generate", req, nil); err != nil {
		return err
	}
	for {
		loaded, err := c.Ps(ctx)
		if err != nil || !holds(loaded, model) {
			return err
		}
		if err := clock.Sleep(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

// holds reports whether a model is among those loaded.
func holds(loaded []backend.Loaded, model string) bool {
	for _, l := range loaded {
		if record.SameModel(l.Name, model) {
			return true
		}
	}
	return false
}
